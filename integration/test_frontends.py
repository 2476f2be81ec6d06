"""Real frontends build and install a project of ours: pip in its ways, uv, tox, nox. `python -m build` is in test_packages."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

SQUARED = Path(__file__).resolve().parent / "packages" / "squared"
SAYS = "square(12) = 144, hypotenuse(3, 4) = 5.0"
CHECK = "import squared, squared._squared as m; assert m.lib.square(12) == 144"
TOX = """
[tool.tox]
env_list = ["check"]
[tool.tox.env.check]
package = "wheel"
wheel_build_env = ".pkg"
commands = [["python", "-c", "{check}"]]
"""
NOX = """
import nox

@nox.session
def check(session):
    session.install(".")
    session.run("python", "-c", "{check}")
"""


@pytest.fixture(scope="session")
def tools(tmp_path_factory):
    """The folder with the programs uv, tox and nox, installed from the index."""
    folder = tmp_path_factory.mktemp("tools")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "uv", "tox", "nox"]
    done = subprocess.run(install, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    if done.returncode:
        pytest.skip(f"uv, tox and nox cannot be installed here: {done.stdout.strip().splitlines()[-1]}")
    return python.parent


@pytest.fixture
def env(tools, frontend_environment, wheelhouse):
    """The environment of `frontend_environment`, with the tools on the path and as uv reads it."""
    constraints = frontend_environment["PIP_CONSTRAINT"]
    offered = {"UV_FIND_LINKS": str(wheelhouse), "UV_CONSTRAINT": constraints, "UV_BUILD_CONSTRAINT": constraints, "UV_NO_CONFIG": "1"}
    path = f"{tools}{os.pathsep}{frontend_environment['PATH']}"
    return {**{k: v for k, v in frontend_environment.items() if k != "PYTHONPATH"}, **offered, "PATH": path}


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "squared"
    shutil.copytree(SQUARED, folder)
    return folder


@pytest.fixture
def listing(project):
    """The project, listing cffi itself: uv and tox read [project] without building, and see no other requirement."""
    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    (project / "pyproject.toml").write_text(text.replace("[project]", '[project]\ndependencies = ["cffi>=1.17"]'), encoding="utf-8")
    return project


@pytest.fixture
def empty(tmp_path, run):
    """The interpreter of an environment with nothing in it."""
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "empty")
    return tmp_path / "empty" / "bin" / "python"


def pip(run, python, *arguments, env, cwd=None):
    return run(sys.executable, "-m", "pip", "--python", python, *arguments, env=env, cwd=cwd)


# ---- pip


def test_pip_wheel_without_isolation_uses_what_is_installed(run, env, project, empty, wheel, tmp_path):
    pip(run, empty, "install", "--quiet", wheel, "setuptools", "wheel", env=env)
    env = {name: value for name, value in env.items() if name != "PIP_BUILD_CONSTRAINT"}  # pip refuses it without isolation
    pip(run, empty, "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir", tmp_path / "out", project, env=env)
    (made,) = (tmp_path / "out").glob("*.whl")
    assert made.name.startswith("squared-1.0-cp39-abi3-")


def test_pip_installs_from_a_git_repository(run, env, project, empty, tmp_path):
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x"]):
        run("git", *command, cwd=project)
    pip(run, empty, "install", "--quiet", f"squared @ git+file://{project}", env=env)
    assert run(empty, "-m", "squared", cwd=tmp_path).startswith(SAYS)


def test_pip_passes_settings_on(run, env, project, empty, tmp_path):
    settings = ["--config-settings=limited-api=false", "--config-settings=jobs=1"]
    pip(run, empty, "wheel", "--quiet", "--no-deps", *settings, "--wheel-dir", tmp_path / "out", project, env=env)
    (made,) = (tmp_path / "out").glob("*.whl")
    assert "abi3" not in made.name


# ---- uv


def test_uv_build_makes_an_sdist_and_a_wheel_from_it(run, env, project, tmp_path):
    run("uv", "build", "--python", sys.executable, "--out-dir", tmp_path / "out", project, env=env)
    (wheel,), (sdist,) = (tmp_path / "out").glob("*.whl"), (tmp_path / "out").glob("*.tar.gz")
    assert "squared/_squared.abi3.so" in zipfile.ZipFile(wheel).namelist()
    with tarfile.open(sdist) as archive:
        assert "squared-1.0/csrc/square.c" in archive.getnames()


@pytest.mark.parametrize("editable", [[], ["--editable"]], ids=["plain", "editable"])
def test_uv_pip_installs_a_folder(run, env, listing, empty, tmp_path, editable):
    run("uv", "pip", "install", "--python", empty, *editable, listing, env=env)
    assert run(empty, "-m", "squared", cwd=tmp_path).startswith(SAYS)


def test_uv_passes_settings_on(run, env, project, tmp_path):
    run("uv", "build", "--wheel", "--python", sys.executable, "-C", "limited-api=false", "--out-dir", tmp_path / "out", project, env=env)
    (wheel,) = (tmp_path / "out").glob("*.whl")
    assert "abi3" not in wheel.name


# ---- tox, nox


def test_tox_builds_installs_and_runs(run, env, listing):
    with (listing / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(TOX.format(check=CHECK))
    passed = {**env, "TOX_OVERRIDE": "testenv.pass_env=PIP_*"}
    output = run("tox", "run", "-e", "check", cwd=listing, env=passed)
    assert "congratulations" in output


def test_nox_builds_installs_and_runs(run, env, project):
    (project / "noxfile.py").write_text(NOX.format(check=CHECK), encoding="utf-8")
    assert "Session check was successful" in run("nox", "--verbose", cwd=project, env=env)
