"""Modules compiled from handmade.c, each under a name of its own."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

ROOT = Path(__file__).resolve().parents[3]
Build = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def build_handmade(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a function that compiles handmade.c and returns the folder to import it from."""
    folder = tmp_path_factory.mktemp("handmade")

    def build(full_name: str, version: int = 0x2801, includes: str = "") -> Path:
        package, _, name = full_name.rpartition(".")
        (folder / package).mkdir(exist_ok=True)
        library = folder / package / (name + sysconfig.get_config_var("EXT_SUFFIX"))
        defines = [f"-DNAME={name}", f'-DFULL_NAME="{full_name}"', f"-DVERSION={version}"]
        defines += [f'-DINCLUDES="{includes}"'] if includes else []
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-g", "-w", f"-I{ROOT / 'cffi_build/emit/headers'}",
                        f"-I{sysconfig.get_path('include')}", *defines, str(Path(__file__).with_name("handmade.c")),
                        "-o", str(library)], check=True)
        return folder

    return build


@pytest.fixture(scope="session")
def handmade(build_handmade: Build) -> Iterator[Any]:
    """Return the imported module."""
    folder = build_handmade("_handmade")
    sys.path.insert(0, str(folder))
    yield importlib.import_module("_handmade")
    sys.path.remove(str(folder))


@pytest.fixture
def run_python() -> Run:
    """Return a function that runs Python text in a process of its own, with the same modules to import."""

    def run(text: str, folder: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(folder), *filter(None, sys.path)]))
        return subprocess.run([sys.executable, "-c", text], env=environment, check=check, capture_output=True, text=True, timeout=120)

    return run
