"""How a process that serves takes memory from the system, and its threads turns."""

import ctypes
import sys

# Parameters of glibc's mallopt(3).
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8
ARENAS = 2
MMAP_THRESHOLD_BYTES = 64 * 1024
SWITCH_SECONDS = 0.001


def keep_small() -> None:
    """Let the threads share two arenas, and give large blocks back as soon as they are free.

    By default glibc gives each thread an arena and keeps in it what answers of half a megabyte have once needed: a
    quarter more after a day of mixed requests. Elsewhere than on glibc it does nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)
        mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)


def take_short_turns() -> None:
    """Let a thread that waits for the interpreter have it after a millisecond, instead of five.

    A thread that ends one request begins the next at once, and one that waits is passed over until then: a request in
    a hundred took six times as long as usual. Shorter turns than these cost a quarter of all answers.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
