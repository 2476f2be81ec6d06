"""What the user sees while a plan runs: lines that stay and, on a terminal, one line below them that says what runs now."""

from __future__ import annotations

import shutil
import sys
import threading
from types import TracebackType
from typing import Callable, List, Optional, Type


class Progress:
    """Counts steps. `live`: also show what runs now, if standard output is a terminal."""

    def __init__(self, total: int, report: Callable[[str], None], *, live: bool) -> None:
        self._total = total
        self._report = report
        self._live = live and sys.stdout is not None and sys.stdout.isatty()
        self._running: List[str] = []
        self._finished = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, _type: Optional[Type[BaseException]], _value: Optional[BaseException], _trace: Optional[TracebackType]) -> None:
        with self._lock:
            self._clear()
            self._live = False

    def begun(self, title: str) -> None:
        """Note that a step has begun."""
        with self._lock:
            self._running.append(title)
            self._show()

    def done(self, title: str) -> None:
        """Note that a step is done; one out of a cache never began."""
        with self._lock:
            self._finished += 1
            if title in self._running:
                self._running.remove(title)
            self._show()

    def line(self, text: str) -> None:
        """Write a line that stays."""
        with self._lock:
            self._clear()
            self._report(text)
            self._show()

    def _show(self) -> None:
        if self._live:
            text = f"[{self._finished}/{self._total}] {', '.join(self._running)}"
            sys.stdout.write(f"\r\x1b[K{text[: shutil.get_terminal_size().columns - 1]}")
            sys.stdout.flush()

    def _clear(self) -> None:
        if self._live:
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()
