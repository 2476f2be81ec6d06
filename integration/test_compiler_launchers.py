"""Compilers run through ccache, and through distcc with a server of our own: the objects really come from there."""

import os
import shutil
import socket
import subprocess
import time

import pytest

PYPROJECT = """
[build-system]
requires = ["cffi"]
build-backend = "cffi_build"
[project]
name = "launched"
version = "1.0"
[tool.cffi]
compiler-launcher = "{launcher}"
[[tool.cffi.modules]]
name = "_launched"
cdef = "int f(int);"
source = "int f(int);"
sources = ["f.c", "g.c"]
"""


@pytest.fixture
def build(run_hook, tmp_path):
    """Build the project; return everything that was printed."""

    def run(launcher, **environment):
        project = tmp_path / "project"
        project.mkdir(exist_ok=True)
        (project / "pyproject.toml").write_text(PYPROJECT.format(launcher=launcher), encoding="utf-8")
        for name in "fg":
            (project / f"{name}.c").write_text(f"int {name}(int x) {{ return x; }}\n", encoding="utf-8")
        code, output = run_hook("build_wheel", project, tmp_path / "out", environment={"CFFI_BUILD_CACHE": "false", **environment})
        assert code == 0, output
        return output

    return run


def needs(*programs):
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"no {program} here: apt-get install {programs[0]}")


def test_ccache_has_compiled_each_file_once_and_knows_it_the_second_time(build, tmp_path):
    needs("ccache")
    environment = {"CCACHE_DIR": str(tmp_path / "ccache")}

    def hits():
        command = ["ccache", "--print-stats"]
        shown = subprocess.run(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, encoding="utf-8", check=True)
        numbers = dict(line.split("\t") for line in shown.stdout.splitlines())
        return int(numbers["direct_cache_hit"]) + int(numbers["preprocessed_cache_hit"]), int(numbers["cache_miss"])

    build("ccache", **environment)
    assert hits() == (0, 3)
    build("ccache", **environment)
    assert hits()[0] >= 2  # the generated file lies in another folder each time


def answers(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def server(tmp_path):
    """A distccd of our own; its port and its log."""
    needs("distcc", "distccd")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "distccd.log"
    command = ["distccd", "--no-detach", "--daemon", "--listen", "127.0.0.1", "--allow", "127.0.0.1", "--port", str(port), "--jobs", "2"]
    command += ["--log-stderr", "--log-level", "info", "--enable-tcp-insecure"]
    with log.open("wb") as written:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=written, start_new_session=True)
    end = time.monotonic() + 20
    while not answers(port):
        if process.poll() is not None or time.monotonic() > end:
            pytest.skip(f"distccd does not start here: {log.read_text(encoding='utf-8')}")
        time.sleep(0.1)
    yield port, log
    process.terminate()
    process.wait()


def test_distcc_compiles_on_the_server(build, server, tmp_path):
    port, log = server
    environment = {"DISTCC_HOSTS": f"127.0.0.1:{port}", "DISTCC_FALLBACK": "0", "DISTCC_DIR": str(tmp_path / "distcc")}
    (tmp_path / "distcc").mkdir()
    build("distcc", **environment)
    text = log.read_text(encoding="utf-8")
    assert text.count("COMPILE_OK") == 3, text
    for name in ("f.c", "g.c", "_launched.c"):
        assert name in text
