"""ffi.enum_class(): C enums as enum.IntEnum and enum.IntFlag; values read from C are members, wherever they are read."""

from __future__ import annotations

import enum
import gc
import os
import subprocess
import sys
import sysconfig
import threading
import weakref
from pathlib import Path
from typing import Any, List

import pytest

from cffi import FFI

CLASSES_ARE_IMMORTAL = sys.version_info[:2] == (3, 13) and bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
TEXT = """
    enum color { RED, GREEN = 5, BLUE = 7, ALSO_BLUE = 7 };
    typedef enum { READ = 1, WRITE = 2, EXEC = 4 } mode;
    enum sign { MINUS = -1, PLUS = 1 };
    struct s { enum color color; mode mode; enum color some[3]; enum color bits : 4; enum sign sign; };
    enum color after(enum color c);
    enum color call(enum color (*f)(enum color), enum color c);
"""


@pytest.fixture
def ffi() -> FFI:
    made = FFI()
    made.cdef(TEXT)
    return made


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("enums")
    source = TEXT.split("struct s")[0] + """
        enum color after(enum color c) { return c == RED ? GREEN : c == GREEN ? BLUE : 9; }
        enum color call(enum color (*f)(enum color), enum color c) { return f(c); }
    """
    (folder / "e.c").write_text(source)
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", folder / "e.c", "-o", folder / "e.so"], check=True)
    return folder / "e.so"


def test_the_class_has_the_enumerators(ffi: FFI) -> None:
    color = ffi.enum_class("enum color")
    assert issubclass(color, enum.IntEnum)
    assert (color.__name__, {name: int(member) for name, member in color.__members__.items()}) == (
        "color", {"RED": 0, "GREEN": 5, "BLUE": 7, "ALSO_BLUE": 7})
    assert color.ALSO_BLUE is color.BLUE
    assert ffi.enum_class(ffi.typeof("enum color")) is color
    assert ffi.enum_class("mode", flag=True).__name__ == "mode"


def test_without_a_class_values_are_plain_integers(ffi: FFI) -> None:
    assert type(ffi.new("enum color *", 5)[0]) is int


def test_items_and_members_are_members_of_the_class(ffi: FFI) -> None:
    color = ffi.enum_class("enum color")
    s = ffi.new("struct s *", {"color": color.GREEN, "some": [0, color.BLUE, 3], "bits": 5, "sign": -1})
    assert s.color is color.GREEN and s.bits is color.GREEN
    assert list(s.some) == [0, 7, 3] and s.some[1] is color.BLUE and ffi.unpack(s.some, 2)[0] is color.RED
    assert type(s.some[2]) is int  # no enumerator has this value
    assert type(s.sign) is int
    assert ffi.enum_class("enum sign").MINUS is s.sign


def test_flags_combine(ffi: FFI) -> None:
    mode = ffi.enum_class("mode", flag=True)
    s = ffi.new("struct s *", {"mode": mode.READ | mode.EXEC})
    assert isinstance(s.mode, mode) and s.mode == mode.READ | mode.EXEC
    s.mode |= mode.WRITE
    assert s.mode == 7


def test_arguments_and_results_of_calls_and_callbacks(ffi: FFI, library: Path) -> None:
    color = ffi.enum_class("enum color")
    lib: Any = ffi.dlopen(str(library))
    assert lib.after(color.RED) is color.GREEN and lib.after(5) is color.BLUE
    assert type(lib.after(7)) is int and lib.after(7) == 9
    seen: List[Any] = []
    callback = ffi.callback("enum color(enum color)", lambda c: seen.append(c) or color.BLUE)
    assert lib.call(callback, color.GREEN) is color.BLUE
    assert seen[0] is color.GREEN


def test_texts_stay_as_they_are(ffi: FFI) -> None:
    color = ffi.enum_class("enum color")
    green = ffi.cast("enum color", color.GREEN)
    assert (repr(green), ffi.string(green), int(green), ffi.string(ffi.cast("enum color", 3))) == (
        "<cdata 'enum color' 5: GREEN>", "GREEN", 5, "3")
    assert green == color.GREEN and hash(green) == hash(5)


@pytest.mark.parametrize(("cdecl", "flag", "error", "message"), [
    ("int", False, TypeError, "an enum is required, got ctype 'int'"),
    ("struct s", False, TypeError, "an enum is required, got ctype 'struct s'"),
    ("enum color", True, ValueError, "'enum color' is an IntEnum already"),
])
def test_what_has_no_class_is_refused(cdecl: str, flag: bool, error: type, message: str, ffi: FFI) -> None:
    ffi.enum_class("enum color")
    with pytest.raises(error) as caught:
        ffi.enum_class(cdecl, flag)
    assert str(caught.value) == message


def test_threads_that_ask_at_once_get_one_class(ffi: FFI) -> None:
    barrier, found = threading.Barrier(8), []

    def ask() -> None:
        barrier.wait()
        found.append(ffi.enum_class("enum color"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


@pytest.mark.skipif(CLASSES_ARE_IMMORTAL, reason="the classes of this Python are immortal")
def test_the_class_lives_no_longer_than_its_enum() -> None:
    ffi = FFI()
    ffi.cdef("enum gone { A };")
    alive = weakref.ref(ffi.enum_class("enum gone"))
    del ffi
    gc.collect()
    gc.collect()  # classes are cycles
    assert alive() is None
