"""Plain values behave like the standard library's named tuples and frozen dataclasses."""

from __future__ import annotations

import copy
import pickle

import pytest

from cffi_build.declarations import Field, FunctionDeclaration, Position, RecordDeclaration
from cffi_build.model import Array, Enum, Function, Pointer, Primitive, Record, UnknownInteger, Void

INT = Primitive("int")
VALUES = [
    Void(), INT, Pointer(INT), Array(INT, None), Function(Void(), (INT,), names=("x",)), Record("struct", "s"),
    FunctionDeclaration("f", Function(Void(), ()), position=Position("a.h", 2, 3)),
    RecordDeclaration(Record("union", "u"), (Field("x", INT),), comment="two words"),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_value_survives_pickle_with_all_of_its_fields(value, protocol):
    again = pickle.loads(pickle.dumps(value, protocol))
    assert again == value
    assert repr(again) == repr(value)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_its_copy(value):
    assert copy.deepcopy(value) == copy.copy(value) == value
    assert hash(copy.copy(value)) == hash(value)


@pytest.mark.parametrize("one, other", [(INT, Enum("int")), (INT, UnknownInteger("int")), (Pointer(INT), Array(INT, None))])
def test_values_of_different_classes_differ_whatever_they_hold(one, other):
    assert one != other
    assert not one == other  # noqa: SIM201  # both operators are ours
    assert len({one, other}) == 2


def test_a_value_is_not_the_tuple_of_its_fields():
    assert Primitive("int") != ("int",)
    assert FunctionDeclaration("f", Function(Void(), ())) != ("f", Function(Void(), ()))


def test_ignored_fields_do_not_count():
    here, there = (FunctionDeclaration("f", Function(Void(), (INT,), names=(name,)), position=Position(name)) for name in "ab")
    assert here == there
    assert not here != there  # noqa: SIM202  # both operators are ours
    assert hash(here) == hash(there)
    assert here.position != there.position
    assert FunctionDeclaration("g", here.type) != here


def test_fields_are_read_only():
    with pytest.raises(AttributeError):
        INT.name = "long"
    with pytest.raises(AttributeError):
        INT.other = 1


def test_defaults_and_keywords():
    assert Function(result=Void(), parameters=()) == Function(Void(), (), False, "")
    assert Position(line=3) == ("<cdef>", 3, 1)
    assert Array(INT, 3)._replace(length=4) == Array(INT, 4)


@pytest.mark.parametrize("arguments, named", [((), {}), (("int", "long"), {}), ((), {"nam": "int"}), (("int",), {"name": "int"})])
def test_wrong_arguments_are_refused(arguments, named):
    with pytest.raises(TypeError):
        Primitive(*arguments, **named)


def test_a_value_shows_its_class_and_fields():
    assert repr(Array(INT, 3)) == "Array(item=Primitive(name='int'), length=3)"
    assert repr(Position("a.h", 1, 2)) == "Position(file='a.h', line=1, column=2)"


def test_a_value_without_fields_is_true():
    assert Void()
