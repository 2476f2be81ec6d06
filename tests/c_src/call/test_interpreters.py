"""Callbacks in more than one interpreter: each runs in the interpreter that made it, and none outlives it."""

from __future__ import annotations

import sys
from typing import Any

import pytest

pytest.importorskip("_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters", exc_type=ImportError)

C_CODE = """
#include <pthread.h>
#include <stddef.h>
struct job { int (*f)(int); int x; int result; };
static void *run(void *p) { struct job *job = p; job->result = job->f(job->x); return NULL; }
int in_thread(int (*f)(int), int x)
{
    pthread_t thread; struct job job = {f, x, -1};
    pthread_create(&thread, NULL, run, &job);
    pthread_join(thread, NULL);
    return job.result;
}
int here(int (*f)(int), int x) { return f(x); }
static int (*kept)(int);
void keep(int (*f)(int)) { kept = f; }
int call_kept(int x) { return kept(x); }
"""

PRELUDE = """
import sys
if sys.version_info >= (3, 13):
    import _interpreters as interpreters
else:
    import _xxsubinterpreters as interpreters
if sys.version_info >= (3, 12):
    def current(): return interpreters.get_current()[0] if sys.version_info >= (3, 13) else int(interpreters.get_current())
else:
    def current(): return int(interpreters.get_current())
import _cffi_backend as b
integer = b.new_primitive_type("int")
function = b.new_function_type((integer,), integer)
calling = b.new_function_type((function, integer), integer)
lib = b.load_library({path!r})
here, in_thread = [lib.load_function(calling, name) for name in ("here", "in_thread")]
"""

RUN = """
def run(text):
    number = interpreters.create({config})
    problem = interpreters.run_string(number, {prelude!r} + text)
    assert not problem, problem
    return number
"""


def script(load: Any, main: str, own_gil: bool) -> str:
    path = repr(load(C_CODE))[len("<clibrary '"):-len("'>")]
    prelude = f"import sys\nsys.path[:0] = {sys.path!r}\n" + PRELUDE.format(path=path)
    if sys.version_info >= (3, 13):
        config = '"isolated"' if own_gil else '"legacy"'
    else:
        config = f"isolated={own_gil}"
    return prelude + RUN.format(config=config, prelude=prelude) + main


@pytest.mark.parametrize("own_gil", [False, True])
def test_a_callback_runs_in_the_interpreter_that_made_it(load: Any, run_python: Any, own_gil: bool) -> None:
    main = """
text = '''
callback = b.callback(function, lambda x: 100 * x + (0 if current() == 0 else 7))
assert here(callback, 3) == 307
assert in_thread(callback, 4) == 407
print("done", flush=True)
'''
for _ in range(3):
    interpreters.destroy(run(text))
callback = b.callback(function, lambda x: 100 * x + current())
assert (here(callback, 3), in_thread(callback, 4)) == (300, 400)
print("end")
"""
    done = run_python(script(load, main, own_gil))
    assert (done.stderr, done.stdout, done.returncode) == ("", "done\ndone\ndone\nend\n", 0)


def test_a_callback_of_the_main_interpreter_may_be_called_from_another_one(load: Any, run_python: Any) -> None:
    if sys.version_info < (3, 12):
        pytest.skip("before 3.12 the interpreter that a thread runs cannot be told")
    main = """
callback = b.callback(function, lambda x: 100 * x + current())
lib.load_function(b.new_function_type((function,), b.new_void_type()), "keep")(callback)
text = '''
call_kept = lib.load_function(b.new_function_type((integer,), integer), "call_kept")
assert call_kept(5) == 500
'''
interpreters.destroy(run(text))
print("end")
"""
    done = run_python(script(load, main, True))
    assert (done.stderr, done.stdout, done.returncode) == ("", "end\n", 0)


def test_a_callback_whose_interpreter_is_gone_gives_the_error_value(load: Any, run_python: Any) -> None:
    main = """
text = '''
callback = b.callback(function, lambda x: x, -3)
lib.load_function(b.new_function_type((function,), b.new_void_type()), "keep")(callback)
import builtins
builtins.kept = callback
'''
interpreters.destroy(run(text))
call_kept = lib.load_function(b.new_function_type((integer,), integer), "call_kept")
assert call_kept(5) == -3
print("end")
"""
    done = run_python(script(load, main, False))
    assert (done.stderr, done.stdout, done.returncode) == ("", "end\n", 0)
