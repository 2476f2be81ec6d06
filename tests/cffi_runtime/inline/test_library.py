import gc
import threading
import weakref

import pytest

from cffi_runtime import FFI

CODE = """
    int answer = 42;
    const int fixed = 7;
    char text[6] = "hello";
    int open_ended[4] = {1, 2, 3, 4};
    struct point { int x, y; };
    struct point origin = {3, 4};
    int add(int a, int b) { return a + b; }
    int read_answer(void) { return answer; }
    int total(struct point *p) { return p->x + p->y; }
    enum color { RED, GREEN = 5, BLUE };
    int (*chosen)(int, int) = add;
"""

CDEF = """
    extern int answer;
    extern const int fixed;
    extern char text[6];
    extern int open_ended[];
    struct point { int x, y; };
    extern struct point origin;
    int add(int a, int b);
    int read_answer(void);
    int total(struct point *);
    enum color { RED, GREEN = 5, BLUE };
    extern int (*chosen)(int, int);
    #define LIMIT 0x20
    static const long NEGATIVE = -3;
    static const double RATIO;
    #define UNKNOWN ...
    extern int not_there;
    int no_function(void);
"""


@pytest.fixture(scope="module")
def path(make_library):
    return str(make_library(CODE))


@pytest.fixture
def ffi():
    ffi = FFI()
    ffi.cdef(CDEF)
    return ffi


@pytest.fixture
def lib(ffi, path):
    return ffi.dlopen(path)


def test_a_function_is_called_and_found_again_as_the_same_object(lib):
    assert lib.add(40, 2) == 42
    assert lib.add is lib.add


def test_a_variable_is_read_and_written_in_the_library_itself(lib):
    lib.answer = 12
    assert lib.read_answer() == 12 == lib.answer
    lib.answer = 42


def test_the_first_use_of_a_variable_may_be_to_write_it(ffi, path):
    fresh = ffi.dlopen(path)
    fresh.answer = 13
    assert fresh.read_answer() == 13
    fresh.answer = 42


def test_variables_of_every_shape_are_read(ffi, lib):
    assert ffi.string(lib.text) == b"hello"
    assert (lib.origin.x, lib.origin.y) == (3, 4)
    assert lib.total(ffi.addressof(lib, "origin")) == 7
    assert lib.chosen(1, 2) == 3
    assert [lib.open_ended[i] for i in range(4)] == [1, 2, 3, 4]


def test_struct_and_array_variables_are_written_as_a_whole(ffi, lib):
    lib.origin = {"x": 30, "y": 40}
    assert lib.total(ffi.addressof(lib, "origin")) == 70
    lib.text = b"abcde"
    assert ffi.string(lib.text) == b"abcde"
    lib.open_ended = [5, 6]
    assert [lib.open_ended[i] for i in range(3)] == [5, 6, 3]
    lib.origin, lib.text, lib.open_ended = [3, 4], b"hello", [1, 2]


def test_constants_and_enumerators_have_the_values_of_the_cdef(lib):
    assert (lib.LIMIT, lib.NEGATIVE, lib.RED, lib.GREEN, lib.BLUE) == (32, -3, 0, 5, 6)


def test_a_constant_that_the_library_exports_is_read_from_it(lib):
    assert lib.fixed == 7


@pytest.mark.parametrize("name", ["LIMIT", "GREEN", "add"])
def test_what_is_no_variable_cannot_be_written(lib, path, name):
    with pytest.raises(AttributeError, match=f"cannot write to function or constant '{name}' of '{path}'"):
        setattr(lib, name, 5)


def test_an_array_of_constants_cannot_be_written(make_library):
    ffi = FFI()
    ffi.cdef("extern const char text[]; extern const int table[2][2];")
    lib = ffi.dlopen(make_library("const char text[] = \"read-only\"; const int table[2][2] = {{1, 2}, {3, 4}};"))
    for name, value in [("text", b"x"), ("table", [[5, 6], [7, 8]])]:
        with pytest.raises(AttributeError, match=name):
            setattr(lib, name, value)
    assert (ffi.string(lib.text), lib.table[1][0]) == (b"read-only", 3)


def test_a_constant_of_the_library_cannot_be_written(lib):
    with pytest.raises(AttributeError):
        lib.fixed = 8
    assert lib.fixed == 7


def test_a_wrong_value_for_a_variable_is_refused(lib):
    with pytest.raises(TypeError):
        lib.answer = "x"
    assert lib.answer == 42


@pytest.mark.parametrize("name", ["no_function", "not_there"])
def test_a_name_that_the_library_lacks_is_an_attribute_error_that_names_both(lib, path, name):
    assert not hasattr(lib, name)
    with pytest.raises(AttributeError, match=f"'{name}' not found in library '{path}'"):
        getattr(lib, name)


def test_a_name_that_no_cdef_has_is_an_attribute_error(lib):
    with pytest.raises(AttributeError, match=r"no cdef\(\) declares it"):
        getattr(lib, "other")  # noqa: B009
    with pytest.raises(AttributeError, match=r"no cdef\(\) declares it"):
        lib.other = 1


def test_a_constant_without_a_value_says_what_to_write(lib):
    with pytest.raises(NotImplementedError, match=r"'RATIO' cannot be read .* write '#define RATIO"):
        getattr(lib, "RATIO")  # noqa: B009
    with pytest.raises(Exception, match=r"constant 'UNKNOWN': .* its value") as found:
        getattr(lib, "UNKNOWN")  # noqa: B009
    assert type(found.value).__name__ == "VerificationMissing"


def test_dir_lists_what_may_be_read_sorted(lib):
    assert dir(lib) == sorted([
        "BLUE", "GREEN", "LIMIT", "NEGATIVE", "RATIO", "RED", "add", "answer", "chosen", "fixed", "no_function", "not_there",
        "open_ended", "origin", "read_answer", "text", "total",
    ])  # fmt: skip


def test_addressof_gives_pointers_to_functions_and_variables_only(ffi, lib):
    assert ffi.typeof(ffi.addressof(lib, "answer")) is ffi.typeof("int *")
    assert ffi.addressof(lib, "answer")[0] == 42
    assert ffi.addressof(lib, "add") == lib.add
    with pytest.raises(AttributeError, match="cannot take the address of the constant 'LIMIT'"):
        ffi.addressof(lib, "LIMIT")


def test_a_later_cdef_shows_in_an_open_library(path):
    ffi = FFI()
    lib = ffi.dlopen(path)
    assert dir(lib) == []
    ffi.cdef("int add(int, int);")
    assert lib.add(1, 1) == 2


def test_an_overriding_cdef_replaces_what_was_looked_up_before(path):
    ffi = FFI()
    ffi.cdef("int add(int, int);")
    lib = ffi.dlopen(path)
    assert ffi.typeof(lib.add).result is ffi.typeof("int")
    ffi.cdef("unsigned char add(int, int);", override=True)
    assert ffi.typeof(lib.add).result is ffi.typeof("unsigned char")


def test_a_closed_library_says_so_and_closing_twice_is_nothing(ffi, path):
    lib = ffi.dlopen(path)
    assert lib.add(1, 1) == 2
    assert lib.answer == 42
    ffi.dlclose(lib)
    for use in (lambda: lib.add, lambda: lib.answer, lambda: setattr(lib, "answer", 1), lambda: ffi.addressof(lib, "answer")):
        with pytest.raises(ValueError, match="has already been closed"):
            use()
    assert lib.LIMIT == 32
    ffi.dlclose(lib)


def test_only_libraries_are_closed(ffi):
    with pytest.raises(TypeError, match="must be what dlopen"):
        ffi.dlclose(5)


def test_two_libraries_of_one_ffi_do_not_share_variables(ffi, path, make_library):
    first, second = ffi.dlopen(path), ffi.dlopen(str(make_library(CODE)))
    first.answer, second.answer = 1, 2
    assert (first.answer, second.answer) == (1, 2)
    first.answer = 42


def test_names_are_found_once_and_the_same_from_many_threads(ffi, path):
    lib = ffi.dlopen(path)
    barrier, found, errors = threading.Barrier(8), [], []

    def use():
        try:
            barrier.wait()
            found.append((lib.add(20, 22), lib.answer, lib.GREEN, ffi.sizeof("struct point"), ffi.typeof("struct point *")))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert set(found) == {(42, 42, 5, 8, ffi.typeof("struct point *"))}


def test_a_library_can_be_referred_to_weakly_and_dies_with_its_ffi(path):
    ffi = FFI()
    lib = weakref.ref(ffi.dlopen(path))
    gc.collect()
    assert lib() is not None
    del ffi
    gc.collect()
    assert lib() is None


def test_the_library_keeps_its_ffi_alive(path):
    ffi = FFI()
    ffi.cdef("int add(int, int);")
    lib = ffi.dlopen(path)
    del ffi
    assert lib.add(2, 3) == 5
