"""Processes are run to their end, or stopped together."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from cffi_build.compile.plan import Command
from cffi_build.compile.processes import STOPPED, Processes


def test_a_process_is_run_to_its_end_and_its_output_kept() -> None:
    slow = "echo one; sleep 0.7; echo two >&2; exit 3"  # longer than the time after which it is looked after
    assert Processes().run(Command(("sh", "-c", slow))) == (3, "one\ntwo\n")


def test_a_program_that_is_not_there_has_a_status_and_a_reason() -> None:
    status, output = Processes().run(Command(("no-such-compiler",)))
    assert (status, output) == (127, "no-such-compiler: cannot be run: No such file or directory\n")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_stopping_does_not_wait_for_what_a_stopped_process_has_started(tmp_path: Path) -> None:
    processes, results = Processes(), []
    child = tmp_path / "child"
    command = Command(("sh", "-c", f"(trap '' TERM; exec sleep 8) & echo $! > {child}.new; mv {child}.new {child}; wait"))
    thread = threading.Thread(target=lambda: results.append(processes.run(command)))
    thread.start()
    while not child.exists():
        time.sleep(0.01)
    begin = time.monotonic()
    processes.stop()
    thread.join()
    os.kill(int(child.read_text()), 9)
    assert time.monotonic() - begin < 5
    assert results == [(-15, "")]
    assert processes.run(command) == (STOPPED, "")
