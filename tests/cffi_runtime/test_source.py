import importlib
import io
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from cffi_build.errors import PkgConfigError, VerificationError
from cffi_runtime import FFI
from cffi_runtime.source import merge_flags


def square_ffi(name="_square_of_test", source="static int square(int x) { return x * x; }", **keywords):
    ffi = FFI()
    ffi.cdef("int square(int x);")
    ffi.set_source(name, source, **keywords)
    return ffi


def imported(name, folder, monkeypatch):
    monkeypatch.syspath_prepend(folder)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def test_compile_makes_a_module_that_is_imported(tmp_path, monkeypatch):
    path = square_ffi("pkg_of_test.inner._compiled").compile(tmpdir=tmp_path)
    assert Path(path).parent == tmp_path / "pkg_of_test" / "inner"
    module = imported("pkg_of_test.inner._compiled", tmp_path, monkeypatch)
    assert module.lib.square(12) == 144
    assert module.ffi.typeof(module.lib.square) is FFI().typeof("int(*)(int)")


def test_compile_twice_leaves_an_unchanged_source_alone(tmp_path, capsys):
    square_ffi().compile(tmpdir=tmp_path)
    source = tmp_path / "_square_of_test.c"
    os.utime(source, ns=(1, 1))
    capsys.readouterr()
    square_ffi().compile(tmpdir=tmp_path, verbose=1)
    assert source.stat().st_mtime_ns == 1
    assert "unchanged" in capsys.readouterr().out


def test_target_names_the_result(tmp_path):
    path = square_ffi().compile(tmpdir=tmp_path, target="renamed.*")
    assert Path(path).stem == "renamed"
    assert Path(path).exists()


LIMITS = """
    #ifdef Py_LIMITED_API
    static int limited(void) { return 1; }
    #else
    static int limited(void) { return 0; }
    #endif
"""


@pytest.mark.skipif(any(map(sysconfig.get_config_var, ("Py_GIL_DISABLED", "Py_DEBUG"))), reason="this build of Python has no stable ABI")
@pytest.mark.parametrize(("keywords", "expected"), [({}, 1), ({"py_limited_api": False}, 0)])
def test_the_c_code_may_leave_the_limited_api(tmp_path, monkeypatch, keywords, expected):
    ffi = FFI()
    ffi.cdef("int limited(void);")
    name = f"_limits_of_test_{expected}"
    ffi.set_source(name, LIMITS, **keywords)
    ffi.compile(tmpdir=tmp_path)
    assert imported(name, tmp_path, monkeypatch).lib.limited() == expected


def test_abi_mode_writes_python_that_opens_libraries(tmp_path, monkeypatch):
    ffi = FFI()
    ffi.cdef("size_t strlen(const char *); #define LIMIT 9".replace("#define", "\n#define"))
    ffi.set_source("_abi_of_test", None)
    assert ffi.compile(tmpdir=tmp_path) == str(tmp_path / "_abi_of_test.py")
    module = imported("_abi_of_test", tmp_path, monkeypatch)
    lib = module.ffi.dlopen(None)
    assert (lib.strlen(b"four"), lib.LIMIT) == (4, 9)


def test_code_goes_to_paths_and_text_files(tmp_path):
    ffi = square_ffi()
    text = io.StringIO()
    ffi.emit_c_code(text)
    ffi.emit_c_code(tmp_path / "a.c")
    ffi.emit_c_code(str(tmp_path / "b.c"))
    assert text.getvalue() == (tmp_path / "a.c").read_text() == (tmp_path / "b.c").read_text()
    assert "square" in text.getvalue()
    python = FFI()
    python.cdef("int f(int);")
    python.set_source("_python_of_test", None)
    text = io.StringIO()
    python.emit_python_code(text)
    python.emit_python_code(tmp_path / "c.py")
    assert text.getvalue() == (tmp_path / "c.py").read_text()


def test_distutils_extension_has_the_keywords_and_the_written_source(tmp_path):
    ffi = square_ffi(libraries=["m"], define_macros=[("X", "1")])
    ffi.set_unicode(True)
    extension = ffi.distutils_extension(tmpdir=tmp_path / "build", verbose=False)
    assert (extension.name, extension.libraries) == ("_square_of_test", ["m"])
    assert extension.sources == [str(tmp_path / "build" / "_square_of_test.c")]
    assert extension.define_macros == [("X", "1"), ("UNICODE", "1"), ("_UNICODE", "1")]
    assert Path(extension.sources[0]).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there the headers of Python name its library")
def test_a_library_that_embeds_python_is_linked_with_it(tmp_path):
    ffi = FFI()
    ffi.embedding_api("int f(int);")
    ffi.set_source("_embedding_of_test", "", libraries=["m"])
    extension = ffi.distutils_extension(tmpdir=tmp_path, verbose=False)
    assert extension.libraries == ["m", f"python{sysconfig.get_config_var('LDVERSION')}"]
    assert extension.runtime_library_dirs == extension.library_dirs == [sysconfig.get_config_var("LIBDIR")]


@pytest.mark.skipif(sys.platform == "win32", reason="there it ends in .dll")
@pytest.mark.skipif(not sysconfig.get_config_var("Py_ENABLE_SHARED"), reason="this Python has no library to link with")
def test_a_library_that_embeds_python_has_the_ordinary_name_of_a_library(tmp_path):
    ffi = FFI()
    ffi.embedding_api("int f(int);")
    ffi.set_source("_named_of_test", "")
    ending = ".dylib" if sys.platform == "darwin" else ".so"
    assert ffi.compile(tmpdir=tmp_path) == str(tmp_path / f"_named_of_test{ending}")


def test_the_assigned_source_is_readable_and_final():
    ffi = square_ffi(libraries=["m"])
    assert ffi._assigned_source[0] == "_square_of_test"
    assert ffi._assigned_source[2:] == (".c", {"libraries": ["m"]})
    with pytest.raises(ValueError, match="several times"):
        ffi.set_source("other", None)


@pytest.mark.parametrize(("arguments", "error"), [
    (("a/b", None), ValueError), ((5, None), TypeError), (("name", b"int x;"), TypeError),
])  # fmt: skip
def test_wrong_arguments_of_set_source_are_refused(arguments, error):
    with pytest.raises(error):
        FFI().set_source(*arguments)


@pytest.mark.parametrize("method", ["compile", "emit_c_code", "emit_python_code", "distutils_extension"])
def test_without_set_source_a_method_says_what_to_call(method):
    with pytest.raises(ValueError, match=rf"set_source\(\) must be called before {method}\(\)"):
        getattr(FFI(), method)(*(["x"] if method.startswith("emit") else []))


def test_a_method_of_the_other_mode_says_so():
    with pytest.raises(TypeError, match=r"emit_python_code\(\) is only for dlopen"):
        square_ffi().emit_python_code("x")
    for method in ("emit_c_code", "distutils_extension"):
        with pytest.raises(TypeError, match=rf"{method}\(\) is only for C extension modules"):
            getattr(square_ffi(source=None), method)("x")


def test_modules_include_each_other(tmp_path, monkeypatch):
    base = FFI()
    base.cdef("struct shared { int n; }; typedef struct shared *shared_p;")
    base.set_source("_base_of_test", "struct shared { int n; };")
    base.compile(tmpdir=tmp_path)
    user = FFI()
    user.include(base)
    user.cdef("int get(shared_p);")
    user.set_source("_user_of_test", "struct shared { int n; }; static int get(struct shared *p) { return p->n; }")
    user.compile(tmpdir=tmp_path)
    module = imported("_user_of_test", tmp_path, monkeypatch)
    from_base = sys.modules["_base_of_test"].ffi.new("shared_p", [4])
    assert module.lib.get(from_base) == 4
    assert module.lib.get(module.ffi.new("struct shared *", [5])) == 5


def test_an_enumerator_has_the_value_that_c_gives_it_also_where_its_module_is_included(tmp_path, monkeypatch):
    enum = "enum level { LOW, NEW, HIGH };"
    base = FFI()
    base.cdef("enum level { LOW, HIGH };")
    base.set_source("_levels_of_test", enum)
    base.compile(tmpdir=tmp_path)
    user = FFI()
    user.include(base)
    user.cdef("enum level highest(void);")
    user.set_source("_level_user_of_test", f"{enum} static enum level highest(void) {{ return HIGH; }}")
    user.compile(tmpdir=tmp_path)
    module = imported("_level_user_of_test", tmp_path, monkeypatch)
    for ffi, lib in [(sys.modules["_levels_of_test"].ffi, sys.modules["_levels_of_test"].lib), (module.ffi, module.lib)]:
        assert (lib.LOW, lib.HIGH, ffi.typeof("enum level").elements) == (0, 2, {0: "LOW", 2: "HIGH"})
    assert module.lib.highest() == module.lib.HIGH


@pytest.mark.parametrize(
    "cdef, code, size",
    [
        ("struct outer { struct inner in; };", "struct outer { char more; struct inner in; };", 12),
        ("union outer { struct inner in[2]; };", "union outer { struct inner in[2]; char more[32]; };", 32),
    ],
)
def test_what_contains_a_struct_that_is_left_to_c_is_left_to_c_too(cdef, code, size, tmp_path, monkeypatch):
    ffi = FFI()
    ffi.cdef("struct inner { int x; ...; };" + cdef)
    name = f"_outer{size}_of_test"
    ffi.set_source(name, "struct inner { int before, x; };" + code)
    ffi.compile(tmpdir=tmp_path)
    assert imported(name, tmp_path, monkeypatch).ffi.sizeof(cdef[:12]) == size


def test_what_cannot_be_included_says_why(tmp_path):
    plain, python = FFI(), FFI()
    python.set_source("_python_module", None)
    for included, words in [(plain, "call set_source"), (python, "'_python_module' is of ABI mode")]:
        ffi = FFI()
        ffi.include(included)
        ffi.set_source("_c_module", "")
        with pytest.raises(VerificationError, match=words):
            ffi.emit_c_code(tmp_path / "x.c")


def test_a_compiler_error_is_a_verification_error(tmp_path):
    with pytest.raises(VerificationError, match="square"):
        square_ffi(source="").compile(tmpdir=tmp_path)


def test_pkg_config_adds_to_the_keywords(tmp_path, monkeypatch):
    (tmp_path / "made_up.pc").write_text(
        "Name: made-up\nDescription: x\nVersion: 1\nCflags: -I/inc -DA=1 -O1\nLibs: -L/made/lib -lmade -Wl,-x\n"
    )
    monkeypatch.setenv("PKG_CONFIG_PATH", str(tmp_path))
    if subprocess.run(["pkg-config", "--version"], stdout=subprocess.DEVNULL).returncode:
        pytest.skip("no pkg-config here")
    ffi = FFI()
    ffi.set_source_pkgconfig("_x", ["made_up"], "", libraries=["first"], include_dirs=["own"])
    keywords = ffi._assigned_source[3]
    assert keywords["libraries"] == ["first", "made"]
    assert keywords["include_dirs"] == ["own", "/inc"]
    assert keywords["define_macros"] == [("A", "1")]
    assert (keywords["extra_compile_args"], keywords["library_dirs"]) == (["-O1"], ["/made/lib"])
    with pytest.raises(PkgConfigError, match="not_there_at_all"):
        FFI().set_source_pkgconfig("_x", ["not_there_at_all"], "")
    with pytest.raises(TypeError, match="list of package names"):
        FFI().set_source_pkgconfig("_x", "made_up", "")


def test_merging_flags_refuses_what_is_no_list():
    with pytest.raises(TypeError, match="'libraries' must be a list"):
        merge_flags({"libraries": "m"}, {"libraries": ["x"]})
