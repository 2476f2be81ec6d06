"""The runtime in sub-interpreters, with the GIL of the main one and with their own. See docs/interpreters.md."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import Callable

import pytest

pytest.importorskip("_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters", exc_type=ImportError)

Run = Callable[..., str]
HERE = Path(__file__).parent
PRELUDE = f"import sys; sys.path.append({str(HERE)!r}); import interpreters\n"

own_gil = pytest.mark.parametrize(
    "own_gil", [False, pytest.param(True, marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="own GILs came with Python 3.12"))]
)

needs_gil = pytest.mark.skipif(bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
                               reason="Python without a GIL takes no compiled module into other interpreters than the main one")

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

# the same for the compiled module
USE_COMPILED = """
import _isolated, _cffi_backend
from cffi import FFI
ffi, lib = _isolated.ffi, _isolated.lib
assert type(ffi) is _cffi_backend.FFI and isinstance(ffi.new("int *"), _cffi_backend.CData)
inline = FFI()
for n in range(20):
    assert lib.add(n, 2) == n + 2
    assert lib.sum([1, 2, n], 3) == lib.sum(inline.new("int[]", [1, 2, n]), 3) == n + 3
    point = lib.mirrored({"x": n, "y": 3})
    assert (point.x, point.y, lib.mirrored(point).x) == (3, n, n)
    assert ffi.typeof(point) is ffi.typeof("struct point") is ffi.typeof(lib.mirrored).result
    assert lib.call(ffi.callback("int(int)", lambda x: x * n), 4) == lib.call_in_thread(ffi.callback("int(int)", lambda x: x * n), 4)
    path = ffi.new("struct path *", {"count": n, "points": [[1, 2]]})
    path.next = path
    assert (path.next.count, path.points[0].y) == (n, 2)
    assert (lib.LIMIT, lib.counter, lib.BLUE, ffi.string(ffi.cast("enum color", 5))) == (1000, 17, 6, "GREEN")
    assert ffi.addressof(lib, "counter")[0] == 17 and ffi.cast("void *", lib.add) == ffi.addressof(lib, "add")
    assert getattr(ffi.new(f"struct late{n} *"), "next") == ffi.NULL
for wrong in ("lib.add('a', 1)", "lib.sum(ffi.new('char[3]'), 3)", "lib.mirrored(3)", "lib.call(lib, 3)"):
    try:
        eval(wrong)
    except TypeError:
        continue
    raise AssertionError(wrong)
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


@needs_gil
@pytest.mark.parametrize("main", ["is first", "is second", "comes later"])
def test_interpreters_share_a_compiled_module(run_script: Run, main: str) -> None:
    text = f"""
USE = {USE_COMPILED!r}
if {main!r} == "is first": exec(USE)
a, b, c = [interpreters.create() for _ in range(3)]
interpreters.run(a, USE)
if {main!r} == "is second": exec(USE)
for number in (b, a, c): interpreters.run(number, USE)
for number in (a, c): interpreters.destroy(number)
exec(USE)
d = interpreters.create()
for number in (d, b, d): interpreters.run(number, USE)
interpreters.destroy(b)
interpreters.run(d, USE)
print("end")  # d ends after the main interpreter has cleared its modules
"""
    assert run_script(PRELUDE + text) == "end\n"


@needs_gil
def test_a_module_is_shared_while_it_is_in_the_middle_of_a_call(run_script: Run) -> None:
    """What the wrappers of one interpreter have taken from the table before is good for the rest of the call."""
    text = f"""
import _isolated
ffi, lib = _isolated.ffi, _isolated.lib
class Late:
    def __int__(self):
        global number
        number = interpreters.create()
        interpreters.run(number, {USE_COMPILED!r})
        return 4
    __index__ = __int__
print(lib.sum([1, Late(), 2], 3))                              # between the size of the array and its items
interpreters.destroy(number)
print(lib.call(ffi.callback("int(int)", lambda x: int(Late())), 1))  # between arguments and result
made = lib.mirrored([Late(), 5])
print(made.x, made.y, ffi.typeof(made) is ffi.typeof("struct point"))
"""
    assert run_script(PRELUDE + text) == "7\n4\n5 4 True\n"


@needs_gil
def test_a_shared_module_in_threads_at_once(run_script: Run) -> None:
    text = f"""
import threading
USE = {USE_COMPILED!r}
problems = []
def work():
    try:
        for _ in range(3):
            number = interpreters.create()
            interpreters.run(number, USE)
            interpreters.destroy(number)
    except BaseException as problem:
        problems.append(problem)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for _ in range(3): exec(USE)
for thread in threads: thread.join()
print(problems)
"""
    assert run_script(PRELUDE + "sys.setswitchinterval(1e-5)" + text) == "[]\n"


@needs_gil
def test_a_module_may_be_used_by_one_interpreter_after_another(run_script: Run) -> None:
    text = f"""
for n in range(4):
    number = interpreters.create()
    interpreters.run(number, {USE_COMPILED!r} + '''
ffi.def_extern("handler")(lambda x: x + 1)
assert lib.call_handler(5) == 6
''')
    interpreters.destroy(number)
exec({USE_COMPILED!r})
print("end")
"""
    assert run_script(PRELUDE + text) == "end\n"


@needs_gil
def test_an_interpreter_that_has_given_a_handler_leaves_nothing_behind(run_script: Run, tmp_path: Path) -> None:
    text = f"""
for n in range(3):
    number = interpreters.create()
    interpreters.run(number, '''
import os, _isolated
class Gone:
    def __del__(self, write=os.write, file=os.open({str(tmp_path / "gone")!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)):
        write(file, b"x")
gone = Gone()
value = _isolated.ffi.new("int *")  # among the globals of the handler: the garbage collector does not look into this
_isolated.ffi.def_extern("handler")(lambda x: value[0])
assert _isolated.lib.call_handler(1) == 0
''')
    interpreters.destroy(number)
print(open({str(tmp_path / "gone")!r}).read())
"""
    assert run_script(PRELUDE + "import warnings; warnings.simplefilter('ignore')" + text) == "xxx\n"


@needs_gil
def test_a_shared_module_includes_another(run_script: Run, tmp_path: Path) -> None:
    text = f"""
from cffi import FFI
sys.path.insert(0, {str(tmp_path)!r})
inner, outer = FFI(), FFI()
inner.cdef("struct inner {{{{ int a; }}}}; int taken(struct inner *);")
inner.set_source("_inner_here", "struct inner {{{{ int a; }}}}; static int taken(struct inner *p) {{{{ return p->a; }}}}")
outer.include(inner)
outer.cdef("struct outer {{{{ struct inner i[2]; }}}}; int second(struct outer);")
outer.set_source("_outer_here", "struct inner {{{{ int a; }}}}; struct outer {{{{ struct inner i[2]; }}}};"
                 "static int second(struct outer o) {{{{ return o.i[1].a; }}}}")
for ffi in (inner, outer):
    ffi.compile(tmpdir={str(tmp_path)!r})
use = '''
import sys
sys.path.insert(0, {str(tmp_path)!r})
import {{0}}
import _outer_here, _inner_here
value = _outer_here.ffi.new("struct outer *", [[[3], [4]]])
assert (_outer_here.lib.second(value[0]), _outer_here.lib.taken(value.i), _inner_here.lib.taken(value.i + 1)) == (4, 3, 4)
assert _inner_here.ffi.typeof("struct inner") is _outer_here.ffi.typeof("struct outer").fields[0][1].type.item
'''
numbers = [interpreters.create() for _ in range(2)]
interpreters.run(numbers[0], use.format("_inner_here"))
interpreters.run(numbers[1], use.format("_outer_here"))
exec(use.format("_outer_here"))
interpreters.destroy(numbers[0])
interpreters.run(numbers[1], use.format("_outer_here"))
print("end")
"""
    assert run_script(PRELUDE + text.replace("{{", "{").replace("}}", "}")) == "end\n"


@needs_gil
@pytest.mark.skipif(sys.version_info < (3, 12), reason="it cannot be told there which interpreter the main thread runs")
def test_each_interpreter_has_handlers_of_its_own(run_script: Run) -> None:
    text = """
import _isolated
_isolated.ffi.def_extern("handler")(lambda x: 1000 + x)
a, b = interpreters.create(), interpreters.create()
define = '''
import _isolated
_isolated.ffi.def_extern("handler")(lambda x: NUMBER + x)
'''
call = '''
import threading
results = [_isolated.lib.call_handler(1)]
thread = threading.Thread(target=lambda: results.append(_isolated.lib.call_handler(2)))
thread.start(); thread.join()
address = _isolated.ffi.addressof(_isolated.lib, "handler")
assert _isolated.lib.call_in_thread(address, 3) == 1003  # a thread of nobody: the main interpreter
assert results == [NUMBER + 1, NUMBER + 2], results
'''
for number, own in ((a, "10"), (b, "20")):
    interpreters.run(number, define.replace("NUMBER", own))
for number, own in ((a, "10"), (b, "20"), (a, "10")):
    interpreters.run(number, call.replace("NUMBER", own))
interpreters.destroy(a)
interpreters.run(b, call.replace("NUMBER", "20"))
exec(call.replace("NUMBER", "1000"))
interpreters.destroy(b)
exec(call.replace("NUMBER", "1000"))
print("end")
"""
    assert run_script(PRELUDE + text) == "end\n"


def test_an_interpreter_that_lives_until_the_end_leaves_the_exit_status_as_it_is(run_script: Run) -> None:
    text = """
number = interpreters.create()
interpreters.run(number, "import _cffi_backend")
sys.exit(3)
"""
    with pytest.raises(AssertionError, match="exit status 3"):
        run_script(PRELUDE + text)


@needs_gil
def test_a_handler_whose_interpreter_has_ended_gives_the_error_value(run_script: Run, tmp_path: Path) -> None:
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
    # from 3.12 on it is known that the first call comes from the main interpreter, which has given no handler: 0
    expected = "0 -7 3\n" if sys.version_info >= (3, 12) else "-7 -7 3\n"
    assert run_script(PRELUDE + f"OUT = {str(tmp_path / 'out')!r}\n" + text) == expected


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
record = _abi_here.ffi.new("struct s *", [1, [2, 3]])
assert record.b[1] == 3
'''
exec(use)
for own_gil in {[False, True] if sys.version_info >= (3, 12) else [False]}:
    number = interpreters.create(own_gil)
    interpreters.run(number, use)
exec(use)
print("end")
"""
    assert run_script(PRELUDE + text) == "end\n"
