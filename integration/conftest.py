"""Our own distribution as wheels, sample projects built by a real frontend, and clean environments to run them in.

What is slow is made once a session, and our own wheel once for a state of the source files: it lies in .work/wheelhouse.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "integration" / "packages"
SOURCES = ("c_src", "cffi", "cffi_build", "cffi_runtime", "pyproject.toml", "setup.py", "MANIFEST.in")


def run_command(*command, cwd=None, env=None):
    """Run a command that must succeed; return what it wrote."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def run():
    """The function `run_command`."""
    return run_command


def fingerprint():
    """A digest of everything that our distribution is made from."""
    digest = hashlib.sha256(sys.version.encode())
    for name in SOURCES:
        for path in sorted([ROOT / name, *(ROOT / name).rglob("*")]):
            if path.is_file() and path.suffix in (".c", ".h", ".def", ".py", ".toml", ".in", ".pyi", ".typed"):
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def wheelhouse():
    """A folder with our sdist and the wheel that a frontend builds from that sdist."""
    folder = ROOT / ".work" / "wheelhouse" / fingerprint()
    if not list(folder.glob("*.whl")):
        scratch = folder.with_suffix(".new")
        shutil.rmtree(scratch, ignore_errors=True)
        run_command(sys.executable, "-m", "build", "--outdir", scratch, ROOT)
        scratch.rename(folder)
    return folder


@pytest.fixture(scope="session")
def wheel(wheelhouse):
    """Our wheel."""
    (path,) = wheelhouse.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def version(wheel):
    """Our version, as the wheel's name has it."""
    return wheel.name.split("-")[1]


@pytest.fixture(scope="session")
def frontend_environment(wheelhouse, version, tmp_path_factory):
    """Environment variables with which frontends take cffi from `wheelhouse`, and everything else from the index."""
    constraints = tmp_path_factory.mktemp("constraints") / "cffi.txt"
    constraints.write_text(f"cffi=={version}\n", encoding="utf-8")
    links = f"{wheelhouse} {os.environ.get('PIP_FIND_LINKS', '')}".strip()
    offered = {"PIP_FIND_LINKS": links, "PIP_CONSTRAINT": str(constraints), "PIP_BUILD_CONSTRAINT": str(constraints)}
    return {**os.environ, **offered, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@pytest.fixture(scope="session")
def build_package(frontend_environment, tmp_path_factory):
    """Build a project of integration/packages in isolation, as `python -m build` does; return the wheel. Once a session."""
    built = {}

    def build(name):
        if name not in built:
            folder = tmp_path_factory.mktemp(name)
            shutil.copytree(PACKAGES / name, folder / name)
            run_command(sys.executable, "-m", "build", "--outdir", folder / "dist", folder / name, env=frontend_environment)
            (built[name],) = (folder / "dist").glob("*.whl")
        return built[name]

    return build


@pytest.fixture(scope="session")
def environment(tmp_path_factory, frontend_environment):
    """Make a clean virtual environment with the given things installed; return its interpreter."""

    def make(*requirements, env=frontend_environment):
        folder = tmp_path_factory.mktemp("environment")
        run_command(sys.executable, "-m", "venv", "--without-pip", folder)
        python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
        run_command(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", *requirements, env=env)
        return python

    return make
