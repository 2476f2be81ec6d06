import importlib
import os
from pathlib import Path

from cffi import ffiplatform, recompiler
from cffi_runtime import FFI

CODE = "static int square(int x) { return x * x; }"


def square_ffi():
    ffi = FFI()
    ffi.cdef("int square(int);")
    return ffi


def test_recompile_writes_compiles_and_returns_the_path(tmp_path, monkeypatch):
    path = recompiler.recompile(square_ffi(), "_recompiled_of_test", CODE, tmpdir=str(tmp_path))
    assert os.path.dirname(path) == str(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert importlib.import_module("_recompiled_of_test").lib.square(5) == 25


def test_recompile_without_the_compiler_gives_the_extension_and_whether_it_wrote(tmp_path):
    path = str(tmp_path / "x.c")
    arguments = (square_ffi(), "_x", CODE)
    extension, wrote = recompiler.recompile(*arguments, call_c_compiler=False, c_file=path, libraries=["m"])
    assert (extension.name, extension.sources, extension.libraries, wrote) == ("_x", [path], ["m"], True)
    assert recompiler.recompile(*arguments, call_c_compiler=False, c_file=path)[1] is False
    assert recompiler.recompile(square_ffi(), "_y", None, tmpdir=str(tmp_path), call_c_compiler=False) == (None, True)
    assert (tmp_path / "_y.py").exists()


def test_make_source_functions_tell_whether_they_wrote(tmp_path):
    for make, arguments in [(recompiler.make_py_source, ()), (recompiler.make_c_source, (CODE,))]:
        path = str(tmp_path / make.__name__)
        assert make(square_ffi(), "_z", *arguments, path) is True
        assert make(square_ffi(), "_z", *arguments, path) is False
        text = recompiler.NativeIO()
        assert make(square_ffi(), "_z", *arguments, text) is True
        assert text.getvalue() == Path(path).read_text()


def test_an_extension_is_compiled_by_itself(tmp_path):
    (tmp_path / "plain.c").write_text("int exported(void) { return 3; } void *PyInit_plain(void) { return 0; }")
    extension = ffiplatform.get_extension(str(tmp_path / "plain.c"), "plain", define_macros=[("A", None)])
    path = ffiplatform.compile(str(tmp_path), extension)
    ffi = FFI()
    ffi.cdef("int exported(void);")
    assert ffi.dlopen(path).exported() == 3


def test_paths_below_the_current_folder_become_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ffiplatform.maybe_relative_path(str(tmp_path / "a" / "b.c")) == os.path.join("a", "b.c")
    for path in (os.path.join("a", "b.c"), os.path.abspath(os.path.join(os.pardir, "b.c"))):
        assert ffiplatform.maybe_relative_path(path) == path


def test_different_values_flatten_differently():
    values = ["12", 12, [12], ["1", "2"], [["1"], "2"], {"a": 1}, {"a": "1"}, ("a", 1), [], "", {}]
    assert len({ffiplatform.flatten(value) for value in values}) == len(values)
    assert ffiplatform.flatten({"a": 1, "b": 2}) == ffiplatform.flatten({"b": 2, "a": 1})


def test_the_type_table_is_printed_as_the_published_implementation_does():
    ffi = FFI()
    ffi.cdef("int f(int *, char[5]); extern short a[13]; struct s { int (*p)(long, ...); int q[300]; };")
    table = recompiler.Recompiler(ffi, "_x")
    table.collect_type_table()
    assert "".join(map(str, table.cffi_types)) == (  # of cffi 2.1.1
        "(FUNCTION 9)(POINTER 9)(POINTER 7)(FUNCTION_END 0)(FUNCTION 9)(PRIMITIVE 9)(FUNCTION_END 1)(PRIMITIVE 2)(POINTER 4)"
        "(PRIMITIVE 7)(ARRAY 9)(None 300)(PRIMITIVE 5)(ARRAY 12)(None 13)(STRUCT_UNION 0)"
    )
