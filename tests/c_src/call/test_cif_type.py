"""What libffi cannot pass is refused with the reason, before anything is called."""

from __future__ import annotations

from typing import Any

import pytest

import _cffi_backend as backend


def refuse(function: Any, *args: Any) -> str:
    with pytest.raises(NotImplementedError) as error:
        backend.cast(function, 64)(*args)
    return str(error.value)


def taking(t: Any, record: Any) -> Any:
    return backend.new_function_type((record,), t["int"])


def test_records_that_libffi_does_not_know_are_named_with_the_reason(t: Any) -> None:
    bits = backend.new_struct_type("struct bits")
    backend.complete_struct_or_union(bits, [("a", t["int"], 3)])
    packed = t.struct("struct packed", ("char", "a"), ("int", "b"), pack=1)
    empty_array = backend.new_struct_type("struct zero")
    backend.complete_struct_or_union(empty_array, [("a", t.array("int", 0))])
    custom = backend.new_struct_type("struct custom")
    backend.complete_struct_or_union(custom, [("a", t["int"], -1, 8)])
    empty = t.struct("struct empty")
    for record, reason in [(bits, "bit fields"), (packed, "'packed' structure"), (empty_array, "zero-length array"),
                           (custom, 'declared with "...;"'), (empty, "without fields")]:
        message = refuse(taking(t, record), "?")
        assert message.startswith(f"ctype '{backend.getcname(record, '')}' not supported as argument.  ")
        assert reason in message
        assert "API mode" in message
        assert "not supported as return value" in refuse(backend.new_function_type((), record))


def test_a_union_that_cannot_be_described_is_refused_wherever_it_is(t: Any) -> None:
    union = backend.new_union_type("union u")
    backend.complete_struct_or_union(union, [("a", t["int"]), ("b", t["long double"])])
    around = backend.new_struct_type("struct around")
    backend.complete_struct_or_union(around, [("u", union)])
    for record in (union, around):
        assert refuse(taking(t, record), "?").startswith("ctype 'union u' not supported as argument by libffi")


def test_the_refusal_is_the_same_the_second_time(t: Any) -> None:
    function = taking(t, t.struct("struct empty"))
    assert refuse(function, 1) == refuse(function, 1)


def test_a_struct_too_large_for_any_stack_is_refused(t: Any) -> None:
    record = backend.new_struct_type("struct big")
    backend.complete_struct_or_union(record, [("a", t.array("char", 2**40))])
    assert "too large" in refuse(taking(t, record), "?")


def test_callbacks_of_such_types_are_refused_with_the_cause(t: Any) -> None:
    function = taking(t, t.struct("struct empty"))
    with pytest.raises(NotImplementedError, match=r"int\(\*\)\(struct empty\): callback with unsupported argument") as error:
        backend.callback(function, len)
    assert isinstance(error.value.__cause__, NotImplementedError)
    with pytest.raises(NotImplementedError, match=r"\.\.\."):
        backend.callback(t.function("int", "int", variadic=True), len)


def test_an_unknown_calling_convention_is_refused(t: Any) -> None:
    function = backend.new_function_type((), t["int"], 0, 77)
    with pytest.raises(SystemError, match="unknown calling convention"):
        backend.cast(function, 64)()
