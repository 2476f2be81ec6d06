"""The processes of a build: each is run to its end, or all are stopped together."""

from __future__ import annotations

import os
import subprocess
import threading
from typing import Set, Tuple

from cffi_build.compile.plan import Command

PATIENCE = 0.5
"""After so many seconds a process that runs is looked after."""
STOPPED = 130
"""The status of a command that was not started because the build is being stopped."""


class Processes:
    """The processes that run now."""

    def __init__(self) -> None:
        self._running: Set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopping = False

    def run(self, command: Command) -> Tuple[int, str]:
        """Run one command; return its status and what it wrote. A program that cannot be started has status 127 and says why."""
        try:
            process = self._start(command)
        except OSError as error:
            return 127, f"{command.arguments[0]}: cannot be run: {error.strerror}\n"
        if process is None:
            return STOPPED, ""
        try:
            written = self._written(process)
        finally:
            with self._lock:
                self._running.discard(process)
        return process.returncode, written.decode(errors="replace")

    def _written(self, process: subprocess.Popen[bytes]) -> bytes:
        """Return what a process writes until it ends.

        What it has started may outlive it, and hold the pipe: nobody waits for that when all are stopped.
        """
        while True:
            try:
                return process.communicate(timeout=PATIENCE)[0]
            except subprocess.TimeoutExpired:
                if self._stopping and process.poll() is not None and process.stdout is not None:
                    process.stdout.close()
                    return b""

    def stop(self) -> None:
        """Stop all that run, and start no more."""
        with self._lock:
            self._stopping = True
            for process in self._running:
                process.terminate()

    def _start(self, command: Command) -> subprocess.Popen[bytes] | None:
        environment = {**os.environ, "LC_ALL": "C", **dict(command.environment)}
        with self._lock:
            if self._stopping:
                return None
            process = subprocess.Popen(
                command.arguments, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            self._running.add(process)
        return process
