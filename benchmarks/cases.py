"""The run-time cases: what is measured, for each implementation. Data only; see worker.py for how a case is run.

A case has, for an implementation or a family of them, a set-up and a statement. Looked up are the implementation, its family, then
"*"; a case without an entry is not meaningful there. The set-up runs once, inside the measured function: its names are fast locals.
`unroll`: copies of the statement in the loop. `ops`: operations of one statement (callback cases: calls made by it).
"""

from __future__ import annotations

from typing import Dict, NamedTuple, Optional, Tuple, Union

FAMILY = {
    "cffi-api": "cffi", "cffi-ooabi": "cffi", "cffi-abi": "cffi", "cffi-hold": "cffi", "ctypes": "ctypes",
    "limit": "ext", "limit-gil": "ext", "cython": "ext", "pybind11": "ext", "nanobind": "ext",
}  # fmt: skip
"""Implementations: cffi by mode (compiled, out-of-line ABI, in-line ABI, compiled with `hold-gil`), and peers; `limit` is C written by
hand, with the GIL held."""


Code = Tuple[str, str]


class Case(NamedTuple):
    """Set-up and statement by implementation."""

    name: str
    code: Dict[str, Code]
    unroll: int
    ops: Union[int, str]

    def code_for(self, implementation: str) -> Optional[Code]:
        """Return set-up and statement, or None."""
        keys = (implementation, FAMILY[implementation], "*")
        return next((self.code[key] for key in keys if key in self.code), None)


CASES: Dict[str, Case] = {}


def case(name: str, code: Optional[Dict[str, Code]] = None, unroll: int = 10, ops: Union[int, str] = 1, **more: Code) -> None:
    """Add a case; `any=` stands for "*", `_` in a name for "-"."""
    named = {"*" if key == "any" else key.replace("_", "-"): value for key, value in more.items()}
    CASES[name] = Case(name, {**(code or {}), **named}, unroll, ops)


# ---- calls
# names available: m (module / lib), ffi (cffi), ct (ctypes), Point, P (bench helpers)
case("call.noop", any=("f = m.b_noop", "f()"))
case("call.noop.attr", any=("", "m.b_noop()"))
case("call.neg", any=("f = m.b_neg", "f(5)"))
case("call.add", any=("f = m.b_add", "f(3, 4)"))
case("call.add.attr", any=("", "m.b_add(3, 4)"))
case("call.f4", any=("f = m.b_f4", "f(1, 2, 3, 4)"))
case("call.f8", any=("f = m.b_f8", "f(1, 2, 3, 4, 5, 6, 7, 8)"))
case("call.fma3", any=("f = m.b_fma3", "f(1.5, 2.5, 3.5)"))
case("call.fma3.ints", any=("f = m.b_fma3", "f(1, 2, 3)"))
case("call.strlen.bytes", any=("f = m.b_strlen; s = b'hello world, 25 bytes lon'", "f(s)"))
case("call.strlen.char[]",
     cffi=("f = m.b_strlen; s = ffi.new('char[]', b'hello world, 25 bytes lon')", "f(s)"),
     ctypes=("f = m.b_strlen; s = ct.create_string_buffer(b'hello world, 25 bytes lon')", "f(s)"))
case("call.ptr_arg",
     cffi=("f = m.b_touch; p = ffi.new('struct point *')", "f(p)"),
     ctypes=("f = m.b_touch; p = ct.pointer(Point())", "f(p)"),
     ext=("f = m.b_touch; p = m.Point()", "f(p)"))
case("call.ptr_arg.byref", ctypes=("f = m.b_touch; p = Point(); byref = ct.byref", "f(byref(p))"))
case("call.ptr_ret",
     cffi=("f = m.b_ident; p = ffi.new('struct point *')", "f(p)"),
     ctypes=("f = m.b_ident; p = ct.pointer(Point())", "f(p)"),
     ext=("f = m.b_ident; p = m.Point()", "f(p)"))
case("call.struct_ret", any=("f = m.b_mkpoint", "f(1, 2)"))
case("call.struct_arg",
     cffi=("f = m.b_sumpoint; p = ffi.new('struct point *')[0]", "f(p)"),
     ctypes=("f = m.b_sumpoint; p = Point()", "f(p)"),
     ext=("f = m.b_sumpoint; p = m.Point()", "f(p)"))
case("call.list16_arg",
     any=("f = m.b_sum; lst = list(range(16))", "f(lst, 16)"),
     ctypes=("f = m.b_sum; lst = list(range(16)); T = ct.c_int * 16", "f(T(*lst), 16)"))
case("call.int[]_arg",
     cffi=("f = m.b_sum; a = ffi.new('int[100]')", "f(a, 1)"),
     ctypes=("f = m.b_sum; a = (ct.c_int * 100)()", "f(a, 1)"),
     cython=("f = m.b_sum; a = m.Arr(100)", "f(a, 1)"), limit=("f = m.b_sum; a = m.Arr(100)", "f(a, 1)"),
     limit_gil=("f = m.b_sum; a = m.Arr(100)", "f(a, 1)"))
case("call.variadic",
     cffi=("f = m.b_fmt; b = ffi.new('char[256]'); s = b'%d'; v = ffi.cast('int', 42)", "f(b, 256, s, v)"),
     ctypes=("f = m.b_fmt; b = ct.create_string_buffer(256); s = b'%d'; v = ct.c_int(42)", "f(b, 256, s, v)"),
     ext=("f = m.b_fmt; s = b'%d'", "f(s, 42)"))
case("call.fnptr",
     cffi=("f = m.b_get_add()", "f(3, 4)"),
     ctypes=("f = m.b_get_add()", "f(3, 4)"))
case("call.fnptr.noop",
     cffi=("f = ffi.cast('void(*)(void)', ffi.addressof(m, 'b_noop'))", "f()"),
     ctypes=("f = ct.CFUNCTYPE(None)(ct.cast(m.b_noop, ct.c_void_p).value)", "f()"))

# ---- callbacks
PYCB = "def cb(x): return x"
PYCMP = "def cmp(x, y): return x - y"
PYCMPP = "def cmp(x, y): return x[0] - y[0]"
case("cb.int",
     {"cffi": (PYCB + "\nf = m.b_apply; c = ffi.callback('int(int)', cb)", "f(c, 1000)"),
      "ctypes": (PYCB + "\nf = m.b_apply; c = CBINT(cb)", "f(c, 1000)"),
      "ext": (PYCB + "\nf = m.b_apply; c = cb", "f(c, 1000)")}, unroll=1, ops=1000)
case("cb.int.extern",
     {"cffi-api": (PYCB + "\nffi.def_extern('py_cb')(cb); f = m.b_apply; c = m.py_cb", "f(c, 1000)")}, unroll=1, ops=1000)
case("cb.qsort",
     {"cffi": (PYCMPP + "\nf = m.b_qsort; c = ffi.callback('int(*)(const int *, const int *)', cmp); mm = ffi.memmove\n"
               "src = ffi.new('int[]', SHUFFLED); a = ffi.new('int[10000]')", "mm(a, src, 40000); f(a, 10000, c)"),
      "ctypes": (PYCMPP + "\nf = m.b_qsort; c = CBCMP(cmp); mm = ct.memmove\n"
                 "src = (ct.c_int * 10000)(*SHUFFLED); a = (ct.c_int * 10000)()", "mm(a, src, 40000); f(a, 10000, c)"),
      "ext": (PYCMP + "\nf = m.b_qsort; c = cmp; A = m.Arr", "a = A(10000, SHUFFLED); f(a, 10000, c)")},
     unroll=1, ops="QSORT_COMPARES")
case("cb.qsort.extern",
     {"cffi-api": (PYCMPP + "\nffi.def_extern('py_cmp')(cmp); f = m.b_qsort; c = m.py_cmp; mm = ffi.memmove\n"
                   "src = ffi.new('int[]', SHUFFLED); a = ffi.new('int[10000]')", "mm(a, src, 40000); f(a, 10000, c)")},
     unroll=1, ops="QSORT_COMPARES")
case("cb.create",
     cffi=(PYCB + "\nC = ffi.callback", "C('int(int)', cb)"),
     ctypes=(PYCB, "CBINT(cb)"))

# ---- allocation
case("new.int*", cffi=("new = ffi.new", "new('int *')"), ctypes=("T = ct.c_int", "T()"))
case("new.int*.init", cffi=("new = ffi.new", "new('int *', 42)"), ctypes=("T = ct.c_int", "T(42)"))
case("new.int*.ctype", cffi=("new = ffi.new; T = ffi.typeof('int *')", "new(T)"))
case("new.int[100]", cffi=("new = ffi.new", "new('int[100]')"), ctypes=("T = ct.c_int * 100", "T()"),
     ext=("A = m.Arr", "A(100)"))
case("new.int[n]", cffi=("new = ffi.new", "new('int[]', 100)"), ctypes=("T = ct.c_int", "(T * 100)()"))
case("new.struct", cffi=("new = ffi.new", "new('struct point *')"), ctypes=("", "Point()"), ext=("P = m.Point", "P()"))
case("new.struct.ctype", cffi=("new = ffi.new; T = ffi.typeof('struct point *')", "new(T)"))
case("new.int[100].list", cffi=("new = ffi.new; lst = list(range(100))", "new('int[]', lst)"),
     ctypes=("T = ct.c_int * 100; lst = list(range(100))", "T(*lst)"),
     ext=("A = m.Arr; lst = list(range(100))", "A(100, lst)"))
case("new.struct.dict", cffi=("new = ffi.new; d = {'x': 1, 'y': 2}", "new('struct point *', d)"),
     ctypes=("d = {'x': 1, 'y': 2}", "Point(**d)"))
case("new.struct.list", cffi=("new = ffi.new; d = [1, 2]", "new('struct point *', d)"),
     ctypes=("d = [1, 2]", "Point(*d)"))
case("new.char[].bytes", cffi=("new = ffi.new; s = b'0123456789'", "new('char[]', s)"),
     ctypes=("B = ct.create_string_buffer; s = b'0123456789'", "B(s)"))
case("new.gc", cffi=("p = ffi.new('int *'); gc = ffi.gc; f = m.b_noop\ndef f(x): pass", "gc(p, f)"))
case("new.handle", cffi=("o = object(); h = ffi.new_handle", "h(o)"), ctypes=("o = object(); h = ct.py_object", "h(o)"))
case("new.from_handle", cffi=("o = object(); h = ffi.new_handle(o); f = ffi.from_handle", "f(h)"),
     ctypes=("o = object(); h = ct.py_object(o)", "h.value"))
case("new.from_buffer", cffi=("b = bytearray(1024); f = ffi.from_buffer", "f(b)"),
     ctypes=("b = bytearray(1024); T = ct.c_char * 1024", "T.from_buffer(b)"))
case("new.from_buffer.typed", cffi=("b = bytearray(1024); f = ffi.from_buffer", "f('int[]', b)"),
     ctypes=("b = bytearray(1024); T = ct.c_int * 256", "T.from_buffer(b)"))

# ---- data access
P_ = {"cffi": "p = ffi.new('struct point *')", "ctypes": "p = Point()", "ext": "p = m.Point()"}
case("data.p.x", {k: (v, "p.x") for k, v in P_.items()})
case("data.p.x=", {k: (v, "p.x = 5") for k, v in P_.items()})
case("data.p.w", cffi=(P_["cffi"], "p.w"), ctypes=(P_["ctypes"], "p.w"), limit=(P_["ext"], "p.w"))
case("data.p.w=", cffi=(P_["cffi"], "p.w = 2.5"), ctypes=(P_["ctypes"], "p.w = 2.5"), limit=(P_["ext"], "p.w = 2.5"))
case("data.p[0]", cffi=(P_["cffi"], "p[0]"), ctypes=("p = ct.pointer(Point())", "p[0]"))
case("data.p[0].x", cffi=(P_["cffi"], "p[0].x"), ctypes=("p = ct.pointer(Point())", "p.contents.x"))
A_ = {"cffi": "a = ffi.new('int[1000]')", "ctypes": "a = (ct.c_int * 1000)()", "ext": "a = m.Arr(1000)"}
case("data.a[i]", {k: (v, "a[5]") for k, v in A_.items()})
case("data.a[i]=", {k: (v, "a[5] = 7") for k, v in A_.items()})
case("data.ip[0]", cffi=("a = ffi.new('int *')", "a[0]"), ctypes=("a = ct.c_int()", "a.value"))
case("data.ip[0]=", cffi=("a = ffi.new('int *')", "a[0] = 7"), ctypes=("a = ct.c_int()", "a.value = 7"))
case("data.sa[i].x", cffi=("a = ffi.new('struct point[100]')", "a[5].x"), ctypes=("a = (Point * 100)()", "a[5].x"))
case("data.ca[i]", cffi=("a = ffi.new('char[100]')", "a[5]"), ctypes=("a = (ct.c_char * 100)()", "a[5]"))
case("data.len", {k: (v + "; L = len", "L(a)") for k, v in A_.items()})
case("data.p+1", cffi=("p = ffi.new('int[1000]') + 0", "p + 1"))
case("data.q-p", cffi=("p = ffi.new('int[1000]') + 0; q = p + 5", "q - p"))
case("data.p==q", cffi=("p = ffi.new('int[1000]') + 0; q = p + 0", "p == q"))
case("data.bool(p)", cffi=("p = ffi.new('int *')", "not p"), ctypes=("p = ct.pointer(ct.c_int())", "not p"))
case("data.hash(p)", cffi=("p = ffi.new('int *'); H = hash", "H(p)"))
case("data.is_null", cffi=("p = ffi.new('int *')", "p == ffi.NULL"))
case("data.addressof", cffi=("p = ffi.new('struct point *'); f = ffi.addressof", "f(p, 'y')"),
     ctypes=("p = Point(); f = ct.byref", "f(p, 4)"))
case("data.cast_int", cffi=("f = ffi.cast", "f('int', 42)"), ctypes=("f = ct.c_int", "f(42)"))
case("data.cast_ptr", cffi=("f = ffi.cast; p = ffi.new('int *')", "f('void *', p)"),
     ctypes=("f = ct.cast; p = ct.pointer(ct.c_int()); V = ct.c_void_p", "f(p, V)"))
case("data.ptr_to_int", cffi=("f = ffi.cast; p = ffi.new('int *')", "int(f('intptr_t', p))"),
     ctypes=("f = ct.addressof; p = ct.c_int()", "f(p)"))
case("data.int(cdata)", cffi=("c = ffi.cast('int', 42); I = int", "I(c)"), ctypes=("c = ct.c_int(42)", "c.value"))
case("data.string10", cffi=("s = ffi.new('char[]', b'x' * 10); f = ffi.string", "f(s)"),
     ctypes=("s = ct.create_string_buffer(b'x' * 10)", "s.value"),
     ext=("m.set_str(b'x' * 10); f = m.get_str", "f()"))
case("data.string1000", cffi=("s = ffi.new('char[]', b'x' * 1000); f = ffi.string", "f(s)"),
     ctypes=("s = ct.create_string_buffer(b'x' * 1000)", "s.value"),
     ext=("m.set_str(b'x' * 1000); f = m.get_str", "f()"))
case("data.unpack_int1000", cffi=("a = ffi.new('int[1000]', list(range(1000))); f = ffi.unpack", "f(a, 1000)"),
     ctypes=("a = (ct.c_int * 1000)(*range(1000))", "a[:]"),
     ext=("a = m.Arr(1000, list(range(1000)))", "a.tolist()"), unroll=1)
case("data.unpack_char1000", cffi=("a = ffi.new('char[1000]'); f = ffi.unpack", "f(a, 1000)"),
     ctypes=("a = (ct.c_char * 1000)(); f = ct.string_at", "f(a, 1000)"))
case("data.buffer1K", cffi=("a = ffi.new('int[1000]'); f = ffi.buffer", "f(a, 1024)[:]"),
     ctypes=("a = (ct.c_int * 1000)(); f = ct.string_at", "f(a, 1024)"),
     ext=("a = m.Arr(1000)", "a.tobytes(1024)"))
case("data.memmove1K", cffi=("a = ffi.new('char[1024]'); b = ffi.new('char[1024]'); f = ffi.memmove", "f(a, b, 1024)"),
     ctypes=("a = (ct.c_char * 1024)(); b = (ct.c_char * 1024)(); f = ct.memmove", "f(a, b, 1024)"))
case("data.list1000", {k: (v + "; L = list", "L(a)") for k, v in A_.items()}, unroll=1)
case("data.iter_slice", cffi=(A_["cffi"], "for x in a[0:1000]: pass"), ctypes=(A_["ctypes"], "for x in a[0:1000]: pass"), unroll=1)
case("data.slice_assign", cffi=(A_["cffi"] + "; lst = list(range(100))", "a[0:100] = lst"),
     ctypes=(A_["ctypes"] + "; lst = list(range(100))", "a[0:100] = lst"), unroll=1)

# ---- ffi object and lib attributes
case("ffi.typeof", cffi=("f = ffi.typeof", "f('struct point *')"), ctypes=("f = ct.POINTER", "f(Point)"))
case("ffi.typeof.cdata", cffi=("f = ffi.typeof; p = ffi.new('int *')", "f(p)"), ctypes=("f = type; p = ct.c_int()", "f(p)"))
case("ffi.sizeof.str", cffi=("f = ffi.sizeof", "f('struct point')"), ctypes=("f = ct.sizeof", "f(Point)"))
case("ffi.sizeof.cdata", cffi=("f = ffi.sizeof; p = ffi.new('int[100]')", "f(p)"), ctypes=("f = ct.sizeof; p = (ct.c_int * 100)()", "f(p)"))
case("ffi.offsetof", cffi=("f = ffi.offsetof", "f('struct point', 'y')"), ctypes=("", "Point.y.offset"))
case("ffi.errno", cffi=("", "ffi.errno"), ctypes=("f = ct.get_errno", "f()"))
case("ffi.NULL", cffi=("", "ffi.NULL"))
case("lib.global", cffi=("", "m.b_global"), ctypes=("g = ct.c_int.in_dll(m, 'b_global')", "g.value"), ext=("f = m.get_global", "f()"))
case("lib.global=", cffi=("", "m.b_global = 9"), ctypes=("g = ct.c_int.in_dll(m, 'b_global')", "g.value = 9"),
     ext=("f = m.set_global", "f(9)"))
case("lib.CONST", cffi=("", "m.B_CONST"), ext=("", "m.B_CONST"))
case("lib.enum_const", cffi=("", "m.B_BLUE"), ext=("", "m.B_BLUE"))
# (stock in-line ABI mode raises AttributeError for a variable of enum type)
case("lib.enum_var", cffi_api=("", "m.b_gcolor"), cffi_ooabi=("", "m.b_gcolor"))
case("lib.struct_var", cffi=("", "m.b_gpoint"))
case("lib.func_attr", any=("", "m.b_add"))
