"""The Python module of the out-of-line ABI mode."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cffi_build import cdef, emit
from cffi_build.errors import FFIError, VerificationError

# declarations, and what cffi 2.1.1 writes for them
WRITTEN_BY_2_1_1 = {
    "int close(int); static const int BB = 42; extern int somevar;": r"""# auto-generated file
import _cffi_backend

ffi = _cffi_backend.FFI('m',
    _version = 0x2601,
    _types = b'\x00\x00\x01\x0D\x00\x00\x07\x01\x00\x00\x00\x0F',
    _globals = (b'\xFF\xFF\xFF\x1FBB',42,b'\x00\x00\x00\x23close',0,b'\x00\x00\x01\x21somevar',0),
)
""",
    "int a(int *, int **, int (*)[5], int *[5]);": r"""# auto-generated file
import _cffi_backend

ffi = _cffi_backend.FFI('m',
    _version = 0x2601,
    _types = b'\x00\x00\x06\x0D\x00\x00\x06\x03\x00\x00\x01\x03\x00\x00\x07\x03\x00\x00\x02\x11\x00\x00\x00\x0F\x00\x00\x07\x01\x00\x00\x06\x05\x00\x00\x00\x05',
    _globals = (b'\x00\x00\x00\x23a',0,),
)
""",  # noqa: E501
    "typedef struct { int x; struct { int y; } in; union { int z; }; } t; t *make(t *);": r"""# auto-generated file
import _cffi_backend

ffi = _cffi_backend.FFI('m',
    _version = 0x2601,
    _types = b'\x00\x00\x01\x0D\x00\x00\x05\x03\x00\x00\x00\x0F\x00\x00\x07\x01\x00\x00\x00\x09\x00\x00\x02\x09\x00\x00\x01\x09',
    _globals = (b'\x00\x00\x00\x23make',0,),
    _struct_unions = ((b'\x00\x00\x00\x04\x00\x00\x00\x02$1',b'\x00\x00\x03\x11y'),(b'\x00\x00\x00\x06\x00\x00\x00\x03$2',b'\x00\x00\x03\x11z'),(b'\x00\x00\x00\x05\x00\x00\x00\x00$t',b'\x00\x00\x03\x11x',b'\x00\x00\x04\x11in',b'\x00\x00\x06\x11')),
    _typenames = (b'\x00\x00\x00\x05t',),
)
""",  # noqa: E501
    "extern int m[3][4]; int32_t g(uint8_t, size_t, bool); enum e { A, B = -5 };": r"""# auto-generated file
import _cffi_backend

ffi = _cffi_backend.FFI('m',
    _version = 0x2601,
    _types = b'\x00\x00\x06\x0D\x00\x00\x12\x01\x00\x00\x1C\x01\x00\x00\x01\x01\x00\x00\x00\x0F\x00\x00\x00\x0B\x00\x00\x15\x01\x00\x00\x07\x01\x00\x00\x0A\x05\x00\x00\x00\x03\x00\x00\x07\x05\x00\x00\x00\x04',
    _globals = (b'\xFF\xFF\xFF\x0BA',0,b'\xFF\xFF\xFF\x0BB',-5,b'\x00\x00\x00\x23g',0,b'\x00\x00\x08\x21m',0),
    _enums = (b'\x00\x00\x00\x05\x00\x00\x00\x15e\x00A,B',),
)
""",  # noqa: E501
    "void v(void); int *w(char *(*)(int, ...)); struct s { short a : 3; struct s *next; }; typedef struct s *s_p; extern s_p head;": r"""# auto-generated file
import _cffi_backend

ffi = _cffi_backend.FFI('m',
    _version = 0x2601,
    _types = b'\x00\x00\x08\x0D\x00\x00\x07\x01\x00\x00\x01\x0F\x00\x00\x0A\x0D\x00\x00\x00\x03\x00\x00\x00\x0F\x00\x00\x0E\x0D\x00\x00\x00\x0F\x00\x00\x09\x03\x00\x00\x02\x01\x00\x00\x01\x03\x00\x00\x05\x01\x00\x00\x0D\x03\x00\x00\x00\x09\x00\x00\x00\x01',
    _globals = (b'\x00\x00\x0C\x21head',0,b'\x00\x00\x06\x23v',0,b'\x00\x00\x03\x23w',0),
    _struct_unions = ((b'\x00\x00\x00\x0D\x00\x00\x00\x02s',b'\x00\x00\x0B\x13\x00\x00\x00\x03a',b'\x00\x00\x0C\x11next'),),
    _typenames = (b'\x00\x00\x00\x0Cs_p',),
)
""",  # noqa: E501
}


@pytest.mark.parametrize("text", WRITTEN_BY_2_1_1)
def test_it_is_the_file_that_the_published_implementation_writes(text):
    assert emit.py_source("m", cdef.parse(text)) == WRITTEN_BY_2_1_1[text]


def test_it_is_the_same_in_every_run():
    code = "from cffi_build import cdef, emit; import sys; print(emit.py_source('m', cdef.parse(sys.argv[1])))"
    text = "struct a { struct b *p; }; struct b { int (*f)(struct a *, long); }; union u { char c; }; void g(union u *); enum e { X };"
    root = str(Path(__file__).resolve().parents[3])

    def run(seed):
        env = {**os.environ, "PYTHONPATH": root, "PYTHONHASHSEED": seed}
        return subprocess.run([sys.executable, "-c", code, text], env=env, check=True, stdout=subprocess.PIPE).stdout

    assert run("1") == run("2") == run("3")


def test_included_modules_are_imported_and_handed_over():
    lines = emit.py_source("m", cdef.parse("int f(int);"), included_modules=["a.b", "c"]).splitlines()
    assert lines[2:4] == ["from a.b import ffi as _ffi0", "from c import ffi as _ffi1"]
    assert "    _includes = (_ffi0,_ffi1)," in lines


@pytest.mark.parametrize("text", [
    "#define N ...", "struct s { int a; ...; };", "typedef int... t;", "int a[...];", 'extern "Python" int f(void);',
])  # fmt: skip
def test_what_needs_a_c_compiler_is_refused_with_its_place(text):
    with pytest.raises((FFIError, VerificationError), match="<cdef>:1"):
        emit.py_source("m", cdef.parse(text))


def test_an_array_whose_length_has_no_room_in_the_file_is_an_overflow():
    with pytest.raises(OverflowError, match="<cdef>:1.*3000000000 items are too many"):
        emit.py_source("m", cdef.parse("typedef int array_t[3000000000];"))
