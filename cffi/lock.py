"""`cffi.lock`: the lock of the Python that runs."""

from _thread import allocate_lock

__all__ = ["allocate_lock"]
