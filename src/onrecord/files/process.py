"""Set up a process that reads many records: a command, or one that works for it."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress


class _WithoutPandas:
    """Hide pandas, which only Spark needs, from pyarrow: to import it takes 0.3 seconds."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def keep_pandas_out() -> None:
    """Hide pandas from this process, as every command does."""
    sys.meta_path.insert(0, _WithoutPandas)


def let_pandas_in() -> None:
    """Have pandas no longer hidden from this process."""
    sys.meta_path[:] = [one for one in sys.meta_path if one is not _WithoutPandas]


def keep_libraries_small() -> None:
    """Set environment variables so that libraries start no more than commands use.

    The library of linear algebra that NumPy loads would start threads, which are busy waiting while
    the program starts; Pydantic would search all installed packages for plugins; Arrow's own allocator
    would keep more than a hundred MiB that threads no longer use, and take longer.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def share_heap() -> None:
    """Let the threads of this process allocate memory from one heap.

    The GNU C library gives each thread a heap, in which what other threads use keeps the rest from
    the system: a process that works for minutes would grow by a few hundred MiB.
    """
    if sys.platform == "linux":
        import ctypes

        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


# The parameter of mallopt for the number of heaps.
_ARENA_MAX = -8


def collect_rarely() -> None:
    """Run Python's cyclic garbage collector less often in this process.

    Records contain no cycles, but the collector would examine them repeatedly while they are read,
    which takes a quarter of the time, and what is imported before. At the end of the process it would
    examine everything that was imported, which takes a fifth of the time of a small validation.
    """
    gc.set_threshold(*_RARELY)
    atexit.register(gc.freeze)


# Objects after whose creation the collector examines the youngest, and how often before older ones.
_RARELY = (500_000, 50, 100)


def give_back_memory() -> None:
    """Return the memory that nothing uses any longer to the system.

    Large objects may refer to each other, and would wait for the cyclic garbage collector, which
    runs rarely; and the GNU C library keeps what is freed between blocks that are in use. Where it
    runs rarely, what was in use at the last call, such as all modules, is not examined again.
    """
    gc.collect(1 if gc.get_threshold() == _RARELY else 2)
    if sys.platform == "linux":
        import ctypes

        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
