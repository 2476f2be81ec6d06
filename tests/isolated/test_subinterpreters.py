"""The runtime in sub-interpreters, with the GIL of the main one and with their own. See docs/interpreters.md."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable

import pytest

pytest.importorskip("_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters", exc_type=ImportError)

Run = Callable[..., str]
HERE = Path(__file__).parent
PRELUDE = f"import sys; sys.path.append({str(HERE)!r}); import interpreters\n"

own_gil = pytest.mark.parametrize(
    "own_gil", [False, pytest.param(True, marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="own GILs came with Python 3.12"))]
)

# what an interpreter does that uses the runtime
USE = """
from cffi import FFI
ffi = FFI()
ffi.cdef("struct point { int x, y; }; int abs(int); size_t strlen(const char *); enum e { A, B = 7 };")
lib = ffi.dlopen(None)
for n in range(200):
    value = ffi.new("struct point *", [n, -n])
    assert lib.abs(value.y) == value.x == n
    assert lib.strlen(b"x" * n) == n
    assert ffi.cast("enum e", 7) and ffi.string(ffi.cast("enum e", 7)) == "B"
    assert ffi.from_handle(ffi.new_handle(value)) is value
    callback = ffi.callback("int(int)", lambda x: x + n)
    assert callback(5) == n + 5
    with ffi.new("char[]", 100) as memory:
        memory[3] = b"x"
    assert ffi.typeof(f"struct point[{n + 1}]").item is ffi.typeof("struct point")
"""


@own_gil
def test_each_interpreter_has_a_runtime_of_its_own(run_script: Run, own_gil: bool) -> None:
    text = f"""
exec(USE := {USE!r})
kept = ffi.new("struct point *", [3, 4])
for _ in range(4):
    numbers = [interpreters.create({own_gil}) for _ in range(2)]
    for number in numbers:
        interpreters.run(number, USE)
    for number in numbers:
        interpreters.run(number, USE)
        interpreters.destroy(number)
assert (kept.x, kept.y) == (3, 4)
exec(USE)
print("end")
"""
    assert run_script(PRELUDE + text) == "end\n"


@own_gil
def test_interpreters_run_at_the_same_time(run_script: Run, own_gil: bool) -> None:
    text = f"""
import threading
USE = {USE!r}
problems = []
def work():
    try:
        number = interpreters.create({own_gil})
        interpreters.run(number, USE)
        interpreters.destroy(number)
    except BaseException as problem:
        problems.append(problem)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
exec(USE)
for thread in threads: thread.join()
print(problems)
"""
    assert run_script(PRELUDE + text) == "[]\n"


def test_a_compiled_module_is_for_one_interpreter_at_a_time(run_script: Run) -> None:
    text = """
import _isolated
number = interpreters.create()
interpreters.run(number, '''
try:
    import _isolated
except ImportError as error:
    print(error)
''')
interpreters.destroy(number)
print(_isolated.lib.add(1, 2), _isolated.lib.mirrored([1, 2]).x)
"""
    message, result = run_script(PRELUDE + text).splitlines()
    assert message.startswith("module '_isolated' is in use by another interpreter of this process")
    assert result == "3 2"


def test_a_compiled_module_is_free_again_when_its_interpreter_has_ended(run_script: Run) -> None:
    text = """
for n in range(4):
    number = interpreters.create()
    interpreters.run(number, '''
import _isolated
assert _isolated.lib.add(1, 2) == 3
assert _isolated.ffi.new("struct path *").points[1].x == 0
_isolated.ffi.def_extern("handler")(lambda x: x + 1)
assert _isolated.lib.call_handler(5) == 6
''')
    interpreters.destroy(number)
import _isolated
print(_isolated.lib.mirrored([1, 2]).x)
"""
    if sys.version_info >= (3, 13):
        with pytest.raises(AssertionError, match="'_isolated' is in use by another interpreter"):
            run_script(PRELUDE + text)  # Python itself has imported it into the main interpreter first
    else:
        assert run_script(PRELUDE + text) == "2\n"


def test_an_interpreter_that_lives_until_the_end_leaves_the_exit_status_as_it_is(run_script: Run) -> None:
    text = """
number = interpreters.create()
interpreters.run(number, "import _cffi_backend")
sys.exit(3)
"""
    with pytest.raises(AssertionError, match="exit status 3"):
        run_script(PRELUDE + text)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="the module belongs to the main interpreter there")
def test_a_handler_whose_interpreter_has_ended_gives_the_error_value(run_script: Run) -> None:
    text = """
import _isolated2
call = _isolated2.ffi.callback("int(int)", lambda x: x)  # the runtime of the main interpreter is in use, too
number = interpreters.create()
interpreters.run(number, '''
import _isolated
_isolated.ffi.def_extern("handler", error=-7)(lambda x: x + 1)
assert _isolated.lib.call_handler(1) == 2
address = int(_isolated.ffi.cast("intptr_t", _isolated.ffi.addressof(_isolated.lib, "handler")))
with open(OUT, "w") as file:
    file.write(str(address))
'''.replace("OUT", repr(OUT)))
interpreters.destroy(number)
handler = _isolated2.ffi.cast("int(*)(int)", int(open(OUT).read()))
print(_isolated2.lib.call(handler, 1), _isolated2.lib.call_in_thread(handler, 1), call(3))
"""
    assert run_script(PRELUDE + "import os, tempfile; OUT = os.path.join(tempfile.mkdtemp(), 'out')\n" + text
                      .replace("open(OUT).read()", "__import__('pathlib').Path(OUT).read_text()")) == "-7 -7 3\n"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="own GILs came with Python 3.12")
def test_an_interpreter_with_its_own_gil_refuses_a_compiled_module(run_script: Run) -> None:
    text = """
number = interpreters.create(own_gil=True)
interpreters.run(number, '''
try:
    import _isolated
except ImportError as error:
    print(error)
''')
"""
    assert "does not support loading in subinterpreters" in run_script(PRELUDE + text)


def test_abi_modules_are_python_and_can_be_imported_by_all(run_script: Run, tmp_path: Path) -> None:
    text = f"""
from cffi import FFI
ffi = FFI()
ffi.cdef("struct s {{ int a; long b[3]; }}; int abs(int);")
ffi.set_source("_abi_here", None)
ffi.compile(tmpdir={str(tmp_path)!r})
use = '''
import sys
sys.path.insert(0, {str(tmp_path)!r})
import _abi_here
assert _abi_here.ffi.dlopen(None).abs(-4) == 4
assert _abi_here.ffi.new("struct s *", [1, [2, 3]]).b[1] == 3
'''
exec(use)
for own_gil in {[False, True] if sys.version_info >= (3, 12) else [False]}:
    number = interpreters.create(own_gil)
    interpreters.run(number, use)
exec(use)
print("end")
"""
    assert run_script(PRELUDE + text) == "end\n"
