"""Reading `[tool.cffi]`: what comes out of a right file, and that a wrong one is told every mistake at once."""

import pytest

from cffi_build.config.load import load
from cffi_build.errors import ConfigError

MODULE = """
[[tool.cffi.modules]]
name = "pkg._mod"
cdef = "int f(int);"
source = "static int f(int x) { return x; }"
"""


def load_text(folder, text):
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return load(folder)


def messages(folder, text):
    with pytest.raises(ConfigError) as raised:
        load_text(folder, text)
    return [line for line in str(raised.value).splitlines() if not line[:6].strip().isdigit()]


def test_a_folder_without_pyproject_or_without_our_table_gives_none(tmp_path):
    assert load(tmp_path) is None
    assert load_text(tmp_path, '[project]\nname = "x"\ndescription = "mentions cffi"\n') is None


def test_the_smallest_module_has_all_defaults(tmp_path):
    (module,) = load_text(tmp_path, MODULE).modules
    assert (module.name, module.mode, module.limited_api, module.language) == ("pkg._mod", "api", "auto", "c")
    assert module.sources == module.libraries == module.define_macros == ()


def test_globs_are_expanded_in_sorted_order(tmp_path):
    (tmp_path / "c").mkdir()
    for name in ("b.c", "a.c", "a.h"):
        (tmp_path / "c" / name).touch()
    (module,) = load_text(tmp_path, MODULE + 'sources = ["c/b.c", "c/*.c"]').modules
    assert module.sources == ("c/b.c", "c/a.c")


def test_module_keys_of_the_top_table_are_defaults_that_a_module_replaces(tmp_path):
    text = '[tool.cffi]\nlibraries = ["m"]\nlanguage = "c++"\njobs = 3\n' + MODULE + 'libraries = ["z"]\n'
    configuration = load_text(tmp_path, text)
    assert configuration.project.jobs == 3
    assert configuration.modules[0].libraries == ("z",)
    assert configuration.modules[0].language == "c++"


def test_all_mistakes_are_reported_at_once(tmp_path):
    text = (
        '[tool.cffi]\njob = 2\n[[tool.cffi.modules]]\nname = "a b"\ncdef = 1\nsource = ""\n'
        '[[tool.cffi.modules]]\nname = "m"\ncdef = ""\nsource = ""\nlibrarys = ["m"]\nlimited-api = true\nsources = ["x.c"]\n'
    )
    assert messages(tmp_path, text) == [
        "pyproject.toml: tool.cffi.job: unknown key (did you mean 'jobs'?)",
        "pyproject.toml: tool.cffi.modules[0].name: expected the dotted name of a module such as 'package._module', got 'a b'",
        "pyproject.toml: tool.cffi.modules[0].cdef: expected a string, got an integer: 1",
        "pyproject.toml: tool.cffi.modules[1].librarys: unknown key (did you mean 'libraries'?)",
        'pyproject.toml: tool.cffi.modules[1].limited-api: expected "auto", false, or a Python version such as "3.9", got true',
    ]


def test_a_mistake_is_shown_with_its_line(tmp_path):
    with pytest.raises(ConfigError, match=r"\n    6 \| librarys = \['m'\]"):
        load_text(tmp_path, MODULE + "librarys = ['m']\n")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ('cdef = "int f;"\nsource = ""', "the key 'name' is missing"),
        ('name = "m"\nsource = ""', "the declarations are missing: give 'cdef' (text), 'cdef-files' or 'headers'"),
        ('name = "m"\ncdef = ""\nsource = ""\ndeclarations = ["f*"]', "declarations: means nothing without 'headers'"),
        ('name = "m"\ncdef = "int f;"', "the C prelude is missing: give 'source'"),
        ('name = "m"\ncdef = "int f;"\nsource = "x"\nsource-file = "pyproject.toml"', "give 'source' or 'source-file', not both"),
        ('name = "m"\ncdef-files = ["no.h"]\nsource = ""', "no such file: 'no.h'"),
        ('name = "m"\ncdef-files = ["no*.h"]\nsource = ""', "no file matches 'no*.h'"),
        ('name = "m"\ncdef = "int f;"\nsource-file = "no.c"', "no such file: 'no.c'"),
        ('name = "m"\ncdef = "int f;"\nsource = ""\nsources = ["../up.c"]', "'../up.c' is outside the project folder"),
        ('name = "m"\ncdef = "int f;"\nsource = ""\nsources = ["/etc/passwd"]', "'/etc/passwd' is outside the project folder"),
        ('name = "m"\ncdef = "int f;"\nsource = ""\ninclude-dirs = ["nowhere"]', "no such folder: 'nowhere'"),
        ('name = "m"\ncdef = "int f;"\nbuild-script = "pyproject.py:ffi"', "cdef: means nothing beside 'build-script'"),
        ('name = "m"\nbuild-script = "none.py:ffi"', "no such file: 'none.py'"),
        ('name = "m"\nbuild-script = "none.py"', "expected a script and a variable in it"),
        ('name = "m"\ncdef = ""\nsource = ""\ninclude = ["m"]', "modules cannot include one another: m → m"),
        ('name = "m"\ncdef = ""\nsource = ""\nwhen = [{ libraries = ["m"] }]', "the key 'if' is missing"),
        ('name = "m"\ncdef = ""\nsource = ""\nwhen = [{ if = "os == 1" }]', "when[0].if: not a marker of PEP 508"),
        ('name = "m"\ncdef = ""\nsource = ""\nwhen = [{ if = "os_name == \'x\'", name = "n" }]', "when[0].name: unknown key"),
        ('name = "m"\nmode = "abi"\ncdef = "int f;"\nlibraries = ["m"]', 'libraries: means nothing with mode = "abi"'),
    ],
)
def test_a_module_that_cannot_be_built_is_refused(tmp_path, keys, message):
    (line,) = messages(tmp_path, f"[[tool.cffi.modules]]\n{keys}\n")
    assert line.startswith("pyproject.toml: tool.cffi.modules[0]")
    assert message in line


def test_two_modules_of_one_name_are_refused(tmp_path):
    (line,) = messages(tmp_path, MODULE * 2)
    assert line == "pyproject.toml: tool.cffi.modules[1].name: there is already a module 'pkg._mod': tool.cffi.modules[0]"


def test_a_table_without_modules_is_refused(tmp_path):
    assert "no module to build" in messages(tmp_path, "[tool.cffi]\njobs = 1\n")[0]


def test_a_table_of_the_wrong_type_is_refused(tmp_path):
    assert messages(tmp_path, "[tool]\ncffi = 3\n") == ["pyproject.toml: tool.cffi: expected a table, got an integer: 3"]


def test_broken_toml_is_reported_with_its_line(tmp_path):
    (line,) = messages(tmp_path, "[tool.cffi]\nname = \n")
    assert line.startswith("pyproject.toml: not valid TOML: ")
    assert "line 2" in line


def test_a_file_that_is_not_utf8_is_reported(tmp_path):
    (tmp_path / "pyproject.toml").write_bytes(b'[tool.cffi]\ncdef = "\xff"\n')
    with pytest.raises(ConfigError, match=r"pyproject\.toml: not UTF-8: invalid start byte at byte 20"):
        load(tmp_path)
