"""Projects with a setup.py build with the setuptools that they have, also one from before pyproject.toml knew projects."""

import os
import sys

import pytest

SCRIPT = """
from cffi import FFI
ffibuilder = FFI()
ffibuilder.cdef("int twice(int);")
ffibuilder.set_source("pkg._twice", "static int twice(int x) { return 2 * x; }")
"""
SETUP = """
from setuptools import setup
setup(name="twice", version="1", packages=["pkg"], cffi_modules=["build_it.py:ffibuilder"])
"""
PYPROJECT = '[build-system]\nrequires = ["setuptools", "cffi"]\n'
TRY = "from pkg._twice import lib; print(lib.twice(21))"


@pytest.fixture
def project(tmp_path, write_files):
    files = {"build_it.py": SCRIPT, "setup.py": SETUP, "pyproject.toml": PYPROJECT, "pkg/__init__.py": ""}
    return write_files(tmp_path / "project", files)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="setuptools of that age do not run on Python 3.12")
@pytest.mark.parametrize("age", ["58.1.0", "65.5.0"], ids=["python-3.9", "python-3.11"])
def test_the_setuptools_that_came_with_python_builds_a_wheel_and_in_place(age, project, wheel, environment, run, tmp_path):
    python = environment(wheel, "pip", f"setuptools=={age}", "wheel==0.37.1")
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run(python, "-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "-w", tmp_path, project, env=clean)
    assert len(list(tmp_path.glob("twice-1-*.whl"))) == 1
    run(python, "setup.py", "-q", "build_ext", "--inplace", cwd=project, env=clean)
    assert run(python, "-c", TRY, cwd=project, env=clean).strip() == "42"
