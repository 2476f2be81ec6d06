"""c_src/api/exports.c and export_table.c: how a compiled module comes to life, and the converters that its wrappers call."""

from __future__ import annotations

import importlib
import sys
import sysconfig
from typing import Any, Callable, List

import pytest

import _cffi_backend as backend

INTEGERS = {"i8": (-(2**7), 2**7 - 1), "u8": (0, 2**8 - 1), "i16": (-(2**15), 2**15 - 1), "u16": (0, 2**16 - 1),
            "i32": (-(2**31), 2**31 - 1), "u32": (0, 2**32 - 1), "i64": (-(2**63), 2**63 - 1), "u64": (0, 2**64 - 1)}


class Index:
    """An integer that is no int."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


# ---- converters ----

@pytest.mark.parametrize(("kind", "low", "high"), [(kind, *limits) for kind, limits in INTEGERS.items()])
def test_integers_pass_within_the_range_of_their_type_only(handmade: Any, kind: str, low: int, high: int) -> None:
    echo = getattr(handmade.lib, "echo_" + kind)
    for value in {low, low + 1, -1 if low else 0, 0, 1, high - 1, high}:
        assert echo(value) == value
        assert echo(Index(value)) == value
        assert echo(handmade.ffi.cast("unsigned long long" if value > 2**63 else "long long", value)) == value
    assert echo(True) == 1
    for value in (low - 1, high + 1, 2**64, -(2**64), 10**100):
        with pytest.raises(OverflowError, match=f"{value} does not fit"):
            echo(value)
    for wrong in ("1", b"1", 1.0, None, [1], handmade.ffi.NULL, handmade.ffi.cast("float", 1)):
        with pytest.raises(TypeError, match="an integer is required"):
            echo(wrong)


def test_bool_takes_0_and_1_only(handmade: Any) -> None:
    echo = handmade.lib.echo_bool
    assert [echo(0), echo(1), echo(False), echo(True), echo(Index(1))] == [False, True, False, True, True]
    for value in (2, -1, 10**30):
        with pytest.raises(OverflowError, match="_Bool"):
            echo(value)
    with pytest.raises(TypeError):
        echo("x")


def test_characters(handmade: Any) -> None:
    lib, ffi = handmade.lib, handmade.ffi
    assert [lib.echo_char(bytes([code])) for code in range(256)] == [bytes([code]) for code in range(256)]
    assert lib.echo_char(ffi.cast("char", 200)) == b"\xc8"
    assert [lib.echo_wchar(text) for text in "a\u1234\ud800"] == list("a\u1234\ud800")
    for echo, wrong in [(lib.echo_char, [b"", b"ab", "a", 65]), (lib.echo_wchar, ["", "ab", b"a", 65])]:
        for value in wrong:
            with pytest.raises(TypeError, match="initializer for ctype"):
                echo(value)


def test_the_second_wide_character_is_what_wchar_t_is_not(handmade: Any) -> None:
    wide = "\U00012345"
    narrow_is_wchar = handmade.ffi.sizeof("wchar_t") == 2
    assert handmade.lib.echo_wchar3216("\uffff") == "\uffff"
    takes_wide, refuses = (handmade.lib.echo_wchar3216, handmade.lib.echo_wchar)[:: 1 if narrow_is_wchar else -1]
    assert takes_wide(wide) == wide
    with pytest.raises(TypeError, match="larger-than-0xFFFF"):
        refuses(wide)


def test_long_double(handmade: Any) -> None:
    echo = handmade.lib.echo_long_double
    assert [echo(1.5), echo(-3), echo(handmade.ffi.cast("long double", 2.25))] == [1.5, -3.0, 2.25]
    with pytest.raises(TypeError):
        echo("1.5")


# ---- the handshake ----

@pytest.mark.parametrize("version", [0x2600, 0x2900])
def test_an_unknown_version_is_an_import_error_that_says_what_to_do(build_handmade: Callable[..., Any], monkeypatch: pytest.MonkeyPatch,
                                                                    version: int) -> None:
    name = f"_handmade_{version:x}"
    monkeypatch.syspath_prepend(str(build_handmade(name, version)))
    with pytest.raises(ImportError) as error:
        importlib.import_module(name)
    for part in (name, hex(version), backend.__version__, "0x2601 to 0x28ff", "upgrade cffi"):
        assert part in str(error.value)
    assert name not in sys.modules


@pytest.mark.parametrize("version", [0x2601, 0x2701, 0x28FF])
def test_a_known_version_is_fine(build_handmade: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    name = f"_handmade_{version:x}"
    monkeypatch.syspath_prepend(str(build_handmade(name, version)))
    assert importlib.import_module(name).lib.FORTY_TWO == 42


def test_the_module_and_its_lib_are_registered(handmade: Any) -> None:
    assert sys.modules["_handmade"] is handmade
    assert sys.modules["_handmade.lib"] is handmade.lib
    assert type(handmade.ffi) is backend.FFI


def test_a_module_in_a_package(build_handmade: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(build_handmade("handmade_package._inner")))
    module = importlib.import_module("handmade_package._inner")
    assert module.__name__ == "handmade_package._inner"
    assert module.lib.__name__ == "handmade_package._inner.lib"
    assert module.lib.add_errno.__module__ == "handmade_package._inner"


def test_a_second_import_gives_the_same_objects(build_handmade: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(build_handmade("_handmade_twice")))
    first = importlib.import_module("_handmade_twice")
    point = first.ffi.new("struct point *")
    for name in ("_handmade_twice", "_handmade_twice.lib"):
        del sys.modules[name]
    second = importlib.import_module("_handmade_twice")
    assert second is not first
    assert second.ffi is first.ffi
    assert second.lib is first.lib
    assert second.ffi.typeof("struct point *") is first.ffi.typeof(point)


def test_included_modules_are_imported_and_searched(build_handmade: Callable[..., Any], monkeypatch: pytest.MonkeyPatch,
                                                    handmade: Any) -> None:
    monkeypatch.syspath_prepend(str(build_handmade("_handmade_top", includes="_handmade")))
    module = importlib.import_module("_handmade_top")
    assert module.lib.FORTY_TWO == 42
    assert module.lib.make is not handmade.lib.make
    missing = build_handmade("_handmade_missing", includes="_no_such_module")
    monkeypatch.syspath_prepend(str(missing))
    with pytest.raises(ImportError, match="_no_such_module"):
        importlib.import_module("_handmade_missing")
    monkeypatch.syspath_prepend(str(build_handmade("_handmade_strange", includes="types")))
    with pytest.raises((ImportError, AttributeError)):
        importlib.import_module("_handmade_strange")


@pytest.mark.parametrize("address", [0, "x", None, 2**70])
def test_a_bad_address_is_an_error(address: Any) -> None:
    with pytest.raises((ValueError, TypeError, OverflowError)):
        backend._init_cffi_1_0_external_module(address)


# ---- records of a compiled module ----

def test_a_struct_may_have_fields_that_were_not_declared(handmade: Any) -> None:
    ffi = handmade.ffi
    assert ffi.sizeof("struct lazy") == 16
    assert ffi.alignof("struct lazy") == 4
    assert ffi.offsetof("struct lazy", "hidden_before") == 8


@pytest.mark.parametrize(("name", "message"), [
    ("wrong_offset", "wrong offset for field 'at_4' (cdef says 0, but C compiler says 4)"),
    ("wrong_size", "wrong size for field 'too_large' (cdef says 4, but C compiler says 8)"),
])
def test_a_struct_that_the_compiler_lays_out_otherwise_is_an_error(handmade: Any, name: str, message: str) -> None:
    for _ in range(2):
        with pytest.raises(handmade.ffi.error) as error:
            handmade.ffi.new(f"struct {name} *")
        assert str(error.value).startswith(f"struct {name}: {message}")


def test_types_of_the_module_by_name(handmade: Any) -> None:
    ffi = handmade.ffi
    assert ffi.typeof("point_t") is ffi.typeof("struct point")
    assert ffi.typeof("enum color").relements == {"RED": 0, "GREEN": 5, "NEGATIVE": -3}
    assert ffi.typeof("int[GREEN]").length == 5
    assert ffi.list_types() == (["point_t"], ["lazy", "opaque", "point", "wrong_offset", "wrong_size"], [])


# ---- processes: what cannot be tried in this one ----

SUBINTERPRETER = """
import sys
try:
    import _xxsubinterpreters as interpreters
except ImportError:
    try:
        import _interpreters as interpreters
    except ImportError:
        sys.exit("no interpreters")
import _handmade
assert _handmade.ffi.typeof("struct point")
interpreter = interpreters.create(ISOLATED)
code = '''
import sys
sys.path[:] = {path!r}
import _handmade
ffi, lib = _handmade.ffi, _handmade.lib
point = lib.make(3, 4)
assert (point.x, point.y) == (3, 4) and ffi.typeof(point) is ffi.typeof("struct point") and lib.sum([1, 2], 2) == 3
with open({out!r}, "w") as file:
    file.write(str(id(ffi.typeof("struct point"))))
'''
problem = interpreters.run_string(interpreter, code.format(path=sys.path, out=OUT))
assert not problem, problem
interpreters.destroy(interpreter)
print(_handmade.lib.make(1, 2).y, id(_handmade.ffi.typeof("struct point")))
"""


@pytest.mark.skipif(bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="without a GIL only the main interpreter takes such modules")
def test_a_second_interpreter_has_types_of_its_own(build_handmade: Callable[..., Any], run_python: Callable[..., Any],
                                                   tmp_path: Any) -> None:
    out = tmp_path / "message"
    isolated = "" if sys.version_info < (3, 12) else "'legacy'" if sys.version_info >= (3, 13) else "isolated=False"
    text = SUBINTERPRETER.replace("ISOLATED", isolated).replace("OUT", repr(str(out)))
    result = run_python(text, build_handmade("_handmade"), check=False)
    if "no interpreters" in result.stderr:
        pytest.skip("this Python cannot make interpreters")
    assert result.returncode == 0, result.stderr
    y, type_here = result.stdout.split()
    assert y == "2" and out.read_text() not in ("", type_here)


REIMPORT = """
import gc, sys
import _handmade
assert _handmade.lib.make(1, 2).y == 2 and _handmade.lib.variable == 11
first = id(_handmade.ffi.typeof("struct point"))
keep = _handmade.ffi.typeof("struct lazy")
for name in ("_handmade", "_handmade.lib"):
    del sys.modules[name]
del _handmade
gc.collect()
try:
    keep.fields
except RuntimeError as error:
    assert "destroyed" in str(error), error
else:
    assert keep.fields[0][0] == "hidden_before"
del keep
gc.collect()
import _handmade
assert _handmade.lib.make(1, 2).y == 2 and _handmade.lib.variable == 11
assert _handmade.ffi.typeof("struct lazy").fields[0][0] == "hidden_before"
print("fine")
"""


def test_a_module_that_was_given_up_can_be_imported_again(build_handmade: Callable[..., Any], run_python: Callable[..., Any]) -> None:
    assert run_python(REIMPORT, build_handmade("_handmade")).stdout == "fine\n"


def test_the_rows_of_the_handmade_module_are_sorted(handmade: Any) -> None:
    names: List[str] = dir(handmade.lib)
    assert names == sorted(names, key=str.encode)
