"""Settings of one build: how ``-C`` and ``CFFI_BUILD_…`` are spelled, read and refused; and that they win over pyproject.toml."""

import pytest

from cffi_build.config import settings
from cffi_build.config.load import load
from cffi_build.errors import ConfigError

MODULES = """
[tool.cffi]
jobs = 2
[[tool.cffi.modules]]
name = "pkg._a"
cdef = "int f(int);"
source = ""
libraries = ["file"]
[[tool.cffi.modules]]
name = "pkg._b"
cdef = "int g(int);"
source = ""
"""


def read(given=None, environment=None):
    problems = []
    found = settings.read(given or {}, environment or {}, problems)
    return found, [f"{problem.place.path[0]}: {problem.message}" for problem in problems]


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("jobs", "3", 3),
        ("cache", "false", False),
        ("cache", "/tmp/objects", "/tmp/objects"),
        ("limited-api", "3.11", "3.11"),
        ("limited-api", "false", False),
        ("stubs", "false", False),
        ("source", "true", "true"),
        ("libraries", "z m", ("z", "m")),
        ("libraries", '["a b", "c"]', ("a b", "c")),
        ("libraries", ["z", "'a b'"], ("z", "a b")),
        ("define-macros", "A=1 B", (("A", "1"), ("B", None))),
        ("define-macros", '{ A = "x y" }', (("A", "x y"),)),
        ("compiler-launcher", "ccache", "ccache"),
    ],
)
def test_a_value_is_read_as_its_key_needs_it(key, text, value):
    found, problems = read({key: text})
    assert problems == []
    assert {**found.project, **found.modules.get(None, {})} == {key: value}


def test_every_key_has_an_environment_variable_and_a_spelling_for_one_module():
    for key in [*settings.OF_PROJECT, *settings.OF_MODULE, *settings.OF_HOOKS]:
        name = "CFFI_BUILD_" + key.upper().replace("-", "_").replace(".", "_")
        assert read(environment={name: "\0"})[1] != [f"{name}: unknown setting"]
    found, _ = read({"pkg._mod.include-dirs": "a b"})
    assert found.modules == {"pkg._mod": {"include-dirs": ("a", "b")}}


@pytest.mark.parametrize(
    ("given", "environment", "message"),
    [
        ({"libarries": "z"}, {}, "-C libarries: unknown setting (did you mean 'libraries'?)"),
        ({"m.libarries": "z"}, {}, "-C m.libarries: unknown setting (did you mean 'libraries'?)"),
        ({"name": "m"}, {}, "-C name: unknown setting"),
        ({"jobs": "0"}, {}, "-C jobs: expected an integer from 1 up, got 0"),
        ({"jobs": "two"}, {}, "-C jobs: expected an integer, got a string: 'two'"),
        ({"jobs": 3}, {}, "-C jobs: expected a text, got 3"),
        ({"libraries": '["z"'}, {}, "-C libraries: expected an array, got a string: '[\"z\"'"),
        ({"libraries": "z 'm"}, {}, "-C libraries: expected an array, got a string: \"z 'm\""),
        ({"mode": "apy"}, {}, '-C mode: expected "api" or "abi", got \'apy\' (did you mean \'api\'?)'),
        ({}, {"CFFI_BUILD_JOB": "1"}, "CFFI_BUILD_JOB: unknown setting (did you mean 'CFFI_BUILD_JOBS'?)"),
        ({}, {"CFFI_BUILD_STUBS": "no"}, "CFFI_BUILD_STUBS: expected true or false, got a string: 'no'"),
    ],
)
def test_a_wrong_setting_is_told_under_the_name_by_which_it_was_given(given, environment, message):
    (told,) = read(given, environment)[1]
    assert told.startswith(message)


def test_settings_win_over_the_file_those_of_a_module_over_those_of_all_and_the_frontend_over_the_environment(tmp_path):
    (tmp_path / "pyproject.toml").write_text(MODULES, encoding="utf-8")
    given = {"libraries": "all", "pkg._b.libraries": "one", "jobs": "5", "editable-mode": "strict"}
    configuration = load(tmp_path, given, {"CFFI_BUILD_JOBS": "4", "CFFI_BUILD_LANGUAGE": "c++"})
    assert configuration.project.jobs == 5
    assert [module.libraries for module in configuration.modules] == [("all",), ("one",)]
    assert [module.language for module in configuration.modules] == ["c++", "c++"]


def test_mistakes_of_settings_and_of_the_file_are_told_together(tmp_path):
    (tmp_path / "pyproject.toml").write_text(MODULES + "sauce = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, {"_c.libraries": "z", "job": "1"}, {})
    lines = [line for line in str(raised.value).splitlines() if not line[:6].strip().isdigit()]
    assert lines == [
        "-C job: unknown setting (did you mean 'jobs'?)",
        "pyproject.toml: tool.cffi.modules[1].sauce: unknown key (did you mean 'source'?)",
        "-C _c.libraries: no module '_c'",
    ]


def test_the_environment_concerns_only_projects_with_our_table(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    assert load(tmp_path, {}, {"CFFI_BUILD_JOB": "1"}) is None
