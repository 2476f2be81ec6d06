"""Which slots a type gets."""

import pytest

from cffi_build.emit.scope import FILE
from cffi_build.emit.typetable import TypeTable
from cffi_build.errors import VerificationMissing
from cffi_build.model import (
    UNKNOWN_LENGTH,
    Array,
    Enum,
    Function,
    Pointer,
    Primitive,
    Record,
    UnknownInteger,
    UnknownLength,
    Void,
    in_typedef,
    qualify,
)

INT, CHAR = Primitive("int"), Primitive("char")
POINT, COLOR = Record("struct", "point"), Enum("color")


def table():
    return TypeTable([Record("struct", "a"), POINT], [COLOR])


def slots_of(ctype, value=""):
    types = table()
    index = types.index(ctype, value)
    return types.slots, index


def in_c(operation, argument):
    """Return how C writes an operation and its argument."""
    return f"_CFFI_OP(_CFFI_OP_{operation}, {argument})"


def length(items):
    """Return the slot after an ARRAY: how many items."""
    return f"(_cffi_opcode_t)({items})"


def test_a_primitive_is_one_slot_with_its_number():
    assert slots_of(INT) == ([in_c("PRIMITIVE", 7)], 0)


def test_a_pointer_follows_what_it_points_to():
    assert slots_of(Pointer(Pointer(CHAR))) == ([in_c("PRIMITIVE", 2), in_c("POINTER", 0), in_c("POINTER", 1)], 2)


def test_the_same_type_keeps_its_slot():
    types = table()
    assert types.index(Pointer(INT)) == types.index(Pointer(INT))
    assert len(types.slots) == 2


def test_qualifiers_make_no_difference_on_any_level():
    types = table()
    assert types.index(Pointer(qualify(CHAR, const=True))) == types.index(qualify(Pointer(CHAR), volatile=True))


def test_an_array_has_its_length_in_the_next_slot():
    assert slots_of(Array(INT, 9)) == ([in_c("PRIMITIVE", 7), in_c("ARRAY", 0), length(9)], 1)


def test_an_array_without_length_is_one_slot():
    assert slots_of(Array(INT, None)) == ([in_c("PRIMITIVE", 7), in_c("OPEN_ARRAY", 0)], 1)


def test_records_and_enums_are_numbered_by_their_tables():
    types = table()
    types.index(POINT), types.index(COLOR)
    assert types.slots == [in_c("STRUCT_UNION", 1), in_c("ENUM", 0)]


def test_file_is_known_to_the_runtime():
    assert slots_of(FILE) == ([in_c("STRUCT_UNION", -1)], 0)


def test_file_is_known_to_the_runtime_though_the_cdef_declares_it():
    types = TypeTable([FILE, POINT], [])
    types.index(Pointer(FILE))
    assert types.slots == [in_c("STRUCT_UNION", -1), in_c("POINTER", 0)]


def test_a_function_has_slots_of_its_own_for_result_and_parameters():
    assert slots_of(Function(Void(), (INT, INT))) == (
        [in_c("PRIMITIVE", 0), in_c("FUNCTION", 0), in_c("PRIMITIVE", 7), in_c("PRIMITIVE", 7), in_c("FUNCTION_END", 0)],
        1,
    )


@pytest.mark.parametrize("variadic, abi, flags", [(True, "", 1), (False, "__stdcall", 2), (True, "__stdcall", 3)])
def test_the_end_of_a_function_tells_its_convention(variadic, abi, flags):
    assert slots_of(Function(INT, (), variadic, abi))[0][-1] == in_c("FUNCTION_END", flags)


def test_parameter_names_are_not_part_of_a_function_type():
    types = table()
    assert types.index(Function(INT, (INT,), names=("x",))) == types.index(Function(INT, (INT,), names=("y",)))


def test_a_parameter_type_can_be_shared_with_what_comes_later():
    types = table()
    function = types.index(Function(Void(), (Pointer(CHAR),)))
    assert types.index(Pointer(CHAR)) == function + 1


def test_an_unknown_length_is_measured_on_the_value():
    slots, index = slots_of(Array(INT, UNKNOWN_LENGTH), "(x)")
    assert slots[index + 1] == length("sizeof((x)) / sizeof((x)[0])")


def test_two_values_of_unknown_length_have_different_types():
    types = table()
    assert types.index(Array(INT, UNKNOWN_LENGTH), "(x)") != types.index(Array(INT, UNKNOWN_LENGTH), "(y)")


def test_an_inner_unknown_length_is_measured_on_the_first_item():
    slots, _ = slots_of(Array(Array(INT, UNKNOWN_LENGTH), 2), "(x)")
    assert length("sizeof((x)[0]) / sizeof((x)[0][0])") in slots


def test_the_unknown_length_of_a_typedef_is_measured_on_the_typedef_wherever_it_is_used():
    row = in_typedef(Array(Array(INT, UNKNOWN_LENGTH), UNKNOWN_LENGTH), "row_t")
    types = table()
    assert types.index(Pointer(row)) == types.index(Pointer(row), "(x)")
    assert [slot for slot in types.slots if "length" in slot] == [length("_cffi_length_row_t_1"), length("_cffi_length_row_t_0")]
    assert list(types.typedef_lengths) == [UnknownLength("row_t", 1), UnknownLength("row_t", 0)]


def test_an_unknown_length_that_nothing_can_measure_is_refused():
    with pytest.raises(VerificationMissing, match="length of the array type 'int\\[...\\]'"):
        slots_of(Pointer(Array(INT, UNKNOWN_LENGTH)))


def test_an_unknown_integer_is_left_to_the_compiler():
    ((opcode,), _) = slots_of(UnknownInteger("off_t"))
    assert opcode == in_c("PRIMITIVE", "_cffi_prim_int(sizeof(off_t), ((off_t)-1) <= 0)")
