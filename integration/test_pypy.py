"""PyPy: our backend builds there, and what it builds runs on the `_cffi_backend` that is a part of PyPy."""

import os
import shutil
import socket
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "integration" / "packages"

PYPY = shutil.which("pypy3")
pytestmark = pytest.mark.skipif(PYPY is None, reason="no pypy3 here (Debian: apt-get install pypy3 pypy3-dev pypy3-venv)")


@pytest.fixture(scope="module")
def pypy(run, tmp_path_factory):
    """The interpreter of an environment of PyPy."""
    folder = tmp_path_factory.mktemp("pypy")
    run(PYPY, "-m", "venv", folder)
    return folder / "bin" / "pypy3"


@pytest.fixture(scope="module")
def our_wheel(pypy, wheelhouse, run, tmp_path_factory):
    """Our wheel as PyPy's pip makes it from our sdist."""
    folder = tmp_path_factory.mktemp("wheel")
    (sdist,) = wheelhouse.glob("*.tar.gz")
    run(pypy, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder, sdist, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def install_sample(pypy, our_wheel, run, tmp_path_factory):
    """Build a project of integration/packages with PyPy, install it; return the wheel."""
    run(pypy, "-m", "pip", "install", "-q", our_wheel, "setuptools>=70.1", "wheel")

    def install(name):
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(PACKAGES / name, folder / name)
        run(pypy, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder, folder / name, cwd=folder)
        (wheel,) = folder.glob("*.whl")
        run(pypy, "-m", "pip", "install", "--no-index", wheel, cwd=folder)
        return wheel

    return install


def test_our_distribution_is_the_backend_there_and_no_other_interpreter_takes_it(our_wheel):
    assert our_wheel.name.startswith("cffi-3")
    assert our_wheel.name.endswith("-none-any.whl")
    assert "-pp3" in our_wheel.name
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(our_wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"cffi_build"}


def test_a_compiled_module_is_built_installed_and_run(pypy, install_sample, run):
    wheel = install_sample("squared")
    assert "-pp3" in wheel.name
    assert "-none-any" not in wheel.name
    assert "square(12) = 144, hypotenuse(3, 4) = 5.0" in run(pypy, "-m", "squared", cwd=wheel.parent)
    run(pypy, "-m", "pip", "check")


def test_an_abi_module_is_the_same_bytes_and_runs(pypy, install_sample, build_package, run):
    wheel = install_sample("host_name")
    assert wheel.name.endswith("-py3-none-any.whl")
    here, there = (zipfile.ZipFile(each).read("host_name/_libc.py") for each in (build_package("host_name"), wheel))
    assert here == there
    assert socket.gethostname() in run(pypy, "-m", "host_name", cwd=wheel.parent)


def test_our_own_tree_is_no_replacement_of_the_cffi_of_pypy(pypy, run, tmp_path):
    """Reached by accident only, through PYTHONPATH: it says so."""
    code = "try:\n    import cffi_runtime\nexcept ImportError as error:\n    print(error)"
    said = run(pypy, "-c", code, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert "a part of PyPy" in said
