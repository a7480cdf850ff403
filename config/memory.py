"""How a process that serves takes its memory from the system."""

import ctypes
import sys

# Parameters of glibc's mallopt(3).
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8
ARENAS = 2
MMAP_THRESHOLD_BYTES = 64 * 1024


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
