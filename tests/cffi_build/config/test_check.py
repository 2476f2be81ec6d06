"""Validators of TOML values: what they accept, and the words in which they refuse."""

import pytest

from cffi_build.config import check
from cffi_build.config.check import INVALID, Place


def run(validator, value):
    problems = []
    result = validator(Place(("here",)), value, problems)
    return result, [f"{problem.place}: {problem.message}" for problem in problems]


def test_a_place_prints_as_a_path_through_tables_and_arrays():
    assert str(Place(("tool", "cffi")) / "modules" / 1 / "define-macros" / "A B") == 'tool.cffi.modules[1].define-macros."A B"'


@pytest.mark.parametrize(
    ("validator", "value", "result"),
    [
        (check.string, "x", "x"),
        (check.boolean, False, False),
        (check.strings, ["a", "b"], ("a", "b")),
        (check.one_of("api", "abi"), "abi", "abi"),
        (check.at_least(1), 3, 3),
        (check.macros, {"A": True, "B": "1", "C": 2}, (("A", None), ("B", "1"), ("C", "2"))),
        (check.either("x or false", check.one_of(False), check.string), "text", "text"),
    ],
)
def test_right_values_come_back_in_our_form(validator, value, result):
    assert run(validator, value) == (result, [])


@pytest.mark.parametrize(
    ("validator", "value", "message"),
    [
        (check.string, 3, "here: expected a string, got an integer: 3"),
        (check.boolean, "yes", "here: expected true or false, got a string: 'yes'"),
        (check.strings, "z", "here: expected an array, got a string: 'z'"),
        (check.strings, ["a", 1], "here[1]: expected a string, got an integer: 1"),
        (check.one_of("c", "c++"), "C++", "here: expected \"c\" or \"c++\", got 'C++' (did you mean 'c++'?)"),
        (check.one_of("api", "abi"), "apy", "here: expected \"api\" or \"abi\", got 'apy' (did you mean 'api'?)"),
        (check.one_of(1), True, "here: expected 1, got true"),
        (check.at_least(1), 0, "here: expected an integer from 1 up, got 0"),
        (check.at_least(1), True, "here: expected an integer, got a boolean: true"),
        (check.macros, {"A-B": "1"}, "here.A-B: not the name of a C macro"),
        (check.macros, {"A": False}, "here.A: expected a string, an integer, or true for a macro without a value, got a boolean: false"),
        (check.macros, ["A"], "here: expected a table such as { NAME = \"1\", OTHER = true }, got an array: ['A']"),
        (check.either("x or false", check.one_of(False)), True, "here: expected x or false, got true"),
        (check.matching(r"\d+", "a number"), "x", "here: expected a number, got 'x'"),
    ],
)
def test_wrong_values_are_reported_with_what_was_expected_and_found(validator, value, message):
    assert run(validator, value) == (INVALID, [message])


def test_a_long_wrong_value_is_shortened():
    _, (message,) = run(check.boolean, "x" * 1000)
    assert len(message) < 120


def test_every_wrong_item_of_an_array_is_reported():
    assert len(run(check.strings, [1, "ok", 2])[1]) == 2


def test_a_table_reports_unknown_keys_with_the_nearest_known_one():
    problems = []
    checks = {"libraries": check.strings, "sources": check.strings}
    assert check.table(Place(("t",)), {"librarys": ["m"], "sources": ["a.c"]}, checks, problems) == {"sources": ("a.c",)}
    assert [str(problem.place) for problem in problems] == ["t.librarys"]
    assert problems[0].message == "unknown key (did you mean 'libraries'?)"


def test_a_key_that_later_versions_bring_is_called_not_implemented():
    problems = []
    check.table(Place(("t",)), {"when": []}, {}, problems, planned=("when",))
    assert "not implemented yet" in problems[0].message
