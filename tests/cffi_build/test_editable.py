"""Editable installs that build again on import: when, with what output, and what an import says when the build fails."""

import os
import subprocess
import sys
import zipfile

import pytest

MODULE = """
[tool.setuptools]
packages = ["pkg"]
[[tool.cffi.modules]]
name = "pkg._mod"
cdef-files = ["mod.cdef.h"]
source = '#include "mod.h"'
sources = ["csrc/mod.c"]
include-dirs = ["csrc"]
"""
FILES = {
    "pkg/__init__.py": "",
    "mod.cdef.h": "int value(void);\n",
    "csrc/mod.h": "int value(void);\n#define VALUE 1\n",
    "csrc/mod.c": '#include "mod.h"\nint value(void) { return VALUE; }\n',
}
USE = "import pkg._mod as m; print(m.lib.value())"


@pytest.fixture
def installed(call_hook, write_project, tmp_path):
    """Install the project; return its folder and a function that runs a program in a fresh process."""
    project = write_project(MODULE, FILES)
    wheel = call_hook("build_editable", project, tmp_path, {"editable.rebuild": "true"})
    site = tmp_path / "site"
    zipfile.ZipFile(tmp_path / wheel).extractall(site)
    start = f"import site; site.addsitedir({str(site)!r})\n"

    def run(program):
        command = [sys.executable, "-c", start + program]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
        return done.stdout.strip(), done.stderr

    return project, run


def test_nothing_is_built_and_nothing_said_when_nothing_has_changed(installed):
    _, run = installed
    assert run(USE) == ("1", "")
    assert "cffi_build" not in run("import sys, pkg; print(sorted(sys.modules))")[0].replace("_cffi_rebuild", "")


@pytest.mark.parametrize(("file", "before", "after"), [("csrc/mod.h", "VALUE 1", "VALUE 22"), ("csrc/mod.c", "VALUE", "22")])
def test_a_changed_file_is_compiled_on_import_and_said_once(installed, file, before, after):
    project, run = installed
    (project / file).write_text((project / file).read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    output, messages = run(USE)
    assert (output, messages.splitlines()[0]) == ("22", f"cffi: {project} has changed: building pkg._mod")
    assert run(USE) == ("22", "")


def test_importing_something_else_builds_nothing(installed):
    project, run = installed
    os.utime(project / "csrc" / "mod.c", (1, 1))
    assert run("import pkg, json") == ("", "")


def test_a_build_that_fails_is_an_import_error_with_the_message(installed):
    project, run = installed
    (project / "mod.cdef.h").write_text("int value(void);\nint other(void);\n", encoding="utf-8")
    output, messages = run(USE)
    assert output == ""
    assert "ImportError: building pkg._mod again failed:" in messages
    assert "mod.cdef.h:2:" in messages


def test_the_files_added_are_in_the_record_of_the_wheel_with_their_digests(call_hook, write_project, tmp_path):
    wheel = zipfile.ZipFile(tmp_path / call_hook("build_editable", write_project(MODULE, FILES), tmp_path, {"editable.rebuild": "true"}))
    record = wheel.read("sample-1.0.dist-info/RECORD").decode().splitlines()
    assert {line.partition(",")[0] for line in record} == set(wheel.namelist())
    assert [line.partition(",")[0] for line in record if line.startswith("_cffi_rebuild_sample")] == [
        "_cffi_rebuild_sample.py",
        "_cffi_rebuild_sample.pth",
    ]


def test_without_the_setting_nothing_is_added(call_hook, write_project, tmp_path):
    wheel = zipfile.ZipFile(tmp_path / call_hook("build_editable", write_project(MODULE, FILES), tmp_path))
    assert not [name for name in wheel.namelist() if "rebuild" in name]
