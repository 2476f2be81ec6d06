"""ffi.callback(): C code calls Python functions, from any thread, at any time."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from typing import Any

import pytest

import _cffi_backend as backend

C_CODE = """
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
int call_int(int (*f)(int), int x) { errno = 5; int r = f(x); return r + 1000 * errno; }
double call_many(double (*f)(int, double, float, char, short, long long, int, int, int, double, int, int))
{ return f(1, 2.5, 3.5f, 'c', -5, 6000000000LL, 7, 8, 9, 10.5, 11, 12); }
struct s { short a; double b; char c[3]; };
struct s call_struct(struct s (*f)(struct s)) { struct s s = {1, 2.5, "ab"}; return f(s); }
void call_void(void (*f)(void)) { f(); }
long call_small(signed char (*f)(void)) { return f(); }
unsigned long call_unsigned(unsigned short (*f)(void)) { return f(); }

struct job { int (*f)(int); int x, count, sum; };
static void *run(void *p) { struct job *j = p; for (int i = 0; i < j->count; i++) j->sum += j->f(j->x + i); return NULL; }
int in_threads(int (*f)(int), int threads, int count)
{
    pthread_t t[32]; struct job j[32]; int sum = 0;
    for (int i = 0; i < threads; i++) { j[i] = (struct job){f, 100 * i, count, 0}; pthread_create(&t[i], NULL, run, &j[i]); }
    for (int i = 0; i < threads; i++) { pthread_join(t[i], NULL); sum += j[i].sum; }
    return sum;
}
"""


@pytest.fixture(scope="module")
def lib(load: Any) -> Any:
    return load(C_CODE)


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: seen.append((args.exc_type, str(args.exc_value), args.err_msg)))
    return seen


def caller(lib: Any, t: Any, name: str, result: str, function: Any, *arguments: str) -> Any:
    return lib.load_function(backend.new_function_type((function, *(t[a] for a in arguments)), t[result]), name)


def test_every_argument_arrives_and_the_result_goes_back(lib: Any, t: Any) -> None:
    function = t.function("double", "int", "double", "float", "char", "short", "long long", "int", "int", "int", "double", "int", "int")
    seen = []

    def called(*args: object) -> float:
        seen.append(args)
        return 1.25

    assert caller(lib, t, "call_many", "double", function)(backend.callback(function, called)) == 1.25
    assert seen == [(1, 2.5, 3.5, b"c", -5, 6000000000, 7, 8, 9, 10.5, 11, 12)]


def test_structs_go_both_ways_and_the_argument_may_be_kept(lib: Any, t: Any) -> None:
    record = backend.new_struct_type("struct s")
    backend.complete_struct_or_union(record, [("a", t["short"]), ("b", t["double"]), ("c", t.array("char", 3))])
    function = backend.new_function_type((record,), record)
    kept = []

    def called(s: Any) -> Any:
        kept.append(s)
        return [s.a + 1, s.b * 2, b"xyz"]

    result = lib.load_function(backend.new_function_type((function,), record), "call_struct")(backend.callback(function, called))
    assert (result.a, result.b, bytes(backend.buffer(backend.rawaddressof(t["char *"], result.c, 0), 3))) == (2, 5.0, b"xyz")
    assert (kept[0].a, kept[0].b, backend.string(kept[0].c)) == (1, 2.5, b"ab")


def test_small_results_fill_the_register_as_c_expects(lib: Any, t: Any) -> None:
    signed, unsigned = t.function("signed char"), t.function("unsigned short")
    assert caller(lib, t, "call_small", "long", signed)(backend.callback(signed, lambda: -3)) == -3
    assert caller(lib, t, "call_unsigned", "unsigned long", unsigned)(backend.callback(unsigned, lambda: 65535)) == 65535
    assert caller(lib, t, "call_small", "long", signed)(backend.callback(signed, lambda: 1 / 0, -7, lambda *args: None)) == -7


def test_errno_of_the_c_code_is_seen_and_set_by_the_callback(lib: Any, t: Any) -> None:
    function = t.function("int", "int")

    def called(x: int) -> int:
        assert backend.get_errno() == 5
        backend.set_errno(7)
        return x

    assert caller(lib, t, "call_int", "int", function, "int")(backend.callback(function, called), 3) == 7003


def test_a_failing_function_is_reported_and_c_gets_the_error_value(lib: Any, t: Any, unraisable: list[Any]) -> None:
    function = t.function("int", "int")
    backend.set_errno(0)

    def failing(x: int) -> int:
        return 1 // x

    call = caller(lib, t, "call_int", "int", function, "int")
    assert call(backend.callback(function, failing, -9), 0) == -9 + 5000
    assert call(backend.callback(function, failing), 0) == 5000
    assert call(backend.callback(function, lambda x: "text", 8), 0) == 8 + 5000
    assert [kind for kind, _, _ in unraisable] == [ZeroDivisionError, ZeroDivisionError, TypeError]
    assert unraisable[0][2] == f"Exception ignored from cffi callback {failing!r}"
    assert unraisable[2][2].endswith(", trying to convert the result back to C")


def test_onerror_gets_the_exception_and_may_give_the_result(lib: Any, t: Any, unraisable: list[Any]) -> None:
    function = t.function("int", "int")
    seen: list[Any] = []

    def onerror(kind: type, value: BaseException, traceback: Any) -> Any:
        seen.append((kind, str(value), traceback is not None))
        return answer

    call = caller(lib, t, "call_int", "int", function, "int")
    answer: Any = None
    assert call(backend.callback(function, lambda x: {}["k"], -9, onerror), 0) == -9 + 5000
    answer = 77
    assert call(backend.callback(function, lambda x: {}["k"], -9, onerror), 0) == 77 + 5000
    assert seen == 2 * [(KeyError, "'k'", True)]
    assert unraisable == []
    answer = "no number"
    assert call(backend.callback(function, lambda x: 1 // 0, -9, onerror), 0) == -9 + 5000
    assert [kind for kind, _, _ in unraisable] == [ZeroDivisionError, TypeError]
    assert unraisable[1][2] == "Exception ignored during handling of the above exception by 'onerror'"


def test_a_void_callback_must_return_none(lib: Any, t: Any, unraisable: list[Any]) -> None:
    function = t.function("void")
    call = caller(lib, t, "call_void", "void", function)
    call(backend.callback(function, lambda: None))
    assert unraisable == []
    call(backend.callback(function, lambda: 5))
    assert unraisable[0][:2] == (TypeError, "callback with the return type 'void' must return None")
    with pytest.raises(TypeError, match="must return None"):
        backend.callback(function, len, 5)


def test_bad_arguments_are_refused(t: Any) -> None:
    function = t.function("int", "int")
    with pytest.raises(TypeError, match="expected a callable object, not int"):
        backend.callback(function, 5)
    with pytest.raises(TypeError, match="callable object for 'onerror', not int"):
        backend.callback(function, len, 0, 5)
    with pytest.raises(TypeError, match="an integer is required"):
        backend.callback(function, len, "x")
    with pytest.raises(TypeError, match="expected a function ctype, got 'int'"):
        backend.callback(t["int"], len)
    with pytest.raises(OverflowError, match="does not fit 'int'"):
        backend.callback(function, len, 2**31)


def test_the_repr_shows_what_is_called(t: Any) -> None:
    assert repr(backend.callback(t.function("int", "int"), len)) == "<cdata 'int(*)(int)' calling <built-in function len>>"


def test_a_callback_may_drop_itself_while_it_runs(lib: Any, t: Any) -> None:
    function = t.function("int", "int")
    holder: list[Any] = []

    def called(x: int) -> int:
        holder.clear()
        gc.collect()
        return x + 1

    backend.set_errno(0)
    holder.append(backend.callback(function, called))
    address = backend.cast(function, holder[0])
    assert caller(lib, t, "call_int", "int", function, "int")(address, 4) == 5005


def test_a_cycle_through_a_callback_is_collected(t: Any) -> None:
    class Owner:
        pass

    owner = Owner()
    owner.callback = backend.callback(t.function("int", "int"), lambda x, owner=owner: x)  # type: ignore[attr-defined]
    reference = weakref.ref(owner)
    del owner
    gc.collect()
    assert reference() is None


def test_threads_that_python_did_not_make_may_call(lib: Any, t: Any) -> None:
    function = t.function("int", "int")
    names = set()

    def called(x: int) -> int:
        names.add(threading.get_ident())
        return x

    count = 50
    assert caller(lib, t, "in_threads", "int", function, "int", "int")(backend.callback(function, called), 8, count) == \
        sum(100 * i + k for i in range(8) for k in range(count))
    assert len(names) >= 1
    assert threading.get_ident() not in names


def test_a_foreign_thread_keeps_its_thread_state(lib: Any, t: Any) -> None:
    function = t.function("int", "int")
    local = threading.local()

    def called(x: int) -> int:
        local.count = getattr(local, "count", 0) + 1
        return int(local.count)

    backend_callback = backend.callback(function, called)
    call = caller(lib, t, "in_threads", "int", function, "int", "int")
    assert call(backend_callback, 1, 10) == sum(range(1, 11))
    assert call(backend_callback, 2, 3) == 2 * (1 + 2 + 3)
    assert not hasattr(local, "count")


def test_the_state_of_a_foreign_thread_goes_with_the_thread(lib: Any, t: Any) -> None:
    function = t.function("int", "int")
    local = threading.local()
    alive = weakref.WeakSet()  # type: ignore[var-annotated]

    class Thing:
        pass

    def called(x: int) -> int:
        local.thing = Thing()
        alive.add(local.thing)
        return 0

    caller(lib, t, "in_threads", "int", function, "int", "int")(backend.callback(function, called), 4, 2)
    gc.collect()
    assert len(alive) == 0


def test_python_threads_calling_at_once_get_their_own_results(lib: Any, t: Any) -> None:
    function = t.function("int", "int")
    call = caller(lib, t, "in_threads", "int", function, "int", "int")
    twice = backend.callback(function, lambda x: 2 * x)
    results: list[int] = []
    threads = [threading.Thread(target=lambda: results.append(call(twice, 3, 40))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == 6 * [2 * sum(100 * i + k for i in range(3) for k in range(40))]


LATE = """
import _cffi_backend as b
lib = b.load_library({path!r}, b.RTLD_NOW | b.RTLD_NODELETE)  # its code outlives the library object
integer = b.new_primitive_type("int")
function = b.new_function_type((integer,), integer)
keep = b.callback(function, lambda x: x + 1, -5)
lib.load_function(b.new_function_type((function,), b.new_void_type()), {start!r})(keep)
{after}
"""


def test_c_code_that_calls_after_the_interpreter_ended_gets_the_error_value(load: Any, run_python: Any) -> None:
    lib = load("#include <stdio.h>\n#include <stdlib.h>\nstatic int (*saved)(int);\n"
               "static void late(void) { fprintf(stderr, \"late: %d\\n\", saved(1)); }\n"
               "void start(int (*f)(int)) { saved = f; atexit(late); }")
    path = repr(lib)[len("<clibrary '"):-len("'>")]
    done = run_python(LATE.format(path=path, start="start", after="print('end')"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "late: -5\n")


def test_a_foreign_thread_that_calls_on_and_on_does_not_break_the_end_of_the_program(load: Any, run_python: Any) -> None:
    lib = load("#include <pthread.h>\n#include <unistd.h>\nstatic volatile int calls;\n"
               "static void *loop(void *f) { for (;;) { ((int (*)(int))f)(1); calls++; } return 0; }\n"
               "void start(int (*f)(int)) { pthread_t t; pthread_create(&t, 0, loop, (void *)f); while (calls < 20) usleep(1000); }")
    path = repr(lib)[len("<clibrary '"):-len("'>")]
    for _ in range(5):
        done = run_python(LATE.format(path=path, start="start", after="print('end')"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")
