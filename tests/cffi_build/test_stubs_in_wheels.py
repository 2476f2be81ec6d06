"""Stubs and ``py.typed``: where they are in wheels and editable installs, and that a type checker uses them."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MODULE = """
[[tool.cffi.modules]]
name = "{name}"
cdef = "int add(int, int);"
source = "static int add(int a, int b) {{ return a + b; }}"
{keys}
"""
ABI = '[[tool.cffi.modules]]\nname = "pkg.sub._abi"\nmode = "abi"\ncdef = "int puts(const char *);"\n'
FILES = {"pkg/__init__.py": "", "pkg/sub/__init__.py": ""}
PACKAGES = '[tool.setuptools]\npackages = ["pkg", "pkg.sub"]\n'


def stubs(folder, wheel):
    return {name for name in zipfile.ZipFile(folder / wheel).namelist() if name.endswith((".pyi", "py.typed"))}


def test_a_stub_lies_beside_each_module_and_the_marker_in_the_top_level_package(call_hook, write_project, tmp_path):
    project = write_project(PACKAGES + MODULE.format(name="pkg.sub._mod", keys="") + MODULE.format(name="_top", keys="") + ABI, FILES)
    wheel = call_hook("build_wheel", project, tmp_path)
    assert stubs(tmp_path, wheel) == {"pkg/sub/_mod.pyi", "pkg/sub/_abi.pyi", "_top.pyi", "pkg/py.typed"}
    record = zipfile.ZipFile(tmp_path / wheel).read("sample-1.0.dist-info/RECORD").decode()
    assert all(f"{name},sha256=" in record for name in stubs(tmp_path, wheel))


def test_stubs_can_be_left_out_and_a_marker_of_the_project_stays(call_hook, write_project, tmp_path):
    files = {**FILES, "pkg/py.typed": "partial\n"}
    project = write_project(PACKAGES + MODULE.format(name="pkg._mod", keys="") + MODULE.format(name="pkg._no", keys="stubs = false"), files)
    wheel = call_hook("build_wheel", project, tmp_path)
    assert stubs(tmp_path, wheel) == {"pkg/_mod.pyi", "pkg/py.typed"}
    assert zipfile.ZipFile(tmp_path / wheel).read("pkg/py.typed") == b"partial\n"


@pytest.mark.parametrize("mode", ["lenient", "strict"])
def test_an_editable_install_has_them_too_and_mypy_reads_them(call_hook, write_project, tmp_path, mode):
    project = write_project(PACKAGES + MODULE.format(name="pkg._mod", keys="") + ABI, FILES)
    call_hook("build_editable", project, tmp_path, {"editable-mode": mode})
    for name in ("pkg/_mod.pyi", "pkg/py.typed", "pkg/sub/_abi.pyi"):
        assert (project / name).is_file()
    (project / "use.py").write_text("from pkg._mod import lib\nreveal_type(lib.add(1, 2))\nlib.add('x', 2)\nlib.sub\n", encoding="utf-8")
    environment = {**os.environ, "MYPYPATH": str(ROOT)}  # type checkers do not follow the finder of our own editable install
    done = subprocess.run([sys.executable, "-m", "mypy", "use.py"], cwd=project, env=environment, stdout=subprocess.PIPE, encoding="utf-8")
    assert "use.py:2: note: Revealed type is" in done.stdout
    assert "use.py:3: error: " in done.stdout
    assert "use.py:4: error: " in done.stdout
