"""The Python module of the out-of-line ABI mode, printed as the published implementation prints it."""

import pytest

from cffi_build import cdef, emit
from cffi_build.emit.opcodes import Opcode
from cffi_build.emit.sorted_types import SortedTypeTable
from cffi_build.model import Array, Function, Pointer, Primitive, Void

# what cffi 2.1.1 wrote for these declarations
WRITTEN_BY_2_1_1 = [
    ("int close(int); static const int BB = 42; extern int somevar;", r"""# auto-generated file
import _cffi_backend

ffi = _cffi_backend.FFI('m',
    _version = 0x2601,
    _types = b'\x00\x00\x01\x0D\x00\x00\x07\x01\x00\x00\x00\x0F',
    _globals = (b'\xFF\xFF\xFF\x1FBB',42,b'\x00\x00\x00\x23close',0,b'\x00\x00\x01\x21somevar',0),
)
"""),
    ("int a(int *, int **, int (*)[5], int *[5]);", r"""# auto-generated file
import _cffi_backend

ffi = _cffi_backend.FFI('m',
    _version = 0x2601,
    _types = b'\x00\x00\x06\x0D\x00\x00\x06\x03\x00\x00\x01\x03\x00\x00\x07\x03\x00\x00\x02\x11\x00\x00\x00\x0F\x00\x00\x07\x01\x00\x00\x06\x05\x00\x00\x00\x05',
    _globals = (b'\x00\x00\x00\x23a',0,),
)
"""),
    ("typedef struct { int x; struct { int y; } in; union { int z; }; } t; t *make(t *);", r"""# auto-generated file
import _cffi_backend

ffi = _cffi_backend.FFI('m',
    _version = 0x2601,
    _types = b'\x00\x00\x01\x0D\x00\x00\x05\x03\x00\x00\x00\x0F\x00\x00\x07\x01\x00\x00\x00\x09\x00\x00\x02\x09\x00\x00\x01\x09',
    _globals = (b'\x00\x00\x00\x23make',0,),
    _struct_unions = ((b'\x00\x00\x00\x04\x00\x00\x00\x02$1',b'\x00\x00\x03\x11y'),(b'\x00\x00\x00\x06\x00\x00\x00\x03$2',b'\x00\x00\x03\x11z'),(b'\x00\x00\x00\x05\x00\x00\x00\x00$t',b'\x00\x00\x03\x11x',b'\x00\x00\x04\x11in',b'\x00\x00\x06\x11')),
    _typenames = (b'\x00\x00\x00\x05t',),
)
"""),
    ("extern int m[3][4]; int32_t g(uint8_t, size_t, bool); enum e { A, B = -5 };", r"""# auto-generated file
import _cffi_backend

ffi = _cffi_backend.FFI('m',
    _version = 0x2601,
    _types = b'\x00\x00\x05\x0D\x00\x00\x12\x01\x00\x00\x1C\x01\x00\x00\x01\x01\x00\x00\x00\x0F\x00\x00\x15\x01\x00\x00\x00\x0B\x00\x00\x07\x01\x00\x00\x07\x05\x00\x00\x00\x04\x00\x00\x08\x05\x00\x00\x00\x03',
    _globals = (b'\xFF\xFF\xFF\x0BA',0,b'\xFF\xFF\xFF\x0BB',-5,b'\x00\x00\x00\x23g',0,b'\x00\x00\x0A\x21m',0),
    _enums = (b'\x00\x00\x00\x06\x00\x00\x00\x15e\x00A,B',),
)
"""),
]  # fmt: skip
