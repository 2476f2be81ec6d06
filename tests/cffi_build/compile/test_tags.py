"""Wheel tags against what compiled files really are: abi3audit is the judge of the stable ABI."""

import json
import subprocess
import sys
import sysconfig

import pytest

from cffi_build.compile import binary, stable_abi, tags
from cffi_build.errors import ConfigError

PLATFORM = sysconfig.get_platform().replace("-", "_").replace(".", "_")
MODULE = """
#include <Python.h>
static PyObject *f(PyObject *self, PyObject *arg) {{ {body} }}
static PyMethodDef methods[] = {{{{"f", f, METH_O, NULL}}, {{NULL, NULL, 0, NULL}}}};
static struct PyModuleDef definition = {{PyModuleDef_HEAD_INIT, "_m", NULL, 0, methods}};
PyMODINIT_FUNC PyInit__m(void) {{ return PyModuleDef_Init(&definition); }}
"""
BODIES = {
    "return PyNumber_Add(arg, arg);": [],
    "PyErr_DisplayException(arg); Py_RETURN_NONE;": ["PyErr_DisplayException (since Python 3.12)"],
    "Py_buffer view; return PyLong_FromLong(PyObject_GetBuffer(arg, &view, 0));": ["PyObject_GetBuffer (since Python 3.11)"],
    "return PyUnicode_FromKindAndData(1, arg, 1);": ["PyUnicode_FromKindAndData (not in the stable ABI)"],
    "return PyLong_FromLong(PyGC_IsEnabled());": ["PyGC_IsEnabled (since Python 3.10)"],
}


@pytest.fixture
def module(tmp_path):
    def make(body):
        (tmp_path / "m.c").write_text("#undef NDEBUG\n" + MODULE.format(body=body), encoding="utf-8")
        target = tmp_path / "_m.abi3.so"
        include = sysconfig.get_path("include")
        declared = "void PyErr_DisplayException(PyObject *);" if sys.version_info < (3, 12) else ""
        (tmp_path / "extra.h").write_text(declared, encoding="utf-8")
        command = ["cc", "-shared", "-fPIC", "-O1", "-w", f"-I{include}", "-include", "Python.h", "-include", "extra.h", "m.c"]
        subprocess.run([*command, "-o", target.name], cwd=tmp_path, check=True)
        return target

    return make


@pytest.mark.parametrize("body", BODIES)
def test_what_goes_beyond_the_stable_abi_is_named_and_abi3audit_agrees(module, body):
    path = module(body)
    ours = stable_abi.excess(binary.read(path), (3, 9))
    assert ours == BODIES[body]
    command = [sys.executable, "-m", "abi3audit", "--report", "--assume-minimum-abi3", "3.9", str(path)]
    report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8").stdout)
    ((entry,),) = [spec["object"]["results"] if "results" in spec["object"] else [spec["object"]] for spec in report["specs"].values()]
    result = entry["result"]
    theirs = set(result["non_abi3_symbols"]) | set(result["future_abi3_objects"])
    assert {text.partition(" ")[0] for text in ours} == theirs


def test_a_wheel_whose_module_uses_more_than_its_tag_promises_is_refused(module):
    path = module("return PyUnicode_FromKindAndData(1, arg, 1);")
    tags.check(("cp311", "cp311", PLATFORM), tags.compiled(path.parent))
    with pytest.raises(ConfigError) as raised:
        tags.check(("cp39", "abi3", PLATFORM), tags.compiled(path.parent))
    assert str(raised.value) == (
        f"the wheel cannot be tagged cp39-abi3-{PLATFORM}:\n  _m.abi3.so: it uses PyUnicode_FromKindAndData (not in the stable ABI): "
        "set limited-api to false, or to the version that has it, or use something else"
    )


@pytest.mark.parametrize(
    ("platform", "message"),
    [
        ("linux_s390x", "it is for"),
        ("win_amd64", "a file of the format elf, the platform has pe"),
        ("macosx_11_0_arm64", "a file of the format elf, the platform has macho"),
        ("plan9_mips", None),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="the file is made by the compiler of Linux")
def test_a_wheel_for_another_machine_than_its_module_is_refused(module, platform, message):
    folder = module("return PyNumber_Add(arg, arg);").parent
    tags.check(("cp39", "abi3", PLATFORM), tags.compiled(folder))
    if message is None:
        tags.check(("cp39", "abi3", platform), tags.compiled(folder))
        return
    with pytest.raises(ConfigError, match=message):
        tags.check(("cp39", "abi3", platform), tags.compiled(folder))


def test_files_for_other_systems_are_data(tmp_path):
    (tmp_path / "tool.exe").write_bytes(b"MZ" + bytes(200))
    (tmp_path / "Some.class").write_bytes(b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(50))
    tags.check(("py3", "none", "any"), tags.compiled(tmp_path))
