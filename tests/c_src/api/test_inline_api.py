"""The functions of _cffi_backend that make types and values one by one: their arguments and their errors."""

from __future__ import annotations

from typing import Any

import pytest

import _cffi_backend as b

INT = b.new_primitive_type("int")
INT_P = b.new_pointer_type(INT)
CHAR_P = b.new_pointer_type(b.new_primitive_type("char"))
VOID_P = b.new_pointer_type(b.new_void_type())


def function(*arguments: Any) -> Any:
    return b.new_function_type(arguments, INT)


def error(kind: type[BaseException], called: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(kind) as caught:
        called(*args, **kwargs)
    return str(caught.value)


def test_types_made_twice_are_the_same_object_but_records_and_enums_are_not() -> None:
    assert b.new_primitive_type("int") is INT
    assert b.new_pointer_type(INT) is INT_P
    assert b.new_array_type(INT_P, 3) is b.new_array_type(INT_P, 3)
    assert function(INT) is function(INT)
    assert b.new_void_type() is b.new_void_type()
    assert b.new_struct_type("struct s") is not b.new_struct_type("struct s")
    assert b.new_enum_type("enum e", (), (), INT) is not b.new_enum_type("enum e", (), (), INT)


def test_wrong_numbers_of_arguments_are_told_as_python_tells_them() -> None:
    assert error(TypeError, b.cast, INT) == "cast() takes exactly 2 arguments (1 given)"
    assert error(TypeError, b.newp) == "newp() takes at least 1 argument (0 given)"
    assert error(TypeError, b.newp, 1, 2, 3) == "newp() takes at most 2 arguments (3 given)"
    assert error(TypeError, b.string) == "string() takes at least 1 argument (0 given)"


def test_wrong_types_of_arguments_are_told_with_their_position() -> None:
    assert error(TypeError, b.new_primitive_type, 1) == "new_primitive_type() argument 1 must be str, not int"
    assert error(TypeError, b.new_pointer_type, "x") == "new_pointer_type() argument 1 must be _cffi_backend.CType, not str"
    assert error(TypeError, b.rawaddressof, INT_P, None, 1) == "rawaddressof() argument 2 must be _cffi_backend._CDataBase, not None"
    assert error(TypeError, b.new_function_type, [INT], INT) == "new_function_type() argument 1 must be tuple, not list"
    assert error(TypeError, b.new_function_type, (INT, 5), INT).startswith("expected a tuple of ctypes")
    assert error(TypeError, b.complete_struct_or_union, b.new_struct_type("struct s"), ()).endswith("must be list, not tuple")
    assert error(KeyError, b.new_primitive_type, "nonsense") == "'nonsense'"


def test_keyword_arguments_are_taken_where_they_are_documented() -> None:
    text = b.newp(b.new_array_type(CHAR_P, None), b"hello")
    assert b.string(text, maxlen=3) == b"hel"
    assert b.string(cdata=text) == b"hello"
    assert b.unpack(cdata=text, length=6) == b"hello\0"
    target = bytearray(3)
    b.memmove(dest=target, src=text, n=3)
    assert target == b"hel"
    called: list[Any] = []
    b.release(b.gcp(text, destructor=called.append, size=0))
    assert called == [text]
    assert error(TypeError, b.string, text, nonsense=1) == "'nonsense' is an invalid keyword argument for string()"
    assert "given by name ('cdata') and position (1)" in error(TypeError, b.string, text, cdata=text)
    assert error(TypeError, b.unpack, text) == "unpack() takes exactly 2 arguments (1 given)"
    assert error(TypeError, b.unpack, length=2) == "unpack() missing required argument 'cdata' (pos 1)"


def test_a_record_gets_its_fields_once() -> None:
    record = b.new_struct_type("struct s")
    for bad in ([1], [("a",)], [("a", INT, 1, 2, 3)], [(1, INT)], [("a", 1)]):
        error(TypeError, b.complete_struct_or_union, record, bad)
        assert record.kind == "struct"
        assert "unknown size" in error(ValueError, b.sizeof, record)
    b.complete_struct_or_union(record, [("a", INT), ("b", CHAR_P)])
    assert [name for name, _ in record.fields] == ["a", "b"]
    assert "non-initialized struct or union" in error(TypeError, b.complete_struct_or_union, record, [])
    assert "non-initialized struct or union" in error(TypeError, b.complete_struct_or_union, INT, [])


def test_array_lengths_are_checked() -> None:
    assert b.new_array_type(INT_P, None).length is None
    assert b.new_array_type(INT_P, 3).length == 3
    error(ValueError, b.new_array_type, INT_P, -1)
    error(OverflowError, b.new_array_type, INT_P, 2**63 - 1)
    error(OverflowError, b.new_array_type, INT_P, 2**70)
    assert "pointer ctype" in error(TypeError, b.new_array_type, INT, 3)


def test_sizes_alignments_and_types() -> None:
    assert (b.sizeof(INT), b.alignof(INT)) == (4, 4)
    assert b.sizeof(b.newp(b.new_array_type(INT_P, None), 5)) == 20
    assert b.typeof(b.newp(INT_P)) is INT_P
    assert "expected a 'cdata' or 'ctype' object" in error(TypeError, b.sizeof, 5)
    assert "expected a 'ctype' object" in error(TypeError, b.alignof, b.newp(INT_P))
    assert "expected a 'cdata' object" in error(TypeError, b.typeof, INT)


def test_getcname_puts_the_text_where_a_declarator_goes() -> None:
    assert b.getcname(function(INT), "f") == "int(*f)(int)"
    assert b.getcname(b.new_array_type(INT_P, 3), "*") == "int*[3]"
    assert b.getcname(INT, "x") == "intx"


def test_offsets_of_fields_and_items() -> None:
    record = b.new_struct_type("struct s")
    b.complete_struct_or_union(record, [("a", INT), ("b", b.new_array_type(INT_P, 3))])
    assert b.typeoffsetof(record, "b") == (b.new_array_type(INT_P, 3), 4)
    assert b.typeoffsetof(b.new_pointer_type(record), "b")[1] == 4
    assert b.typeoffsetof(INT_P, 5) == (INT, 20)
    error(TypeError, b.typeoffsetof, b.new_pointer_type(record), "b", 1)
    error(KeyError, b.typeoffsetof, record, "nothing")
    whole = b.newp(b.new_pointer_type(record), [1, [2, 3, 4]])
    assert b.rawaddressof(INT_P, whole, 8)[0] == 3


def test_errno_is_kept_for_c_calls() -> None:
    b.set_errno(17)
    assert b.get_errno() == 17
    error(TypeError, b.set_errno, "x")
    error(OverflowError, b.set_errno, 2**40)


def test_the_library_object_finds_functions_and_variables() -> None:
    library = b.load_library("libc.so.6", b.RTLD_NOW)
    assert repr(library) == "<clibrary 'libc.so.6'>"
    assert b.load_library(b"libc.so.6").load_function(function(CHAR_P), "strlen")(b"12345") == 5
    assert "function/symbol 'nosuch' not found in library 'libc.so.6': " in error(AttributeError, library.load_function, VOID_P, "nosuch")
    assert "variable 'nosuch' not found in library 'libc.so.6': " in error(KeyError, library.read_variable, INT, "nosuch")
    assert error(TypeError, library.load_function, INT, "strlen") == "function or pointer or array cdata expected, got 'int'"
    value = b.newp(INT_P, 5)
    library.write_variable(INT, "opterr", value[0])
    assert library.read_variable(INT, "opterr") == 5
    library.close_lib()
    library.close_lib()
    for use in (lambda: library.load_function(VOID_P, "strlen"), lambda: library.read_variable(INT, "opterr"),
                lambda: library.write_variable(INT, "opterr", 1)):
        assert error(ValueError, use) == "library 'libc.so.6' has already been closed"


def test_a_library_that_cannot_be_opened_is_named_with_the_reason(tmp_path: Any) -> None:
    no_library = tmp_path / "text.so"
    no_library.write_text("no ELF file")
    assert error(OSError, b.load_library, str(no_library)).startswith(f"cannot load library '{no_library}': ")
    assert "No such file" in error(OSError, b.load_library, tmp_path / "absent.so")
    assert "embedded null" in error(ValueError, b.load_library, "a\0b")
    error(TypeError, b.load_library, 5)


def test_a_handle_from_elsewhere_is_used_and_not_closed() -> None:
    import ctypes
    handle = ctypes.CDLL("libc.so.6")._handle
    library = b.load_library(b.cast(VOID_P, handle))
    assert repr(library) == f"<clibrary '{handle:#x}'>"
    assert library.load_function(function(CHAR_P), "strlen")(b"abc") == 3
    library.close_lib()
    assert ctypes.CDLL("libc.so.6").strlen(b"abcd") == 4
    assert "void *" in error(TypeError, b.load_library, b.newp(INT_P))
    assert "NULL" in error(RuntimeError, b.load_library, b.cast(VOID_P, 0))


def test_common_types_and_the_two_types_of_objects() -> None:
    names: dict[str, str] = {}
    b._get_common_types(names)
    assert names["bool"] == "_Bool"
    assert names["FILE"] == "struct _IO_FILE"
    assert b._get_types() == (b._CDataBase, b.CType)
    assert b.CData is b._CDataBase
    error(TypeError, b._get_common_types, [])


def test_constants_of_the_module() -> None:
    assert b.FFI_DEFAULT_ABI == b.FFI_CDECL
    assert b.RTLD_NOW != b.RTLD_LAZY
    assert (b.SF_MSVC_BITFIELDS, b.SF_GCC_ARM_BITFIELDS, b.SF_GCC_X86_BITFIELDS, b.SF_PACKED) == (1, 2, 16, 8)
