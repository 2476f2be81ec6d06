import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import _cffi_backend
import cffi

ROOT = Path(__file__).resolve().parents[2]

NAMES = {
    "cffi": "FFI FFIError CDefError VerificationError VerificationMissing PkgConfigError __version__ __version_info__",
    "cffi.api": "FFI CDefError",
    "cffi.error": "FFIError CDefError VerificationError VerificationMissing PkgConfigError",
    "cffi.lock": "allocate_lock",
    "cffi.model": "StructType UnionType EnumType PrimitiveType PointerType FunctionPtrType ArrayType VoidType Q_CONST VerificationError",
    "cffi.commontypes": "COMMON_TYPES",
    "cffi.cparser": "Parser _common_type_names COMMON_TYPES",
    "cffi.cffi_opcode": "PRIMITIVE_TO_INDEX",
    "cffi.recompiler": "recompile make_c_source make_py_source Recompiler NativeIO VerificationError",
    "cffi.setuptools_ext": "cffi_modules",
    "cffi.ffiplatform": "compile get_extension maybe_relative_path flatten samefile VerificationError",
    "cffi.pkgconfig": "flags_from_pkgconfig merge_flags PkgConfigError",
    "cffi.verifier": "Verifier set_tmpdir cleanup_tmpdir VerificationError",
    "cffi.backend_ctypes": "CTypesBackend",
    "cffi._imp_emulation": "load_dynamic",
    "cffi.gen_src": "main",
}


def run_python(code):
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=True, stdout=subprocess.PIPE, text=True).stdout


@pytest.mark.parametrize("module", NAMES)
def test_every_known_name_is_there(module):
    found = importlib.import_module(module)
    assert [name for name in NAMES[module].split() if not hasattr(found, name)] == []


@pytest.mark.parametrize("module", NAMES)
def test_every_module_is_imported_alone(module):
    assert run_python(f"import {module}; print({module}.__name__)").strip() == module


def test_the_errors_are_one_class_wherever_they_come_from():
    from cffi import error, verifier

    assert cffi.VerificationError is error.VerificationError is verifier.VerificationError
    assert issubclass(cffi.CDefError, cffi.FFIError)


def test_a_c_extension_of_another_version_is_refused(tmp_path):
    (tmp_path / "_cffi_backend.py").write_text("__version__ = '1.15.1'")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\ntry:\n    import cffi\nexcept ImportError as error:\n    print(error)"
    assert "is of cffi 1.15.1: remove one of them, or install cffi again" in run_python(code)


def test_submodules_are_attributes_after_a_plain_import():
    printed = run_python("import cffi; print(cffi.model.StructType.__name__, len(cffi.commontypes.COMMON_TYPES) > 40)")
    assert printed.split() == ["StructType", "True"]


def test_an_unknown_attribute_is_an_attribute_error():
    assert not hasattr(cffi, "no_such_name")


def test_importing_cffi_brings_neither_a_parser_nor_regular_expressions():
    before = set(run_python("import sys; print(*sys.modules)").split())
    after = set(run_python("import sys, cffi; cffi.FFI().new('int *', 5); print(*sys.modules)").split())
    ours = {name for name in after - before if name.partition(".")[0] not in ("cffi", "cffi_runtime")}
    found_by = {"cffi_build", "cffi_build.cdef", "cffi_build.cdef.cache", "cffi_build.tables"}  # declarations that were read before
    assert ours - found_by <= {"_cffi_backend", "__future__", "atexit", "encodings.ascii"}  # the last in debug builds of Python


def test_all_versions_are_one():
    declared = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert cffi.__version__ == declared == ".".join(map(str, cffi.__version_info__)) == _cffi_backend.__version__


@pytest.mark.parametrize("path", sorted((ROOT / "cffi").glob("*.py")), ids=lambda path: path.stem)
def test_the_face_holds_no_logic(path):
    """Nothing is defined here but the one lazy look-up of the package."""
    text = path.read_text()
    assert "class " not in re.sub(r'""".*?"""', "", text, flags=re.DOTALL)
    assert len(re.findall(r"^def ", text, re.MULTILINE)) <= (path.stem == "__init__")
