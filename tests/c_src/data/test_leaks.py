"""Every kind of operation, failing ones too, leaves memory as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_memory_stays_flat() -> None:
    script = Path(__file__).with_name("leaks_script.py")
    done = subprocess.run([sys.executable, script, "2000"], capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
