"""Made by cffi_build for an editable install: builds the project's modules again when one is imported and a file has changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

PROJECT = ""
STAMP = ""
MODULES: list[str] = []
RUNNING = "_CFFI_REBUILDING"


class Finder:
    """Finds no module itself; called before one is looked for."""

    checked = False

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Build, if need be, before the first of the project's modules is found."""
        if name in MODULES and not self.checked:
            self.checked = True
            if changed():
                rebuild()


def changed() -> bool:
    """Return whether a file that the modules are made from is another one than when they were built."""
    try:
        with open(STAMP, encoding="utf-8") as file:  # noqa: PTH123  # this runs at every start of Python, without pathlib
            times = json.load(file)
        return any(time != time_of(os.path.join(PROJECT, name)) for name, time in times.items())
    except (OSError, ValueError):
        return True


def time_of(path: str) -> list[int]:
    """Return what tells one version of a file from another."""
    status = os.stat(path)
    return [status.st_mtime_ns, status.st_size]


def rebuild() -> None:
    """Build in place, in a process of its own; say so, and raise ImportError when it fails."""
    print(f"cffi: {PROJECT} has changed: building {', '.join(MODULES)}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "cffi_build.editable", PROJECT]
    environment = {**os.environ, RUNNING: "1"}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = done.stdout.decode(errors="replace").strip()
    if done.returncode:
        raise ImportError(f"building {', '.join(MODULES)} again failed:\n{text}")
    if text:
        print(text, file=sys.stderr)


if MODULES and RUNNING not in os.environ:
    sys.meta_path.insert(0, Finder())
