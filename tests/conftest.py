"""What tests of several parts need: the reference implementation in an environment of its own."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

REFERENCE = "cffi==2.1.1" if sys.version_info >= (3, 10) else "cffi==2.0.0"


@pytest.fixture(scope="session")
def reference() -> Path:
    """The interpreter of an environment with the reference implementation; made once, then kept in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    tag = f"{sys.implementation.cache_tag}-{os.path.realpath(sys.base_prefix).replace(os.sep, '_')}"
    folder = cache / "cffi-tests" / f"{REFERENCE}-{tag}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        if importlib.util.find_spec("_ssl") is None:
            pytest.skip(f"this interpreter has no ssl, without which pip cannot install {REFERENCE}")
        if sys.version_info[:2] == (3, 13) and sysconfig.get_config_var("Py_GIL_DISABLED"):
            pytest.skip("the reference does not support the free-threaded Python 3.13")
        venv.create(folder, with_pip=True, clear=True)
        # setuptools: from Python 3.12 on the reference needs it to compile
        install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", REFERENCE, "setuptools"]
        done = subprocess.run(install, capture_output=True, text=True)
        if done.returncode:
            pytest.fail(f"cannot install {REFERENCE}, with which the generated modules are compared:\n{done.stderr}")
        (folder / "complete").touch()
    return python
