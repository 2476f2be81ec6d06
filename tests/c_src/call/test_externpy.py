"""extern "Python": C functions of a compiled module that call Python functions."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any, Iterator

import pytest

CDEF = """
struct s { char a[3]; double b; };
struct tiny { char c; };
extern "Python" {
    int plain(int, double);
    struct s records(struct s, struct tiny, long double, short);
    short small(signed char, float, _Bool, char);
    void nothing(void);
    unsigned char undefined(int);
}
int call_plain(int x);
int call_plain_in_thread(int x);
struct s call_records(void);
int call_small(void);
void call_nothing(void);
int call_undefined(void);
void call_plain_late(void);
"""
SOURCE = """
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
struct s { char a[3]; double b; };
struct tiny { char c; };
static int plain(int, double);
static struct s records(struct s, struct tiny, long double, short);
static short small(signed char, float, _Bool, char);
static void nothing(void);
static unsigned char undefined(int);
static int call_plain(int x) { return plain(x, x + 0.5); }
static void *run(void *p) { *(int *)p = plain(*(int *)p, -1.5); return NULL; }
static int call_plain_in_thread(int x)
{ pthread_t t; pthread_create(&t, NULL, run, &x); pthread_join(t, NULL); return x; }
static struct s call_records(void)
{ struct s s = {"ab", 1.5}; struct tiny tiny = {'t'}; return records(s, tiny, 2.25L, -3); }
static int call_small(void) { return small(-5, 1.25f, 1, 'x'); }
static void call_nothing(void) { errno = 12; nothing(); }
static int call_undefined(void) { return undefined(7); }
static void late(void) { fprintf(stderr, "late: %d\\n", plain(1, 2.0)); }
static void call_plain_late(void) { atexit(late); }
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from cffi import FFI
    folder = tmp_path_factory.mktemp("externpy")
    ffi = FFI()
    ffi.cdef(CDEF)
    ffi.set_source("_test_externpy", SOURCE)
    ffi.compile(tmpdir=str(folder))
    sys.path.insert(0, str(folder))
    import _test_externpy  # type: ignore[import-not-found]
    yield _test_externpy
    sys.path.remove(str(folder))


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: seen.append((args.exc_type, args.err_msg)))
    return seen


def test_a_function_without_code_returns_zero_and_says_so(module: Any, capfd: Any) -> None:
    assert module.lib.call_undefined() == 0
    assert capfd.readouterr().err == ('extern "Python": function _test_externpy.undefined() called, but no code was attached to it yet '
                                      "with @ffi.def_extern().  Returning 0.\n")


def test_arguments_and_result_pass(module: Any) -> None:
    seen = []

    @module.ffi.def_extern()
    def plain(x: int, y: float) -> int:
        seen.append((x, y, threading.get_ident()))
        return 10 * x

    assert module.lib.call_plain(4) == 40
    assert module.lib.call_plain_in_thread(5) == 50
    assert [s[:2] for s in seen] == [(4, 4.5), (5, -1.5)]
    assert seen[0][2] == threading.get_ident() != seen[1][2]


def test_records_and_long_doubles_pass(module: Any) -> None:
    kept = []

    @module.ffi.def_extern()
    def records(s: Any, tiny: Any, number: Any, h: int) -> Any:
        kept.append(s)
        return {"a": [tiny.c, b"y"], "b": s.b + float(number) + h}

    result = module.lib.call_records()
    assert (bytes(module.ffi.buffer(result.a)), result.b) == (b"ty\0", 0.75)
    assert (module.ffi.string(kept[0].a), kept[0].b) == (b"ab", 1.5)


def test_small_arguments_have_their_signs(module: Any) -> None:
    @module.ffi.def_extern(name="small")
    def any_name(*args: object) -> int:
        assert args == (-5, 1.25, True, b"x")
        return -300

    assert module.lib.call_small() == -300


def test_errno_passes_both_ways(module: Any) -> None:
    @module.ffi.def_extern()
    def nothing() -> None:
        assert module.ffi.errno == 12
        module.ffi.errno = 34

    module.lib.call_nothing()
    assert module.ffi.errno == 34


def test_failures_give_the_error_value_or_what_onerror_says(module: Any, unraisable: list[Any]) -> None:
    def failing(x: int, y: float) -> int:
        raise KeyError(x)

    module.ffi.def_extern("plain", error=-8)(failing)
    assert module.lib.call_plain(1) == -8
    assert unraisable == [(KeyError, f"Exception ignored from cffi callback {failing!r}")]
    module.ffi.def_extern("plain", error=-8, onerror=lambda *args: 55)(failing)
    assert module.lib.call_plain(1) == 55
    module.ffi.def_extern("plain", error=-8)(lambda x, y: "text")
    assert module.lib.call_plain_in_thread(1) == -8
    assert [kind for kind, _ in unraisable] == [KeyError, TypeError]


def test_a_later_definition_takes_the_place_of_the_earlier_one_even_while_that_runs(module: Any) -> None:
    def first(x: int, y: float) -> int:
        module.ffi.def_extern("plain")(lambda x, y: x + 2)
        return x + 1

    module.ffi.def_extern("plain")(first)
    assert [module.lib.call_plain(10), module.lib.call_plain(10)] == [11, 12]


def test_wrong_definitions_leave_the_old_one(module: Any) -> None:
    module.ffi.def_extern("plain")(lambda x, y: 77)
    with pytest.raises(TypeError, match="expected a callable object, not int"):
        module.ffi.def_extern("plain")(5)
    with pytest.raises(TypeError, match="an integer is required"):
        module.ffi.def_extern("plain", error="x")(len)
    with pytest.raises(TypeError, match="must return None"):
        module.ffi.def_extern("nothing", error=5)(len)
    with pytest.raises(module.ffi.error, match="no 'extern \"Python\"' function with this name"):
        module.ffi.def_extern("call_plain")(len)
    assert module.lib.call_plain(1) == 77


def test_many_threads_call_at_once(module: Any) -> None:
    module.ffi.def_extern("plain")(lambda x, y: x * x)
    results: list[int] = []
    threads = [threading.Thread(target=lambda i=i: results.extend(module.lib.call_plain_in_thread(i + k) for k in range(20)))
               for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted((i + k) ** 2 for i in range(6) for k in range(20))


def test_when_the_program_ends_the_main_thread_may_call_and_others_get_the_error_value(module: Any, run_python: Any) -> None:
    folder = str(Path(module.__file__).parent)
    done = run_python(f"""
import atexit, sys; sys.path[:0] = {[folder, *sys.path]!r}
atexit.register(lambda: print(lib.call_plain(1), lib.call_plain_in_thread(1)))  # the first to be registered is the last to be called
from _test_externpy import ffi, lib
@ffi.def_extern(error=-1)
def plain(x, y): return x + 1
""")
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 -1\n", "")


def test_after_the_end_of_the_interpreter_c_gets_the_error_value(module: Any, run_python: Any) -> None:
    folder = str(Path(module.__file__).parent)
    done = run_python(f"""
import sys; sys.path[:0] = {[folder, *sys.path]!r}
from _test_externpy import ffi, lib
@ffi.def_extern(error=-1)
def plain(x, y): return x + 1
lib.call_plain_late()
print(lib.call_plain(1))
""")
    assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "late: -1\n")
