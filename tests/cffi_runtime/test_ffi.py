import gc
import threading

import pytest

import _cffi_backend
from cffi_build.errors import CDefError
from cffi_runtime import FFI


@pytest.fixture
def ffi():
    return FFI()


def test_a_standard_type_needs_no_parser(run_python):
    loaded = run_python("import sys; from cffi import FFI; FFI().new('int[]', 3); print(*sys.modules)").split()
    assert not {"cffi_build.cdef.read", "cffi_build.model", "pycparser"}.intersection(loaded)


def test_the_same_text_gives_the_same_type_and_a_new_meaning_counts_at_once(ffi):
    assert ffi.typeof("uint16_t") is ffi.typeof("uint16_t")
    standard = ffi.typeof("char16_t *")
    ffi.cdef("typedef uint16_t char16_t;")
    assert ffi.typeof("char16_t *") is ffi.typeof("uint16_t *") is not standard


def test_every_type_argument_takes_text_and_ctype(ffi):
    ffi.cdef("struct s { char a; int b; };")
    for kind in (lambda text: text, ffi.typeof):
        assert ffi.sizeof(kind("struct s")) == 8
        assert ffi.alignof(kind("struct s")) == 4
        assert ffi.offsetof(kind("struct s"), "b") == 4
        assert ffi.getctype(kind("struct s"), "*") == "struct s *"
        assert ffi.new(kind("struct s *"), [b"z", 3]).b == 3
        assert int(ffi.cast(kind("unsigned char"), 257)) == 1
        assert ffi.from_buffer(kind("short[]"), b"\1\0\2\0")[1] == 2
        assert ffi.callback(kind("int(*)(int)"), lambda x: x + 1)(1) == 2


def test_sizeof_and_typeof_take_cdata(ffi):
    array = ffi.new("int[3]")
    assert ffi.sizeof(array) == 12
    assert ffi.typeof(array) is ffi.typeof("int[3]")


def test_offsetof_follows_fields_and_indexes(ffi):
    ffi.cdef("struct in { char a; short b[4]; }; struct out { long x; struct in y[2]; };")
    assert ffi.offsetof("struct out", "y", 1, "b", 3) == 8 + 10 + 2 + 6
    with pytest.raises(KeyError):
        ffi.offsetof("struct out", "z")


def test_addressof_follows_fields_and_indexes(ffi):
    ffi.cdef("struct pair { int a, b[2]; };")
    p = ffi.new("struct pair *", [1, [2, 3]])
    assert ffi.addressof(p[0]) == p
    assert ffi.addressof(p, "b", 1)[0] == 3
    with pytest.raises(TypeError):
        ffi.addressof(p)


def test_new_allocator_resolves_types_in_its_ffi(ffi):
    ffi.cdef("struct s { int a; };")
    sizes = []

    def alloc(size):
        sizes.append(size)
        return ffi.new("char[]", size)

    allocator = ffi.new_allocator(alloc)
    assert allocator("struct s *", [5]).a == 5
    assert allocator(ffi.typeof("int[]"), 3)[2] == 0
    assert sizes == [4, 12]


def test_from_buffer_is_a_char_array_unless_told(ffi):
    data = bytearray(b"abc")
    view = ffi.from_buffer(data)
    assert ffi.typeof(view) is ffi.typeof("char[]")
    ffi.from_buffer(data, require_writable=True)[1] = b"x"
    assert data == b"axc"
    with pytest.raises(BufferError):
        ffi.from_buffer(b"abc", require_writable=True)


def test_callback_is_a_call_or_a_decorator_and_takes_function_types(ffi):
    @ffi.callback("int add(int a, int b)", error=-1)
    def add(a, b):
        return a + b

    assert add(1, 2) == 3
    assert ffi.callback("int(int)", abs)(-4) == 4
    with pytest.raises(TypeError, match="expected a callable object, not int"):
        ffi.callback("int(*)(int)", 5)


def test_gc_handles_memory_and_text_do_what_the_documentation_says(ffi):
    seen = []
    held = ffi.gc(ffi.new("int *", 7), lambda p: seen.append(p[0]))
    del held
    gc.collect()
    assert seen == [7]
    thing = ["x"]
    handle = ffi.new_handle(thing)
    assert ffi.from_handle(handle) is thing
    text = ffi.new("char[]", b"hello")
    assert (ffi.string(text), ffi.string(text, 2), ffi.unpack(text, 6), ffi.buffer(text)[:2]) == (b"hello", b"he", b"hello\0", b"he")
    ffi.memmove(text, b"J", 1)
    assert ffi.string(text) == b"Jello"
    ffi.release(text)


def test_errno_is_per_ffi_call_and_can_be_set(ffi):
    ffi.errno = 5
    assert ffi.errno == 5
    ffi.errno = 0


def test_init_once_runs_once_for_each_tag(ffi):
    seen, barrier = [], threading.Barrier(6)

    def initialize():
        seen.append(1)
        return len(seen)

    def use():
        barrier.wait()
        results.append(ffi.init_once(initialize, "tag"))

    results = []
    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [1] * 6
    assert ffi.init_once(initialize, "other") == 2


def test_integer_const_finds_macros_constants_and_enumerators_only(ffi):
    ffi.cdef("#define A 10\nstatic const int B = -2; enum { C = 4 }; int f(void);")
    assert [ffi.integer_const(name) for name in "ABC"] == [10, -2, 4]
    for name in ("f", "missing"):
        with pytest.raises(AttributeError, match=f"integer constant '{name}' not found"):
            ffi.integer_const(name)


def test_list_types_leaves_out_what_has_no_name(ffi):
    ffi.cdef("typedef struct { struct { int a; } b; } t; struct s; union u { int x; };")
    assert ffi.list_types() == (["t"], ["s"], ["u"])


def test_a_cdef_with_an_error_declares_nothing(ffi):
    with pytest.raises(CDefError):
        ffi.cdef("typedef int good_t; int f(bad_t);")
    with pytest.raises(CDefError):
        ffi.typeof("good_t")
    assert ffi._cdefsources == []


@pytest.mark.parametrize(("options", "size"), [({}, 8), ({"packed": True}, 5), ({"pack": 1}, 5), ({"pack": 2}, 6), ({"pack": 8}, 8)])
def test_packing_of_a_cdef(ffi, options, size):
    ffi.cdef("struct s { char a; int b; };", **options)
    assert ffi.sizeof("struct s") == size


@pytest.mark.parametrize("options", [{"pack": 3}, {"packed": 2}, {"packed": True, "pack": 1}])
def test_wrong_packing_is_refused(ffi, options):
    with pytest.raises(ValueError, match="pack"):
        ffi.cdef("", **options)


def test_set_unicode_declares_the_windows_names_once(ffi):
    ffi.set_unicode(True)
    assert ffi.typeof("LPTSTR") is ffi.typeof("wchar_t *")
    with pytest.raises(ValueError, match="only be called once"):
        ffi.set_unicode(False)
    narrow = FFI()
    narrow.set_unicode(False)
    assert narrow.typeof("PCTSTR") is narrow.typeof("char *")


def test_text_that_is_no_text_is_refused(ffi):
    with pytest.raises(TypeError, match=r"cdef\(\) argument must be a string, not b'int f"):
        ffi.cdef(b"int f(void);")
    with pytest.raises(TypeError, match="embedding_api"):
        ffi.embedding_api(None)


def test_errors_of_embedding_api_have_the_lines_of_the_text(ffi):
    with pytest.raises(CDefError, match=r":2:"):
        ffi.embedding_api("int ok(void);\nint f(nothing_t);")


def test_embedding_init_code_is_dedented_compiled_and_given_once(ffi):
    ffi.embedding_init_code("""
        import sys
        if True:
            pass
    """)
    assert ffi._embedding == "import sys\nif True:\n    pass\n"
    with pytest.raises(ValueError, match="only be called once"):
        ffi.embedding_init_code("pass")
    with pytest.raises(SyntaxError):
        FFI().embedding_init_code("if")


def test_what_only_compiled_modules_have_says_so(ffi):
    with pytest.raises(ValueError, match="API-mode"):
        ffi.def_extern()


def test_there_is_one_backend():
    assert FFI(backend=_cffi_backend)._backend is _cffi_backend
    with pytest.raises(NotImplementedError, match="only backend"):
        FFI(backend=object())


def test_isinstance_tests_and_null_work_on_class_and_object(ffi):
    assert isinstance(ffi.cast("int", 0), FFI.CData)
    assert isinstance(ffi.typeof("int"), ffi.CType)
    assert FFI.NULL == ffi.NULL == ffi.cast("void *", 0)
    assert issubclass(ffi.error, Exception)
    assert ffi.RTLD_LAZY != ffi.RTLD_NOW
