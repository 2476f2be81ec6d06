"""c_src/ctx/decode.c: the tables of out-of-line ABI modules; whatever is in them, an exception is the worst that happens."""

from __future__ import annotations

import gc
import random
import sys
from typing import Any, Callable, Dict, List, Tuple

import pytest

import _cffi_backend as backend

Rows = Dict[str, Any]


def good_tables(t: Any) -> Rows:
    """Tables with a row of each kind."""
    return {
        "types": t.types((t.PRIMITIVE, t.INT), (t.STRUCT_UNION, 0), (t.ENUM, 0), (t.FUNCTION, 0), (t.POINTER, 1), (t.FUNCTION_END, 0),
                         (t.ARRAY, 0), 5, (t.STRUCT_UNION, 1), (t.OPEN_ARRAY, 0), (t.POINTER, 3)),
        "globals": (t.numbers(t.op(t.ENUM, -1)) + b"A", 0, t.numbers(t.op(t.ENUM, -1)) + b"B", -7,
                    t.numbers(t.op(t.CONSTANT_INT, -1)) + b"C", 2**63, t.numbers(t.op(t.DLOPEN_FUNC, 3)) + b"abs", 0,
                    t.numbers(t.op(t.GLOBAL_VAR, 0)) + b"environ", 0),
        "struct_unions": ((t.numbers(1, 0) + b"s", t.numbers(t.op(t.NOOP, 0)) + b"x", t.numbers(t.op(t.BITFIELD, 0), 3) + b"y",
                           t.numbers(t.op(t.NOOP, 6)) + b"z"), (t.numbers(8, t.OPAQUE | t.UNION) + b"u",)),
        "enums": (t.numbers(2, 7) + b"e\0A,B",),
        "typenames": (t.typename("fn", 10), t.typename("vec", 6)),
    }


def test_good_tables_are_what_they_say(t: Any) -> None:
    ffi = t.ffi(**good_tables(t))
    assert ffi.list_types() == (["fn", "vec"], ["s"], ["u"])
    assert ffi.typeof("vec").cname == "int[5]"
    assert ffi.typeof("fn").cname == "int(*)(struct s *)"
    assert ffi.sizeof("struct s") == 28
    assert ffi.typeof("enum e").relements == {"A": 0, "B": -7}
    assert [ffi.integer_const(name) for name in "ABC"] == [0, -7, 2**63]
    assert ffi.typeof("int[A]").length == 0


def test_the_tables_live_as_long_as_the_ffi_that_has_their_names(t: Any) -> None:
    tables = good_tables(t)
    rows = [tables[name] for name in ("globals", "struct_unions", "enums", "typenames")]
    before = [sys.getrefcount(row) for row in rows]
    ffi = t.ffi(**tables)
    assert all(sys.getrefcount(row) > count for row, count in zip(rows, before))
    del ffi
    gc.collect()
    assert [sys.getrefcount(row) for row in rows] == before
    with pytest.raises(ValueError, match="its type index leads to another type"):
        t.ffi(**{**tables, "types": tables["types"][4:]})
    assert [sys.getrefcount(row) for row in rows] == before


def test_names_of_any_length_are_ascii_or_utf8(t: Any) -> None:
    for length in range(1, 20):
        for name in ("a" * length, "a" * (length - 1) + "\xe9", "\xe9" + "a" * (length - 1)):
            ffi = t.ffi(globals=(t.numbers(t.op(t.CONSTANT_INT, -1)) + name.encode(), 5))
            assert ffi.integer_const(name) == 5
            with pytest.raises(ValueError, match="not UTF-8"):
                t.ffi(globals=(t.numbers(t.op(t.CONSTANT_INT, -1)) + name.encode("latin-1") + b"\xff", 5))


def changed(t: Any, table: str, change: Callable[[Any], Any]) -> Any:
    tables = good_tables(t)
    tables[table] = change(tables[table])
    return lambda: t.ffi(**tables)


@pytest.mark.parametrize(("table", "row", "value", "message"), [
    ("globals", 0, b"abc", "_globals, row 0: cut short"),
    ("globals", 0, "A", "_globals, row 0: expected bytes, not str"),
    ("globals", 0, b"\0\0\0\x17A", "_globals, row 0: unexpected opcode"),
    ("globals", 0, b"\xff\xff\xff\x0bz", "_globals, row 1: not sorted by name"),
    ("globals", 0, b"\xff\xff\xff\x0bB", "_globals, row 1: not sorted by name"),
    ("globals", 0, b"\xff\xff\xff\x0bA\0", "null character in a name"),
    ("globals", 0, b"\xff\xff\xff\x0b\xff", "a name that is not UTF-8"),
    ("globals", 1, "5", "the value of a constant must be an int"),
    ("globals", 6, b"\0\0\xff\x23abs", "type index out of range"),
    ("struct_unions", 0, (), "expected a tuple with the name and the fields"),
    ("struct_unions", 0, (b"\0\0\0\1s",), "_struct_unions, row 0: cut short"),
    ("struct_unions", 0, (b"\0\0\0\0\0\0\0\0s",), "its type index leads to another type"),
    ("struct_unions", 0, (b"\0\0\0\1\0\0\0\0s", b"\0\0\0\1x"), "unexpected opcode of a field"),
    ("struct_unions", 0, (b"\0\0\0\1\0\0\0\0s", b"\0\0\xff\x11x"), "type index out of range"),
    ("struct_unions", 0, (b"\0\0\0\1\0\0\0\0s", b"\0\0\0\x13\xff\xff\xff\xffx"), "negative number of bits"),
    ("struct_unions", 0, (b"\0\0\0\1\0\0\0\x10s", b"\0\0\0\x11x"), "fields of an opaque or external type"),
    ("struct_unions", 1, (b"\0\0\0\x08\0\0\0\x11a",), "_struct_unions, row 1: not sorted by name"),
    ("enums", 0, b"\0\0\0\2\0\0\0\7e", "_enums, row 0: cut short"),
    ("enums", 0, b"\0\0\0\2\0\0\0\7e\0A\0B", "null character in the enumerators"),
    ("enums", 0, b"\0\0\0\1\0\0\0\7e\0A", "its type index leads to another type"),
    ("typenames", 0, b"\xff\xff\xff\xfffn", "type index out of range"),
    ("typenames", 1, b"\0\0\0\6fn", "_typenames, row 1: not sorted by name"),
    ("typenames", 1, None, "_typenames, row 1: expected bytes, not NoneType"),
])
def test_a_damaged_row_is_named(t: Any, table: str, row: int, value: Any, message: str) -> None:
    def replace(rows: Tuple[Any, ...]) -> Tuple[Any, ...]:
        return (*rows[:row], value, *rows[row + 1:])

    with pytest.raises((ValueError, TypeError)) as error:
        changed(t, table, replace)()
    assert "cffi out-of-line Python module 'handmade': " in str(error.value)
    assert message in str(error.value)


def test_other_damage_is_an_error(t: Any) -> None:
    with pytest.raises(ValueError, match="a value is missing at the end"):
        changed(t, "globals", lambda rows: rows[:-1])()
    with pytest.raises(OverflowError):
        changed(t, "globals", lambda rows: (rows[0], 2**64, *rows[2:]))()
    with pytest.raises(OverflowError):
        changed(t, "globals", lambda rows: (rows[0], -2**63 - 1, *rows[2:]))()
    with pytest.raises(ValueError, match="negative array length"):
        changed(t, "types", lambda table: t.types((t.PRIMITIVE, t.INT), (t.ARRAY, 0), -5))()
    with pytest.raises(TypeError, match="must be tuple, not list"):
        changed(t, "enums", list)()


def use_everything(ffi: Any) -> None:
    """Ask for all that the tables declare; errors of the documented kinds are fine."""
    lib = ffi.dlopen(None)
    texts: List[str] = [*ffi.list_types()[0], *(f"struct {name}" for name in ffi.list_types()[1]),
                        *(f"union {name}" for name in ffi.list_types()[2]), "enum e", "int[A]"]
    for action in [*(lambda text=text: ffi.typeof(text).fields for text in texts),
                   *(lambda text=text: ffi.new(text + " *") for text in texts),
                   *(lambda name=name: getattr(lib, name) for name in dir(lib))]:
        try:
            action()
        except (ffi.error, TypeError, ValueError, OverflowError, RuntimeError, AttributeError, NotImplementedError, KeyError, MemoryError):
            continue


def mutate(rng: random.Random, value: Any) -> Any:
    """Return `value` with a random small change somewhere inside."""
    if isinstance(value, tuple) and value:
        index = rng.randrange(len(value))
        if rng.random() < 0.1:
            return value[:index] + value[index + 1:]
        return (*value[:index], mutate(rng, value[index]), *value[index + 1:])
    if isinstance(value, bytes) and value:
        index = rng.randrange(len(value))
        return value[:index] + rng.choice([b"", bytes([rng.randrange(256)]), value[index:index + 1] * 2, b"\0"]) + value[index + 1:]
    return rng.choice([0, -1, 5, 2**40, None, b"", ()])


def test_randomly_damaged_tables_do_no_harm(t: Any) -> None:
    rng = random.Random(11)
    made = 0
    for _ in range(4000):
        tables = good_tables(t)
        for _ in range(rng.randrange(1, 3)):
            name = rng.choice(list(tables))
            tables[name] = mutate(rng, tables[name])
        try:
            ffi = t.ffi(**tables)
        except (ValueError, TypeError, OverflowError):
            continue
        made += 1
        use_everything(ffi)
    assert 500 < made < 3500
    assert backend.FFI().typeof("int *").item.cname == "int"
