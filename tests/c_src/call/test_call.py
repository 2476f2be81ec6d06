"""Calls through libffi: what C received and what Python got back."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

import pytest

import _cffi_backend as backend

INTEGERS = {"signed char": "b", "unsigned char": "B", "short": "h", "unsigned short": "H", "int": "i", "unsigned int": "I",
            "long": "l", "unsigned long": "L", "long long": "q", "unsigned long long": "Q", "int8_t": "b", "uint16_t": "H",
            "size_t": "N", "ssize_t": "n"}
ECHO = "".join(f"{c} echo_{i}({c} x) {{ return x; }}\n" for i, c in enumerate(INTEGERS))


def bounds(code: str) -> tuple[int, int]:
    bits = 8 * struct.calcsize(code)
    return (0, 2**bits - 1) if code.isupper() else (-(2**(bits - 1)), 2**(bits - 1) - 1)


@pytest.fixture(scope="module")
def echo(load: Any) -> Any:
    return load("#include <stdint.h>\n#include <stddef.h>\n#include <sys/types.h>\n" + ECHO)


@pytest.mark.parametrize(("number", "name"), list(enumerate(INTEGERS)))
def test_integers_pass_through_c_unchanged_up_to_their_bounds(echo: Any, t: Any, number: int, name: str) -> None:
    function = echo.load_function(t.function(name, name), f"echo_{number}")
    low, high = bounds(INTEGERS[name])
    for value in (low, high, 0, 1, high // 3):
        assert function(value) == value
    for value in (low - 1, high + 1):
        with pytest.raises(OverflowError, match="argument 1"):
            function(value)


def test_floats_characters_and_bools_pass_through_c(load: Any, t: Any) -> None:
    lib = load("#include <wchar.h>\nfloat f(float x) {return x;} double d(double x) {return x;} char c(char x) {return x;}"
               "_Bool b(_Bool x) {return !x;} wchar_t w(wchar_t x) {return x;} long double l(long double x) {return x/2;}")
    assert lib.load_function(t.function("float", "float"), "f")(1.5) == 1.5
    assert lib.load_function(t.function("double", "double"), "d")(0.1) == 0.1
    assert lib.load_function(t.function("char", "char"), "c")(b"\xff") == b"\xff"
    assert lib.load_function(t.function("_Bool", "_Bool"), "b")(True) is False
    assert lib.load_function(t.function("wchar_t", "wchar_t"), "w")("\u1234") == "\u1234"
    assert float(lib.load_function(t.function("long double", "long double"), "l")(5.0)) == 2.5


@pytest.mark.parametrize("count", [0, 1, 6, 7, 9, 17, 40, 100])
def test_every_argument_of_many_arrives_in_its_place(load: Any, t: Any, count: int) -> None:
    kinds = [("int", "double", "short", "long long")[i % 4] for i in range(count)]
    parameters = ", ".join(f"{kind} x{i}" for i, kind in enumerate(kinds)) or "void"
    total = " + ".join(f"{i + 1} * x{i}" for i in range(count)) or "0"
    lib = load(f"double weigh({parameters}) {{ return {total}; }}")
    values = [i * 3 - 7 for i in range(count)]
    assert lib.load_function(t.function("double", *kinds), "weigh")(*values) == sum((i + 1) * v for i, v in enumerate(values))


MEMBERS = ["char", "short", "int", "long long", "float", "double", "void *"]
SHAPES = [random.Random(seed).choices(MEMBERS, k=random.Random(seed).randint(1, 7)) for seed in range(24)]


@pytest.mark.parametrize("kinds", SHAPES, ids=lambda kinds: "-".join(k.replace(" ", "") for k in kinds))
def test_structs_of_any_shape_go_in_and_come_out_by_value(load: Any, t: Any, kinds: list[str]) -> None:
    members = " ".join(f"{kind} m{i};" for i, kind in enumerate(kinds))
    swap = " ".join(f"s.m{i} = ({kind})(size_t)(1 + {i} + (size_t)s.m{i});" for i, kind in enumerate(kinds))
    lib = load(f"#include <stddef.h>\nstruct s {{ {members} }}; struct s change(int before, struct s s, char after) "
               f"{{ if (before != 5 || after != 'z') s.m0 = 0; {swap} return s; }}")
    record = t.struct("struct s", *[(kind, f"m{i}") for i, kind in enumerate(kinds)])
    value = backend.newp(backend.new_pointer_type(record))
    for i, kind in enumerate(kinds):
        setattr(value, f"m{i}", backend.cast(t[kind], 10 * i) if kind in ("char", "void *") else 10 * i)
    result = lib.load_function(backend.new_function_type((t["int"], record, t["char"]), record), "change")(5, value[0], b"z")
    for i in range(len(kinds)):
        assert backend.cast(t["long"], getattr(result, f"m{i}")) == 11 * i + 1


def test_nested_structs_and_arrays_in_structs_go_by_value(load: Any, t: Any) -> None:
    lib = load("struct in { float x[2]; char c; }; struct out { struct in a[2]; short z; };"
               "float sum(struct out o) { return o.a[0].x[0] + 10*o.a[0].x[1] + 100*o.a[1].x[0] + 1000*o.a[1].x[1] + o.z + o.a[1].c; }")
    inner = backend.new_struct_type("struct in")
    backend.complete_struct_or_union(inner, [("x", t.array("float", 2)), ("c", t["char"])])
    outer = backend.new_struct_type("struct out")
    backend.complete_struct_or_union(outer, [("a", backend.new_array_type(backend.new_pointer_type(inner), 2)), ("z", t["short"])])
    total = lib.load_function(backend.new_function_type((outer,), t["float"]), "sum")
    assert total([[([1, 2], b"\0"), ([3, 4], b"\1")], 7]) == 4329.0


def test_a_struct_given_by_some_of_its_fields_has_zero_in_the_others(load: Any, t: Any) -> None:
    lib = load("struct s { long a, b, c; }; long sum(struct s s) { return s.a + s.b + s.c; }")
    record = t.struct("struct s", ("long", "a"), ("long", "b"), ("long", "c"))
    total = lib.load_function(backend.new_function_type((record,), t["long"]), "sum")
    for _ in range(3):
        assert total({"b": 5}) == 5


def test_sequences_become_temporary_arrays_of_any_size(load: Any, t: Any) -> None:
    lib = load("long sum(int n, const int *p) { long r = 0; while (n--) r += *p++; return r; }")
    total = lib.load_function(t.function("long", "int", "int *"), "sum")
    for count in (0, 1, 5, 160, 161, 5000):
        assert total(count, list(range(count))) == sum(range(count))
    assert total(2, (3, 4)) == 7
    with pytest.raises(TypeError, match="argument 2"):
        total(1, ["x"])


def test_c_writes_into_a_temporary_array_without_touching_its_neighbours(load: Any, t: Any) -> None:
    lib = load("int fill(char *a, int n, int *b, int m) { int r = 0; while (n--) a[n] = 7; while (m--) r += b[m]; return r; }")
    fill = lib.load_function(t.function("int", "char *", "int", "int *", "int"), "fill")
    assert fill(backend.newp(t.array("char", 33)), 33, [1] * 9, 9) == 9
    assert fill([b"x"] * 33, 33, [1] * 9, 9) == 9


def test_text_arrives_with_its_terminator(load: Any, t: Any) -> None:
    lib = load("#include <wchar.h>\n#include <string.h>\n"
               "long n(const char *s) { return strlen(s); } long w(const wchar_t *s) { return wcslen(s); }")
    assert lib.load_function(t.function("long", "char *"), "n")(b"abc") == 3
    assert lib.load_function(t.function("long", "wchar_t *"), "w")("h\u00e9llo") == 5
    with pytest.raises(TypeError, match=r"bytes"):
        lib.load_function(t.function("long", "char *"), "n")("abc")


VARIADIC = """
#include <stdarg.h>
double add(const char *kinds, ...)
{
    va_list list; double total = 0; struct s { long a; double b; } s;
    va_start(list, kinds);
    for (; *kinds; kinds++)
        switch (*kinds) {
        case 'i': total += va_arg(list, int); break;
        case 'u': total += va_arg(list, unsigned); break;
        case 'q': total += va_arg(list, long long); break;
        case 'd': total += va_arg(list, double); break;
        case 'p': total += *va_arg(list, int *); break;
        case 's': s = va_arg(list, struct s); total += s.a + s.b; break;
        }
    va_end(list);
    return total;
}
"""


def test_variadic_arguments_are_promoted_as_c_promotes_them(load: Any, t: Any) -> None:
    add = load(VARIADIC).load_function(t.function("double", "char *", variadic=True), "add")

    def value(name: str, number: object) -> Any:
        return backend.cast(t[name], number)

    assert add(b"") == 0
    assert add(b"iiii", value("signed char", -3), value("unsigned char", 200), value("short", -5), value("_Bool", 1)) == 193
    assert add(b"ddi", value("float", 1.5), value("double", 2.25), value("int", -1)) == 2.75
    assert add(b"quq", value("long long", 2**40), value("unsigned int", 2**32 - 1), value("long long", -1)) == 2**40 + 2**32 - 2
    array = backend.newp(t.array("int", 2), [30, 40])
    record = t.struct("struct s", ("long", "a"), ("double", "b"))
    whole = backend.newp(backend.new_pointer_type(record), [5, 0.5])
    assert add(b"psi" + b"i" * 20, array, whole[0], *[value("int", 1)] * 21) == 30 + 5.5 + 21


def test_variadic_arguments_must_be_cdata(load: Any, t: Any) -> None:
    add = load(VARIADIC).load_function(t.function("double", "char *", variadic=True), "add")
    with pytest.raises(TypeError, match=r"argument 2 passed in the variadic part needs to be a cdata object \(got int\)"):
        add(b"i", 5)
    with pytest.raises(TypeError, match=r"expects at least 1 arguments, got 0"):
        add()


def test_errno_is_restored_before_and_saved_after_each_call(load: Any, t: Any) -> None:
    lib = load("#include <errno.h>\nint next(void) { return errno++; }")
    following = lib.load_function(t.function("int"), "next")
    backend.set_errno(41)
    assert following() == 41
    Path("/dev/null").exists()
    assert following() == 42
    assert backend.get_errno() == 43


def test_each_thread_has_its_own_errno(load: Any, t: Any) -> None:
    import threading
    following = load("#include <errno.h>\nint next(void) { return errno++; }").load_function(t.function("int"), "next")
    backend.set_errno(100)
    seen: list[int] = []

    def other() -> None:
        backend.set_errno(7)
        seen.extend([following(), backend.get_errno()])

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert seen == [7, 8]
    assert following() == 100


def test_the_gil_is_released_during_a_call(load: Any, t: Any) -> None:
    import threading
    lib = load("#include <unistd.h>\n#include <fcntl.h>\n"
               "int wait_for(volatile int *flag) { for (int i = 0; i < 10000; i++) { if (*flag) return 1; usleep(1000); } return 0; }")
    flag = backend.newp(t["int *"], 0)
    setter = threading.Timer(0.05, lambda: flag.__setitem__(0, 1))
    setter.start()
    assert lib.load_function(t.function("int", "int *"), "wait_for")(flag) == 1
    setter.join()


def test_a_failed_conversion_names_argument_and_function(load: Any, t: Any) -> None:
    lib = load("int f(int a, char *b) { return a; }")
    function = lib.load_function(t.function("int", "int", "char *"), "f")
    with pytest.raises(TypeError, match=r"^an integer is required .* \(argument 1 of 'int\(\*\)\(int, char \*\)'\)$"):
        function("1", b"")
    with pytest.raises(OverflowError, match=r"integer 4294967296 does not fit 'int' \(argument 1 of"):
        function(2**32, b"")
    with pytest.raises(TypeError, match=r"initializer for ctype 'char \*' .* \(argument 2 of"):
        function(1, 5)
    with pytest.raises(TypeError, match=r"'int\(\*\)\(int, char \*\)' expects 2 arguments, got 1"):
        function(1)
    with pytest.raises(TypeError, match="keyword"):
        function(1, b=2)


def test_an_exception_of_the_users_own_code_is_passed_on_with_its_traceback(load: Any, t: Any) -> None:
    class Number:
        def __int__(self) -> int:
            raise TypeError("mine")

        __index__ = __int__

    function = load("int f(int a) { return a; }").load_function(t.function("int", "int"), "f")
    with pytest.raises(TypeError) as error:
        function(Number())
    assert str(error.value) == "mine"
    assert error.traceback[-1].name == "__int__"


def test_calling_a_null_pointer_and_a_data_pointer_is_refused(t: Any) -> None:
    with pytest.raises(RuntimeError, match=r"int\(\*\)\(int\)"):
        backend.cast(t.function("int", "int"), 0)(3)
    with pytest.raises(TypeError, match="not callable"):
        backend.newp(t["int *"])()


def test_complex_numbers_are_passed_and_returned_by_value(load: Any, t: Any) -> None:
    lib = load("""#include <complex.h>
    double _Complex product(double _Complex x, double _Complex y) { return x * y; }
    float _Complex scaled(float by, float _Complex x, int n) { return by * x + n; }
    double _Complex many(int a, double _Complex x, double b, double _Complex y, double _Complex z, double _Complex last)
    { return a * x + b * y + 2 * z + last; }
    struct pair { double _Complex z; int n; };
    struct pair turned(struct pair p) { p.z *= I; p.n = -p.n; return p; }""")
    z, c = "double _Complex", "float _Complex"
    assert lib.load_function(t.function(z, z, z), "product")(3 + 4j, 0.5 - 2j) == (3 + 4j) * (0.5 - 2j)
    assert lib.load_function(t.function(c, "float", c, "int"), "scaled")(0.5, 4 - 6j, 7) == 9 - 3j
    many = lib.load_function(t.function(z, "int", z, "double", z, z, z), "many")
    assert many(2, 1 + 1j, 0.5, 8j, 3 - 1j, 100) == 2 * (1 + 1j) + 4j + 2 * (3 - 1j) + 100
    pair = backend.new_struct_type("struct pair")
    backend.complete_struct_or_union(pair, [("z", t[z]), ("n", t["int"])])
    turned = backend.cast(backend.new_function_type((pair,), pair), lib.load_function(t.function(z, z), "turned"))
    argument = backend.newp(backend.new_pointer_type(pair), {"z": 2 + 3j, "n": 5})
    result = turned(argument[0])
    assert (result.z, result.n) == (-3 + 2j, -5)


def test_callbacks_take_and_return_complex_numbers(load: Any, t: Any) -> None:
    lib = load("""#include <complex.h>
    double _Complex apply(double _Complex (*f)(double _Complex, int), double _Complex x) { return f(x, 3) + 1; }""")
    z = "double _Complex"
    callback = backend.callback(t.function(z, z, "int"), lambda x, n: x * n)
    apply = lib.load_function(backend.new_function_type((backend.typeof(callback), t[z]), t[z]), "apply")
    assert apply(callback, 2 - 1j) == 7 - 3j
