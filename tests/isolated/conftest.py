"""One compiled module with something of everything, for scripts that run in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

BUILD = """
import sys
from cffi import FFI
ffi = FFI()
ffi.cdef('''
    struct point { int x, y; };
    struct path { int count; struct point points[4]; struct path *next; };
    struct flexible { int count; short items[]; };
    enum color { RED, GREEN = 5, BLUE };
    int add(int, int);
    int sum(const int *, int);
    struct point mirrored(struct point);
    int call(int (*)(int), int);
    int call_in_thread(int (*)(int), int);
    int call_handler(int);
    extern "Python" int handler(int);
    extern int counter;
    static const int LIMIT;
''' + "".join(f"struct late{n} {{ int a; struct point p; struct late{n} *next; }};" for n in range(40)))
ffi.set_source(sys.argv[2], '''
#include <pthread.h>
struct point { int x, y; };
struct path { int count; struct point points[4]; struct path *next; };
struct flexible { int count; short items[]; };
enum color { RED, GREEN = 5, BLUE };
#define LIMIT 1000
static int counter = 17;
static int add(int a, int b) { return a + b; }
static int sum(const int *p, int n) { int s = 0; while (n-- > 0) s += *p++; return s; }
static struct point mirrored(struct point p) { struct point r = {p.y, p.x}; return r; }
static int call(int (*f)(int), int x) { return f(x); }
struct job { int (*f)(int), x; };
static void *run(void *job) { struct job *j = job; j->x = j->f(j->x); return NULL; }
static int call_in_thread(int (*f)(int), int x)
{
    pthread_t thread;
    struct job job = {f, x};
    return pthread_create(&thread, NULL, run, &job) == 0 && pthread_join(thread, NULL) == 0 ? job.x : -1;
}
static int handler(int);
static int call_handler(int x) { return handler(x); }
''' + "".join(f"struct late{n} {{ int a; struct point p; struct late{n} *next; }};" for n in range(40)))
ffi.compile(tmpdir=sys.argv[1])
"""


def environment(*folders: Path) -> dict[str, str]:
    return dict(os.environ, PYTHONPATH=os.pathsep.join([*map(str, folders), str(ROOT), *filter(None, sys.path)]))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the modules `_isolated` and `_isolated2`, which are the same."""
    made = tmp_path_factory.mktemp("isolated")
    for name in ("_isolated", "_isolated2"):
        subprocess.run([sys.executable, "-c", BUILD, str(made), name], env=environment(), check=True, stdout=subprocess.DEVNULL)
    return made


Run = Callable[..., str]


@pytest.fixture(scope="session")
def run_script(folder: Path) -> Run:
    """Return a function that runs a script of this folder (or text) with `_isolated` to import, and returns what it prints."""

    def run(script: str, *arguments: Any, **variables: str) -> str:
        command = [str(HERE / script)] if script.endswith(".py") else ["-c", script]
        done = subprocess.run([sys.executable, "-W", "error", *command, *map(str, arguments)], env={**environment(folder), **variables},
                              capture_output=True, text=True, timeout=3600)
        assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    return run
