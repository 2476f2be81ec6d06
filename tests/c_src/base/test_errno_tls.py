"""What each thread keeps about its C calls, in a process that has no room left for such variables of libraries loaded late."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc limits these variables to a block of fixed size")

SCRIPT = r"""
import ctypes, json, sys, threading

full = 0
for file in sys.argv[1:]:
    try:
        ctypes.CDLL(file)
    except OSError as error:
        assert "static TLS block" in str(error), error
        full += 1

from cffi import FFI

ffi = FFI()
ffi.cdef("int close(int); void qsort(void *, size_t, size_t, int (*)(const void *, const void *));"
         "int pthread_create(void *, void *, void *(*)(void *), void *); int pthread_join(unsigned long, void *);")
lib = ffi.dlopen(None)
seen = {}

def fail_and_keep(name, number):
    ffi.errno = number
    if lib.close(-1) == 0:
        raise SystemExit("close(-1) succeeded")
    left = ffi.errno
    ffi.errno = number
    barrier.wait()
    seen[name] = [left, ffi.errno]

@ffi.callback("int(const void *, const void *)")
def compare(a, b):
    ffi.errno = 77
    return ffi.cast("int *", a)[0] - ffi.cast("int *", b)[0]

@ffi.callback("void *(void *)")
def foreign(argument):
    seen["foreign"] = [ffi.errno, int(ffi.cast("intptr_t", argument))]
    ffi.errno = 5
    return ffi.NULL

barrier = threading.Barrier(4)
threads = [threading.Thread(target=fail_and_keep, args=(f"thread {n}", 100 + n)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
numbers = ffi.new("int[]", [3, 1, 2])
lib.qsort(numbers, 3, 4, compare)
started = ffi.new("unsigned long *")
assert lib.pthread_create(started, ffi.NULL, foreign, ffi.cast("void *", 9)) == 0
assert lib.pthread_join(started[0], ffi.NULL) == 0
print(json.dumps({"full": full, "sorted": list(numbers), "errno after": ffi.errno, **seen}))
"""


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Libraries that want 64, then 8 bytes each of what glibc keeps for variables of threads: more than there is."""
    folder = tmp_path_factory.mktemp("tls")
    source = folder / "thread.c"
    source.write_text('__attribute__((tls_model("initial-exec"))) __thread char room[SIZE];\nchar *where(void) { return room; }\n')
    made = []
    for size in (64, 8):
        first = folder / f"thread{size}.so"
        subprocess.run(["cc", f"-DSIZE={size}", "-shared", "-fPIC", source, "-o", first], check=True)
        made += [folder / f"thread{size}_{n}.so" for n in range(80)]
        for copy in made[-80:]:
            shutil.copy(first, copy)
    return made


def run(files: list[Path], **options: Any) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", SCRIPT, *files], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


EXPECTED = {"sorted": [1, 2, 3], "errno after": 77, "foreign": [0, 9], **{f"thread {n}": [9, 100 + n] for n in range(4)}}  # EBADF is 9


def test_each_thread_keeps_its_errno() -> None:
    assert run([]) == {"full": 0, **EXPECTED}


def test_each_thread_keeps_its_errno_where_other_libraries_have_taken_all_static_room(libraries: list[Path]) -> None:
    result = run(libraries)
    assert result.pop("full") > 50
    assert result == EXPECTED
