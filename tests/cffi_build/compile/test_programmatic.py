"""Compiling one C file without a project: what ffi.compile() and ffi.verify() stand on."""

import importlib.util
import os
import subprocess
import sys
import sysconfig

import pytest

from cffi_build.compile import build_extension, make_extension
from cffi_build.errors import VerificationError

MODULE = """
#include <Python.h>
#ifndef VALUE
#define VALUE 1
#endif
static struct PyModuleDef def = {{PyModuleDef_HEAD_INIT, "{name}"}};
PyMODINIT_FUNC PyInit_{name}(void)
{{
    PyObject *module = PyModule_Create(&def);
    if (module != NULL)
        PyModule_AddIntConstant(module, "value", VALUE);
    return module;
}}
"""


def write_module(folder, name):
    path = folder / f"{name}.c"
    path.write_text(MODULE.format(name=name), encoding="utf-8")
    return path


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_module_lies_where_its_dotted_name_belongs_and_can_be_imported(tmp_path):
    path = build_extension("pkg.sub._plain", write_module(tmp_path, "_plain"), directory=tmp_path)
    assert path == str(tmp_path / "pkg" / "sub" / ("_plain" + sysconfig.get_config_var("EXT_SUFFIX")))
    assert load("_plain", path).value == 1
    assert sorted(os.listdir(tmp_path)) == ["_plain.c", "pkg"]


def test_a_module_of_the_stable_abi_is_named_so(tmp_path):
    path = build_extension("_stable", write_module(tmp_path, "_stable"), directory=tmp_path, keywords={"py_limited_api": True})
    assert path.endswith("_stable.abi3.so")


@pytest.mark.parametrize(("target", "name"), [("other.*", "other.so"), ("exact-1.2.so", "exact-1.2.so")])
def test_a_target_names_the_file(tmp_path, target, name):
    path = build_extension("pkg._named", write_module(tmp_path, "_named"), directory=tmp_path, target=target)
    assert path == str(tmp_path / "pkg" / name)
    assert load("_named", path).value == 1


def test_keywords_of_extension_reach_the_compiler(tmp_path):
    path = write_module(tmp_path, "_macro")
    assert load("_macro", build_extension("_macro", path, directory=tmp_path, keywords={"define_macros": [("VALUE", "7")]})).value == 7


def test_further_sources_are_compiled_after_the_c_file(tmp_path):
    more = tmp_path / "more.c"
    more.touch()
    extension = make_extension("_mod", tmp_path / "_mod.c", {"sources": [more], "libraries": ["m"]})
    assert extension.sources == [str(tmp_path / "_mod.c"), str(more)]
    assert extension.libraries == ["m"]


@pytest.mark.parametrize("verbose", [False, True])
def test_the_commands_are_shown_only_when_asked_for(tmp_path, verbose, capfd):
    build_extension("_loud", write_module(tmp_path, "_loud"), directory=tmp_path, verbose=verbose)
    out = capfd.readouterr().out
    assert ("-c" in out.split()) is verbose
    assert bool(out) is verbose


def test_a_failure_is_a_verification_error_with_file_and_line(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    path = tmp_path / "_bad.c"
    path.write_text("\nint x = y;\n", encoding="utf-8")
    with pytest.raises(VerificationError, match=r"_bad\.c:2: error: .*'y'"):
        build_extension("_bad", path, directory=tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.so"))


def test_without_setuptools_it_says_what_to_install(tmp_path):
    program = (
        "import sys; sys.modules['setuptools'] = None\nfrom cffi_build.compile import build_extension\n"
        "try:\n    build_extension('_m', 'm.c')\nexcept Exception as error:\n    print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, encoding="utf-8")
    expected = "VerificationError compiling a module needs setuptools, which is not installed here: pip install 'cffi[build]'"
    assert done.stdout.startswith(expected)
