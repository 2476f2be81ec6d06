"""With CFFI_DEBUG=1 wrong uses of memory raise, and say where the memory came from and went; right ones work as ever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest

HEAD = """\
import gc, _cffi_backend as backend
from cffi import FFI
ffi = FFI()
ffi.cdef('''struct point { int x, y; struct { char c; } in; int a[3]; struct point *next; unsigned b : 3; };
            void *memset(void *, int, size_t); size_t strlen(const char *); int snprintf(char *, size_t, const char *, ...);
            char *strchr(const char *, int);''')
libc = ffi.dlopen(None)
"""
TAIL = """
try:
    result = attempt()
except Exception as error:
    print(type(error).__name__, error, sep="|")
else:
    print("OK", repr(result), sep="|")
"""

Outcome = tuple[str, str, "dict[str, int]"]
Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a function that runs `setup`, then evaluates `attempt`: gives the exception, its text, and the lines that have marks."""
    script = tmp_path / "script.py"

    def outcome(setup: str, attempt: str, debug: str = "1") -> Outcome:
        text = f"{HEAD}{setup}\ndef attempt():\n    return {attempt}\n{TAIL}"
        script.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, script], env={**os.environ, "CFFI_DEBUG": debug}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        kind, _, message = done.stdout.strip().partition("|")
        marks = {line.split("# ")[1]: number for number, line in enumerate(text.splitlines(), 1) if "# " in line}
        return kind, message, marks

    return outcome


RELEASED = "p = ffi.new('int[4]')  # made\nq = p + 1\nffi.release(p)  # gone"
COLLECTED = "p = ffi.new('struct point *')  # made\nq = ffi.addressof(p, 'y')\nv = p.next\nw = ffi.cast('char *', q)\ndel p  # gone"


@pytest.mark.parametrize("setup, attempt", [
    (RELEASED, "p[0]"), (RELEASED, "q[0]"), (RELEASED, "q.__setitem__(0, 5)"), (RELEASED, "q[0:2]"), (RELEASED, "ffi.unpack(q, 1)"),
    (RELEASED, "ffi.buffer(q)"), (RELEASED, "ffi.memmove(q, b'1234', 4)"), (RELEASED, "ffi.memmove(bytearray(4), q, 4)"),
    (RELEASED, "libc.memset(q, 0, 4)"), (RELEASED, "libc.memset(p, 0, 4)"), (RELEASED, "libc.snprintf(q, 1, b'x')"),
    (RELEASED, "libc.snprintf(ffi.NULL, 0, b'%p', q)"), (RELEASED, "(q + 1)[0]"), (RELEASED, "(q - 1)[0]"), (RELEASED, "(1 + q)[0]"),
    (RELEASED, "ffi.cast('char *', q)[0]"), (RELEASED, "ffi.release(p)"), (RELEASED, "p.__enter__()"), (RELEASED, "list(p)"),
    (RELEASED, "memoryview(p)"), (RELEASED, "ffi.gc(p, print)"),
    (COLLECTED, "q[0]"), (COLLECTED, "w[0]"), (COLLECTED, "ffi.string(w)"),
    ("p = ffi.new('struct point *')  # made\nq = getattr(p, 'in')\ndel p  # gone", "q.c"),
    ("p = ffi.new('struct point *')  # made\nq = p.a\ndel p  # gone", "q[0]"),
    ("p = ffi.new('struct point *')  # made\nq = p.a\ndel p  # gone", "list(q)"),
    ("p = ffi.new('struct point *')  # made\nq = iter(p.a)\ndel p  # gone", "next(q)"),
    ("p = ffi.new('struct point *')  # made\nq = p.a\ndel p  # gone", "memoryview(q)"),
    ("p = ffi.new('struct point[3]')  # made\nq = p[1]\ndel p  # gone", "q.x"),
    ("p = ffi.new('struct point[3]')  # made\nq = [x for x in p]\ndel p  # gone", "q[2].x"),
    ("p = ffi.new('struct point[3]')  # made\nq = p[1]\ndel p  # gone", "ffi.new('struct point *', q)"),
    ("p = ffi.new('struct point[3]')  # made\nq = p[0:2]\ndel p  # gone", "q[1]"),
    ("p = ffi.new('int[2][3]')  # made\nq = p[1]\ndel p  # gone", "ffi.new('int[2][3]').__setitem__(0, q)"),
    ("p = ffi.new('char[]', 1000000)  # made\nq = p + 500000\ndel p  # gone", "q[0]"),
    ("p = ffi.new('char[]', b'a,b')  # made\nq = libc.strchr(p, 44)\nffi.release(p)  # gone", "q[0]"),
    ("p = ffi.new('struct point *')  # made\nk = ffi.new('struct point *', {'next': p})\ndel p  # gone", "k.next.x"),
    ("m = ffi.new('char[40]')\np = ffi.gc(m, lambda _: None)  # made\nq = p + 1\nffi.release(p)  # gone", "q[0]"),
    ("new = ffi.new_allocator(lambda n: keep)\nkeep = ffi.new('char[40]')\np = new('int[4]')  # made\nq = p + 1\ndel p  # gone",
     "q[0]"),
    ("p = ffi.from_buffer('char[]', bytearray(8))  # made\nq = p + 1\nffi.release(p)  # gone", "q[0]"),
    ("p = ffi.new('char[10]')  # made\nb = ffi.buffer(p + 1, 4)\ndel p  # gone", "b[0]"),
])
def test_memory_that_has_gone_is_not_used(run: Run, setup: str, attempt: str) -> None:
    kind, message, line = run(setup, attempt)
    assert kind == "RuntimeError"
    assert f"script.py:{line['made']}," in message
    assert message.endswith(f"script.py:{line['gone']}")


FOUR = "p = ffi.new('int[4]')  # made\nq = p + 1"
POINT = "p = ffi.new('struct point[2]')  # made\nq = p + 1"


@pytest.mark.parametrize("setup, attempt", [
    (FOUR, "q[3]"), (FOUR, "q[-2]"), (FOUR, "q.__setitem__(3, 1)"), (FOUR, "q[0:4]"), (FOUR, "q[-2:0]"), (FOUR, "(q + 100)[0]"),
    (FOUR, "q[2**60]"), (FOUR, "q[-2**61]"), (FOUR, "ffi.unpack(q, 4)"), (FOUR, "ffi.buffer(q, 13)"),
    (FOUR, "ffi.memmove(q, bytes(13), 13)"),
    (FOUR, "ffi.cast('long long *', q)[1]"), (FOUR, "ffi.cast('int(*)[4]', q)[0][3]"), (FOUR, "ffi.cast('struct point *', q).next"),
    (FOUR, "ffi.addressof(p, 4)[0]"), (FOUR, "q.__setitem__(slice(0, 4), [1, 2, 3, 4])"), (POINT, "(q + 1).x"), (POINT, "(q + 1).b"),
    (POINT, "setattr(q + 1, 'x', 1)"), (POINT, "ffi.addressof(q, 'a', 60)[0]"), (POINT, "ffi.new('struct point *', (q + 1)[0])"),
    ("p = ffi.new('char[3]', b'abc')  # made\nq = p + 0", "ffi.string(q)"),
    ("p = ffi.new('wchar_t[3]', 'abc')  # made\nq = p + 0", "ffi.string(q)"),
    ("p = ffi.new('int *')  # made\nq = ffi.new('int **', p)", "q[0][1]"),
    ("m = ffi.new('char[40]')  # made\np = ffi.gc(m, print)\nffi.gc(p, None)", "(p + 10)[30]"),
    ("p = ffi.from_buffer('char[]', bytearray(8))  # made", "(p + 10)[0]"),
])
def test_nothing_outside_of_the_memory_is_used(run: Run, setup: str, attempt: str) -> None:
    kind, message, line = run(setup, attempt)
    assert kind == "IndexError"
    assert "at offset" in message
    assert "script.py:" in message
    if "gc(" not in setup:
        assert message.endswith(f"script.py:{line['made']}")


@pytest.mark.parametrize("setup, attempt, result", [
    (FOUR, "(q[2], q[-1], list(q[0:3]), list(p), ffi.unpack(q, 3), ffi.buffer(q, 12)[:] == bytes(12))",
     "(0, 0, [0, 0, 0], [0, 0, 0, 0], [0, 0, 0], True)"),
    (FOUR, "(p + 4) - q", "3"),
    (FOUR, "p + 4 == p + 4 and p + 400 > p", "True"),
    ("p = ffi.new('char[]', b'abc')", "(ffi.string(p), ffi.string(p + 3), ffi.string(p + 1, 2), libc.strlen(p + 1))",
     "(b'abc', b'', b'bc', 2)"),
    ("p = ffi.new('char[2]', b'ab')", "(ffi.string(p), ffi.string(p, 2), ffi.string(p + 0, 2))", "(b'ab', b'ab', b'ab')"),
    ("p = ffi.new('struct point *')\np.b = 5\nq = p.next", "(p.b, q == ffi.NULL, p[0].a[2], ffi.cast('int *', p)[1])", "(5, True, 0, 0)"),
    ("p = ffi.new('struct point *')\np.next = p\nq = p.next.next.next", "(q == p, q.x)", "(True, 0)"),
    ("p = ffi.from_buffer('char[]', b'abc')\nq = p + 1\ndel p", "q[1]", "b'c'"),
    ("q = libc.strchr(b'abc', 98)", "isinstance(q, ffi.CData)", "True"),
    ("h = ffi.new_handle('it')", "ffi.from_handle(ffi.cast('void *', int(ffi.cast('intptr_t', h))))", "'it'"),
    ("p = ffi.gc(ffi.new('int *', 3), lambda q: None)", "(p[0], ffi.release(p))", "(3, None)"),
    ("p = ffi.new('int[0]')", "(len(p), list(p), bytes(ffi.buffer(p)))", "(0, [], b'')"),
    ("p = ffi.new('long double *', 2.5)\nc = ffi.new('struct point *', {'a': [1, 2]})\nd = ffi.new('struct point *', c[0])",
     "(float(p[0]), c[0].a[1], d.a[1])", "(2.5, 2, 2)"),
])
def test_right_uses_give_what_they_give_without_it(run: Run, setup: str, attempt: str, result: str) -> None:
    assert run(setup, attempt)[:2] == ("OK", result)
    assert run(setup, attempt, "0")[:2] == ("OK", result)


def test_a_handle_that_has_died_is_named_with_its_birth_and_death(run: Run) -> None:
    setup = "h = ffi.new_handle([1])  # made\nv = ffi.cast('void *', int(ffi.cast('intptr_t', h)))\ndel h  # gone"
    kind, message, line = run(setup, "ffi.from_handle(v)")
    assert kind == "SystemError"
    assert "no live handle" in message
    assert f"script.py:{line['made']}," in message
    assert message.endswith(f"script.py:{line['gone']}")


@pytest.mark.parametrize("offset, where", [(8, "after the end"), (-1, "before the start")])
def test_c_code_that_writes_around_the_memory_is_noticed_when_it_goes(run: Run, offset: int, where: str) -> None:
    setup = f"p = ffi.new('char[8]')  # made\nlibc.memset(ffi.cast('void *', int(ffi.cast('intptr_t', p)) + {offset}), 7, 1)"
    kind, message, line = run(setup, "ffi.release(p)")
    assert kind == "RuntimeError"
    assert f"C code wrote {where} of the 8 bytes of ffi.new('char[8]')" in message
    assert f"script.py:{line['made']}," in message


def test_memory_given_back_long_ago_is_still_known_to_what_was_made_from_it(run: Run) -> None:
    setup = f"{RELEASED}\nfor _ in range(20000): ffi.new('int[4]')"
    kind, message, line = run(setup, "q[0]")
    assert kind == "RuntimeError"
    assert message.endswith(f"script.py:{line['gone']}")


def test_memory_given_back_is_kept_only_up_to_a_limit(run: Run) -> None:
    setup = ("import resource\ndef peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
             "for _ in range(50): ffi.new('char[1000000]')\nbefore = peak()")
    kind, message, _ = run(setup, "[ffi.release(ffi.new('char[1000000]')) for _ in range(1000)] and peak() - before < 5000")
    assert (kind, message) == ("OK", "True")


@pytest.mark.parametrize("value", ["", "0"])
def test_it_is_off_unless_asked_for(run: Run, value: str) -> None:
    assert run(FOUR, "(q[2], ffi.release(p), ffi.release(p))", value)[:2] == ("OK", "(0, None, None)")


def test_functions_of_a_compiled_module_do_not_get_memory_that_has_gone(run: Run, tmp_path: Path) -> None:
    build = tmp_path / "build.py"
    build.write_text("from cffi import FFI\nffi = FFI()\nffi.cdef('int first(int *);')\n"
                     "ffi.set_source('_made', 'static int first(int *p) { return *p; }')\nffi.compile()\n", encoding="utf-8")
    subprocess.run([sys.executable, build], cwd=tmp_path, check=True, capture_output=True)
    kind, message, line = run(f"from _made import ffi, lib\n{RELEASED}", "lib.first(q)")
    assert kind == "RuntimeError"
    assert message.endswith(f"script.py:{line['gone']}")
