"""ffi.cdef_from_headers(): what real headers declare can be used at once."""

import pytest

from cffi import FFI, VerificationError


@pytest.fixture
def header(tmp_path):
    path = tmp_path / "little.h"
    path.write_text("#define LITTLE STEP\ntypedef struct { int x; } little;\nint abs(int);\nint v(__builtin_va_list);\n")
    return path


def test_functions_can_be_called_at_once_in_abi_mode(header):
    ffi = FFI()
    found = ffi.cdef_from_headers(str(header), mode="abi", define_macros=[("STEP", "7")])
    lib = ffi.dlopen(None)
    assert (lib.abs(-3), lib.LITTLE, ffi.sizeof("little")) == (3, 7, 4)
    assert [(one.name, one.reason) for one in found.skipped] == [("v", "takes a va_list, which Python cannot make")]


def test_headers_are_found_through_include_dirs_and_names_can_be_chosen(header):
    ffi = FFI()
    found = ffi.cdef_from_headers(["little.h"], include_dirs=[str(header.parent)], define_macros=[("STEP", "7")], declarations=["LITTLE"])
    assert found.prelude == "#include <little.h>\n"
    assert found.text.endswith("#define LITTLE ...\n")
    assert list(found.declared.globals) == ["LITTLE"]


def test_what_the_libraries_lack_is_left_out(header):
    found = FFI().cdef_from_headers(str(header), define_macros=[("STEP", "7")], libraries=["m"])
    assert ("v", "the libraries do not contain it") in [(one.name, one.reason) for one in found.skipped]


def test_nothing_is_declared_when_the_compiler_refuses_the_header(tmp_path):
    (tmp_path / "bad.h").write_text("int f(int);\nint g(nothing x);\n")
    ffi = FFI()
    with pytest.raises(VerificationError, match=r"bad\.h:2: unknown type name"):
        ffi.cdef_from_headers(str(tmp_path / "bad.h"))
    assert ffi.list_types() == ([], [], [])


@pytest.mark.parametrize(
    "keywords, error, message",
    [
        ({"mode": "both"}, ValueError, "'mode' is 'api' or 'abi', not 'both'"),
        ({"folders": ["x"]}, TypeError, "unexpected keyword argument 'folders'"),
        ({"include_dirs": "x"}, TypeError, "'include_dirs' is a list of str, not 'x'"),
        ({"declarations": "f*"}, TypeError, "'declarations' is a list of str"),
    ],
)
def test_wrong_arguments_are_told(header, keywords, error, message):
    with pytest.raises(error, match=message.replace("*", r"\*")):
        FFI().cdef_from_headers(str(header), **keywords)
