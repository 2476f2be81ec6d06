"""The page of results says which targets were missed, and where others are ahead; profiles add up what callgrind has written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    for name in ("page", "targets", "cases", "profile_case", "count_instructions"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_a_case_above_its_bound_is_named() -> None:
    from page import target_row
    from targets import Of, Target

    counted = {"ours cffi-hold": {"call.noop": 130, "call.add": 120}, "ours limit": {"call.noop": 100, "call.add": 100}}
    target = Target("Call", "cffi-hold", ("call.noop", "call.add"), (Of(1.25, "limit"),))
    assert target_row(counted, target) == ["Call: `call.noop`, `call.add`", "**130** / 120", "125 / 125", "`call.noop`"]
    fixed = Target("Call", "cffi-hold", ("call.noop", "call.add"), (130, 120))
    assert target_row(counted, fixed)[-1] == "none"


def test_every_target_is_of_a_case() -> None:
    from cases import CASES
    from targets import TARGETS

    for target in TARGETS:
        assert all(CASES[name].code_for(target.implementation) for name in target.cases), target
        assert len(target.bounds) in (1, len(target.cases))


def test_cases_where_others_are_ahead_are_listed() -> None:
    from page import slower

    counted = {
        "ours cffi-api": {"data.len": 110, "data.p.x": 90, "ffi.typeof": 100},
        "reference cffi-api": {"data.len": 100, "data.p.x": 100},
        "ours ctypes": {"data.len": 120, "ffi.typeof": 1},
        "ours cffi-abi": {},
    }
    assert slower(counted, 1) == (
        "- cffi-api, more than reference cffi-api: `data.len` 110 (100)\n- cffi-api, more than ctypes: none\n"
    )
    assert "`data.len`" not in slower(counted, 1.2)


CALLGRIND = """desc: Trigger: Client Request: case|2
ob=(1) /usr/lib/libpython3.11.so.1.0
fl=(1) ceval.c
fn=(1) eval
10 5
+1 2
cob=(2) /x/_cffi_backend.so
cfi=(2) call.c
cfn=(2) call
calls=3 20
* 100
fe=(3)
-2 1

ob=(2)
fn=(2)
20 90
fn=(3) eval'2
7 10
"""


def test_a_profile_has_what_each_function_does_itself() -> None:
    from profile_case import costs

    assert list(costs(CALLGRIND)) == [
        (("eval", "Python"), 5),
        (("eval", "Python"), 2),
        (("eval", "Python"), 1),
        (("call", "this project"), 90),
        (("eval", "this project"), 10),
    ]
