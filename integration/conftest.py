"""Our own distribution as wheels, sample projects built by a real frontend, and clean environments to run them in.

What is slow is made once a session, and our own wheel once for a state of the source files: it lies in .work/wheelhouse.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
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


# ---- hooks without a process that starts from nothing


@pytest.fixture
def run_hook():
    """The function `call_in_fork`."""
    if not hasattr(os, "fork"):
        pytest.skip("needs fork()")
    return call_in_fork


@pytest.fixture
def names_below():
    """A function: the names of all files below a folder, for comparing before and after."""
    return lambda folder: sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


def call_in_fork(name, project, *arguments, environment=None):
    """Call a hook in a fork of this process, which has imported everything already: sixty broken projects in a minute.

    Folder, environment and output are set as a frontend sets them. Returns the exit code and everything that was written.
    """
    _import_everything()
    with tempfile.TemporaryFile() as written:
        child = os.fork()
        if child == 0:
            _child(name, project, arguments, environment or {}, written.fileno())
        _, status = os.waitpid(child, 0)
        written.seek(0)
        return os.waitstatus_to_exitcode(status), written.read().decode(errors="replace")


def _import_everything():
    """Import what a hook imports, once."""
    from setuptools.command import bdist_wheel, build_ext, build_py, dist_info, editable_wheel, sdist

    import cffi_build.hooks
    import cffi_build.setuptools_plugin

    return cffi_build.hooks, cffi_build.setuptools_plugin, bdist_wheel, build_ext, build_py, dist_info, editable_wheel, sdist


def _child(name, project, arguments, environment, output):
    code = 2
    try:
        for target in (1, 2):
            os.dup2(output, target)
        sys.stdout, sys.stderr = (open(target, "w", encoding="utf-8", closefd=False) for target in (1, 2))  # noqa: SIM115  # till the end
        os.chdir(project)
        os.environ.update(environment)
        tempfile.tempdir = None  # look at TMPDIR again
        code = _call(name, arguments)
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _call(name, arguments):
    import cffi_build

    try:
        getattr(cffi_build, name)(*map(str, arguments))
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 2
    return 0
