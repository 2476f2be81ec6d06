"""``when``: which markers hold, and what becomes of the values of a module."""

import sys

import pytest

from cffi_build.config import markers
from cffi_build.config.load import load
from cffi_build.errors import ConfigError

HERE, ELSEWHERE = f"sys_platform == '{sys.platform}'", f"sys_platform != '{sys.platform}'"
MODULE = """
[tool.cffi]
libraries = ["default"]
when = [{{ if = "{here}", libraries = ["more"], library-dirs = ["/d"] }}]
[[tool.cffi.modules]]
name = "_m"
cdef = "int f(int);"
source = ""
{keys}
"""


def module(folder, keys):
    (folder / "pyproject.toml").write_text(MODULE.format(here=HERE, keys=keys), encoding="utf-8")
    return load(folder, {}, {}).modules[0]


def test_lists_and_tables_are_appended_and_the_rest_is_replaced(tmp_path):
    keys = f"""
libraries = ["own"]
define-macros = {{ A = "1", B = "1" }}
language = "c"
when = [
  {{ if = "{HERE}", libraries = ["here"], define-macros = {{ B = "2" }}, language = "c++" }},
  {{ if = "{ELSEWHERE}", libraries = ["elsewhere"] }},
  {{ if = "python_version >= '3.9' and {HERE}", libraries = ["also"] }},
]
"""
    found = module(tmp_path, keys)
    assert found.libraries == ("own", "here", "also")
    assert found.define_macros == (("A", "1"), ("B", "2"))
    assert found.language == "c++"


def test_conditions_of_the_top_table_change_the_defaults(tmp_path):
    found = module(tmp_path, "")
    assert found.libraries == ("default", "more")
    assert found.library_dirs == ("/d",)
    assert module(tmp_path, 'libraries = ["own"]').libraries == ("own",)


def test_mistakes_inside_a_condition_are_found_whether_it_holds_or_not(tmp_path):
    with pytest.raises(ConfigError) as raised:
        module(tmp_path, f'when = [{{ if = "{ELSEWHERE}", librarys = ["m"], jobs = 1 }}]')
    assert "tool.cffi.modules[0].when[0].librarys: unknown key (did you mean 'libraries'?)" in str(raised.value)
    assert "tool.cffi.modules[0].when[0].jobs: unknown key" in str(raised.value)


@pytest.mark.parametrize(
    ("platform", "true"),
    [
        ("linux-aarch64", "sys_platform == 'linux' and platform_machine == 'aarch64' and os_name == 'posix'"),
        ("win-amd64", "sys_platform == 'win32' and platform_machine == 'AMD64' and os_name == 'nt' and platform_system == 'Windows'"),
        ("win32", "sys_platform == 'win32'"),
        ("macosx-11.0-arm64", "sys_platform == 'darwin' and platform_machine == 'arm64'"),
    ],
)
def test_markers_are_those_of_the_platform_that_is_compiled_for(monkeypatch, platform, true):
    monkeypatch.setenv("_PYTHON_HOST_PLATFORM", platform)
    assert markers.holds(true)
