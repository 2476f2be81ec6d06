"""Lazy records get their fields when first asked, exactly once, in whichever thread; impossible ones say why, every time."""

from __future__ import annotations

import struct
import threading
from typing import Any, List, Sequence, Tuple

import pytest

import _cffi_backend as backend

PRIMITIVE, POINTER, ARRAY, STRUCT_UNION, FUNCTION, FUNCTION_END, NOOP = 1, 3, 5, 9, 13, 15, 17
INT = 7


def opcode(operation: int, argument: int) -> bytes:
    return struct.pack(">i", argument << 8 | operation)


def ffi_of(types: Sequence[bytes], records: Sequence[Tuple[int, str, Sequence[Tuple[int, str]]]]) -> Any:
    """Return an ffi with `types` and records (type index, name, fields as (type index, name)), all laid out when asked."""
    rows = tuple((struct.pack(">ii", index, 0) + name.encode(),
                  *(opcode(NOOP, field_type) + field_name.encode() for field_type, field_name in fields))
                 for index, name, fields in records)
    return backend.FFI("tables", _version=0x2601, _types=b"".join(types), _struct_unions=rows)


def test_a_record_that_contains_itself_is_an_error_every_time() -> None:
    ffi = ffi_of([opcode(STRUCT_UNION, 0)], [(0, "s", [(0, "inner")])])
    for _ in range(2):
        with pytest.raises(TypeError, match="'struct s' contains itself: give it a pointer to 'struct s' instead"):
            ffi.sizeof("struct s")


def test_records_that_contain_each_other_are_an_error() -> None:
    ffi = ffi_of([opcode(STRUCT_UNION, 0), opcode(STRUCT_UNION, 1)], [(0, "a", [(1, "b")]), (1, "b", [(0, "a")])])
    for name in ("struct a", "struct b"):
        with pytest.raises(TypeError, match="contains itself"):
            ffi.new(name + " *")


def test_a_record_may_point_to_itself_and_to_functions_of_pointers_to_itself() -> None:
    ffi = ffi_of([opcode(STRUCT_UNION, 0), opcode(POINTER, 0), opcode(FUNCTION, 1), opcode(NOOP, 1), opcode(FUNCTION_END, 0),
                  opcode(POINTER, 2)], [(0, "node", [(1, "next"), (5, "callback")])])
    fields = dict(ffi.typeof("struct node").fields)
    assert fields["next"].type.item is ffi.typeof("struct node")
    assert fields["callback"].type.args == (ffi.typeof("struct node *"),)


def test_a_member_function_that_takes_the_record_itself_is_an_error() -> None:
    ffi = ffi_of([opcode(STRUCT_UNION, 0), opcode(PRIMITIVE, INT), opcode(FUNCTION, 1), opcode(NOOP, 0), opcode(FUNCTION_END, 0),
                  opcode(POINTER, 2)], [(0, "tree", [(5, "compare")])])
    with pytest.raises(RuntimeError, match="takes or returns 'struct tree' itself: use a pointer"):
        ffi.new("struct tree *")


def test_threads_that_ask_at_once_get_the_same_fields() -> None:
    count, threads_each = 60, 4
    types = [opcode(PRIMITIVE, INT)] + [opcode(STRUCT_UNION, i) for i in range(count)]
    records = [(1, "s00", [(0, "x")])] + [(i + 1, f"s{i:02}", [(i, "inner"), (0, f"x{i}")]) for i in range(1, count)]
    ffi = ffi_of(types, records)
    start, seen = threading.Barrier(threads_each), []  # type: ignore[var-annotated]

    def work(step: int) -> None:
        start.wait()
        found: List[Any] = [ffi.typeof(f"struct s{i:02}").fields for i in range(count - 1, -1, -step)]
        seen.append([[field for _, field in fields] for fields in found if step == 1])

    threads = [threading.Thread(target=work, args=(1 + i % 2,)) for i in range(threads_each)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    complete = [fields for fields in seen if fields]
    assert len(seen) == threads_each
    assert all(fields == complete[0] for fields in complete)
    assert ffi.sizeof(f"struct s{count - 1}") == 4 * count
