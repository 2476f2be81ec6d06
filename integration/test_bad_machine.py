"""What goes wrong outside of a project: full disks, folders that cannot be written, compilers that die, Ctrl-C. Nothing is left behind."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

PYPROJECT = """
[build-system]
requires = ["cffi"]
build-backend = "cffi_build"
[project]
name = "good"
version = "1.0"
[[tool.cffi.modules]]
name = "_good"
cdef = "int f(int);"
source = "int f(int);"
sources = ["good.c"]
"""
CODE = "static char filler[3000000] = {1};\nint f(int x) { return filler[x]; }\n"
PROGRAM = "import sys, cffi_build; getattr(cffi_build, sys.argv[1])(sys.argv[2])"


@pytest.fixture
def project(tmp_path, write_files):
    folder = write_files(tmp_path / "project", {"pyproject.toml": PYPROJECT, "good.c": CODE})
    for name in ("out", "scratch"):
        (tmp_path / name).mkdir()
    return folder


@pytest.fixture
def mounted(tmp_path):
    """Mount a file system of some bytes, or make a folder one that cannot be written; undone at the end."""
    places = []

    def mount(name, *options):
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        done = subprocess.run(["mount", *options, str(place)], stderr=subprocess.PIPE, encoding="utf-8")
        if done.returncode:
            pytest.skip(f"cannot mount here: {done.stderr.strip()}")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", "-l", str(place)], check=True)


def files_in(*folders):
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def build(run_hook, project, tmp_path, hook="build_wheel", out="out", **environment):
    code, output = run_hook(hook, project, tmp_path / out, environment={"TMPDIR": str(tmp_path / "scratch"), **environment})
    assert "Traceback" not in output
    return code, output


def test_the_project_is_built_where_nothing_is_wrong(run_hook, project, tmp_path):
    assert build(run_hook, project, tmp_path)[0] == 0
    assert len(files_in(tmp_path / "out")) == 1


# ---- disks


@pytest.mark.parametrize("size", ["4k", "600k", "2m", "4m"])
def test_a_full_disk_for_scratch_files(run_hook, project, tmp_path, mounted, size):
    mounted("scratch", "-t", "tmpfs", "-o", f"size={size}", "tmpfs")
    code, output = build(run_hook, project, tmp_path, CFFI_BUILD_CACHE="false")
    assert code == 1
    assert "the disk is full: free some space, or set TMPDIR" in output
    assert files_in(tmp_path / "out") == []


def test_a_full_disk_for_the_wheel(run_hook, project, tmp_path, mounted):
    place = mounted("out", "-t", "tmpfs", "-o", "size=4k", "tmpfs")
    (project / "data.bin").write_bytes(os.urandom(10000))
    (project / "good.py").write_text("# " + os.urandom(20000).hex(), encoding="utf-8")
    code, output = build(run_hook, project, tmp_path)
    assert code == 1
    assert "No space left on device" in output
    assert files_in(place) == []


def test_a_full_disk_for_the_cache_is_told_and_the_wheel_is_built(run_hook, project, tmp_path, mounted):
    place = mounted("cache", "-t", "tmpfs", "-o", "size=16k", "tmpfs")
    code, output = build(run_hook, project, tmp_path, CFFI_BUILD_CACHE=str(place))
    assert code == 0
    assert f"the cache {place} cannot be written (No space left on device)" in output
    assert not [path for path in files_in(place) if path.name.startswith(".new")]


def test_a_source_tree_that_cannot_be_written_is_no_obstacle_for_a_wheel(run_hook, project, tmp_path, mounted):
    mounted("project", "--bind", "-o", "ro", str(project))
    subprocess.run(["mount", "-o", "remount,ro,bind", str(project)], check=True)
    assert build(run_hook, project, tmp_path)[0] == 0
    code, output = build(run_hook, project, tmp_path, "build_editable")
    assert code == 1
    assert "Read-only file system" in output


@pytest.mark.parametrize("out", ["out/file/below", "project/pyproject.toml"])
def test_a_place_for_the_wheel_that_is_none(run_hook, project, tmp_path, out):
    (tmp_path / "out" / "file").write_text("", encoding="utf-8")
    code, output = build(run_hook, project, tmp_path, out=out)
    assert code == 1
    assert "Not a directory" in output or "File exists" in output


def test_a_place_for_scratch_files_that_is_none_is_passed_over(run_hook, project, tmp_path):
    assert build(run_hook, project, tmp_path, TMPDIR=str(tmp_path / "nowhere"))[0] == 0
    assert not (tmp_path / "nowhere").exists()


# ---- compilers


def compiler(tmp_path, body):
    path = tmp_path / "bad-cc"
    choice = f'case "$*" in *--version*) exec cc "$@";; *" good.c "*) {body};; *) exec cc "$@";; esac'
    path.write_text(f"#!/bin/sh\n{choice}\n", encoding="utf-8")
    path.chmod(0o755)
    return {"CC": str(path), "LDSHARED": "cc -shared", "CFFI_BUILD_CACHE": "false"}


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ("kill -9 $$", ["cc good.c: failed", "was killed by signal 9 (SIGKILL): too little memory? run fewer compilers at once: jobs = 1"]),
        ("kill -SEGV $$", ["was killed by signal 11 (SIGSEGV)"]),
        ("exit 3", ["exit status 3"]),
        ("echo 'good.c:1:1: error: no' >&2; exit 1", ["good.c:1: error: no"]),
    ],
)
def test_a_compiler_that_dies(run_hook, project, tmp_path, body, messages):
    code, output = build(run_hook, project, tmp_path, **compiler(tmp_path, body))
    assert code == 1
    for message in messages:
        assert message in output, output
    assert files_in(tmp_path / "out") == []
    (log,) = files_in(tmp_path / "scratch")
    assert f"The full output is in {log}" in output


def test_no_compiler(run_hook, project, tmp_path):
    code, output = build(run_hook, project, tmp_path, CC="no-such-cc", LDSHARED="no-such-cc -shared")
    assert code == 1
    assert "there is no compiler 'no-such-cc' here" in output


def test_a_launcher_that_is_not_there(run_hook, project, tmp_path):
    code, output = build(run_hook, project, tmp_path, CFFI_BUILD_COMPILER_LAUNCHER="sccache", PATH="/usr/bin:/bin")
    if shutil.which("sccache", path="/usr/bin:/bin"):
        pytest.skip("sccache is there")
    assert code == 1
    assert "there is no program 'sccache' here: apt-get install sccache" in output


# ---- interruption


@pytest.mark.parametrize("hook", ["build_wheel", "build_editable"])
def test_ctrl_c_stops_the_compilers_and_leaves_nothing(project, tmp_path, hook):
    started = tmp_path / "started"
    environment = compiler(tmp_path, f"touch {started}; sleep 60")
    command = [sys.executable, "-c", PROGRAM, hook, str(tmp_path / "out")]
    process = subprocess.Popen(
        command,
        cwd=project,
        env={**os.environ, "TMPDIR": str(tmp_path / "scratch"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which a shell's background jobs ignore
    )
    end = time.monotonic() + 60
    while not started.exists():
        assert time.monotonic() < end, process.communicate()
        time.sleep(0.05)
    begin = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert time.monotonic() - begin < 15
    assert process.returncode == 1, output
    assert "interrupted: nothing half-made was left" in output
    assert "Traceback" not in output
    assert files_in(tmp_path / "out", tmp_path / "scratch") == []
    assert not [path for path in files_in(project) if path.suffix in (".so", ".o")]
