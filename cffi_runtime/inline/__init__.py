"""The in-line modes: declarations become ctype objects at run time, without a module of their own."""

from __future__ import annotations

from _thread import RLock

LOCK = RLock()
"""Held while declarations change and while ctype objects are made: one lock for all, because FFIs include each other."""
