"""Who writes next: one queue for all threads of a process."""

from collections import deque
from itertools import islice
from threading import Event, Lock
from time import monotonic

# So many threads may be kept by it: half of those that serve as documented. The others are there for reads.
PATIENT = 2
# How long any others wait for a queue that does not move. Usually a turn takes some milliseconds.
MOMENT_SECONDS = 1.0


class WriterQueue:
    """Gives turns in the order of asking.

    All wait while turns end. While none does, only as many go on waiting as are `PATIENT`, with whose turn it is: a
    process that another one keeps from writing must have threads left to read with.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: deque[Event] = deque()
        self._is_taken = False
        self._moved_at = monotonic()

    def take(self, deadline: float) -> bool:
        """Wait for a turn until `deadline`, by the monotonic clock; return whether there is one."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                self._moved_at = monotonic()
                return True
            turn = Event()
            self._waiting.append(turn)
        while True:
            with self._lock:
                if turn.is_set():
                    return True
                rest = self._until(turn, deadline) - monotonic()
                if rest <= 0:
                    self._waiting.remove(turn)
                    return False
            turn.wait(rest)

    def move(self) -> None:
        """Note that whose turn it is has begun to write: the queue does not stand."""
        self._moved_at = monotonic()

    def leave(self) -> None:
        """End the turn; the next one begins."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False

    def _until(self, turn: Event, deadline: float) -> float:
        """Return how long one who waits goes on waiting, as the queue is now."""
        # Whose turn it is counts, too.
        is_patient = turn in islice(self._waiting, PATIENT - 1)
        return deadline if is_patient else min(deadline, self._moved_at + MOMENT_SECONDS)
