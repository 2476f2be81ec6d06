"""The plug-in in plain setuptools projects, and what it tells setuptools about a project."""

import subprocess
import sys
import tarfile
import zipfile

import pytest

PROJECT = """
[build-system]
requires = ["setuptools", "cffi"]
build-backend = "setuptools.build_meta"
[project]
name = "plain"
version = "1.0"
{project}
"""
MODULE = """
[[tool.cffi.modules]]
name = "{name}"
cdef = "int f(int);"
source = "static int f(int x) {{ return x + 1; }}"
"""
# an FFI object as cffi's own, as far as the plug-in looks at it
SCRIPT = """
from cffi_build import cdef, emit

class FFI:
    def set_source(self, name, source, **keywords):
        self._assigned_source = (name, source, ".c", keywords)

    def emit_python_code(self, target):
        target.write(emit.py_source(self._assigned_source[0], cdef.parse("int f(int);")))

    def emit_c_code(self, target):
        name, source, _, _ = self._assigned_source
        target.write(emit.c_source(name, cdef.parse("int f(int);"), source))

ffibuilder = FFI()
ffibuilder.set_source("_plain", "static int f(int x) { return x + 1; }")
abi = FFI()
abi.set_source("_abi", None)
not_ffi = 3
without_source = FFI()

def make():
    return ffibuilder

assert __name__ != "__main__"
"""


@pytest.fixture
def project(tmp_path, write_files):
    """Write files, build a wheel with setuptools' own backend; return its names, or the messages when it fails."""
    folder = tmp_path / "project"
    folder.mkdir()

    def build(files, code=0):
        write_files(folder, files)
        program = "from setuptools import build_meta; build_meta.build_wheel('../out')"
        done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, encoding="utf-8")
        assert done.returncode == code, done.stdout + done.stderr
        if code:
            return done.stderr
        (wheel,) = (tmp_path / "out").glob("*.whl")
        names = zipfile.ZipFile(wheel).namelist()
        return [wheel.name, *(name for name in names if "dist-info" not in name and not name.endswith((".pyi", "py.typed")))]

    return build


def test_a_plain_setuptools_project_gets_the_modules_of_tool_cffi(project):
    wheel, *names = project({"pyproject.toml": PROJECT.format(project="") + MODULE.format(name="_plain")})
    assert names == ["_plain.abi3.so"]
    assert wheel.startswith("plain-1.0-cp39-abi3-")


def test_a_mistake_ends_a_plain_setuptools_build_with_a_message(project):
    message = project({"pyproject.toml": PROJECT.format(project="") + MODULE.format(name="_plain") + "sauces = []"}, code=1)
    assert "pyproject.toml: tool.cffi.modules[0].sauces: unknown key (did you mean 'sources'?)" in message
    assert "Traceback" not in message


def test_an_error_in_a_cdef_ends_a_plain_setuptools_build_with_a_message(project):
    text = PROJECT.format(project="") + MODULE.format(name="_plain").replace("int f(int);", "int f(integer);")
    message = project({"pyproject.toml": text}, code=1)
    assert "pyproject.toml:12:7: error: unknown type name" in message
    assert "Traceback" not in message


@pytest.mark.parametrize("entry", ["build_plain.py:ffibuilder", "build_plain.py:make"])
def test_the_keyword_cffi_modules_takes_a_build_script(project, entry):
    setup = f"from setuptools import setup\nsetup(cffi_modules=[{entry!r}], py_modules=[])"
    _, *names = project({"pyproject.toml": PROJECT.format(project=""), "setup.py": setup, "build_plain.py": SCRIPT})
    assert names == ["_plain.abi3.so"]


def test_a_build_script_goes_into_the_sdist(tmp_path):
    (tmp_path / "pyproject.toml").write_text(PROJECT.format(project=""), encoding="utf-8")
    (tmp_path / "build_plain.py").write_text(SCRIPT, encoding="utf-8")
    setup = "from setuptools import setup\nsetup(cffi_modules=['build_plain.py:ffibuilder'], py_modules=[])"
    (tmp_path / "setup.py").write_text(setup, encoding="utf-8")
    program = "from setuptools import build_meta; build_meta.build_sdist('out')"
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
    with tarfile.open(tmp_path / "out" / "plain-1.0.tar.gz") as archive:
        assert "plain-1.0/build_plain.py" in archive.getnames()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("build_plain.py", "cffi_modules: expected 'path.py:variable', got 'build_plain.py'"),
        ("nowhere.py:ffi", "cffi_modules: no such file: 'nowhere.py'"),
        ("build_plain.py:absent", "cffi_modules: build_plain.py: defines no 'absent'"),
        ("build_plain.py:not_ffi", "cffi_modules: build_plain.py:not_ffi is not an FFI object but a int"),
        ("build_plain.py:without_source", "cffi_modules: build_plain.py:without_source: no set_source() was called on this FFI object"),
    ],
)
def test_a_wrong_entry_of_cffi_modules_is_named(project, entry, message):
    setup = f"from setuptools import setup\nsetup(cffi_modules={entry!r}, py_modules=[])"
    assert message in project({"pyproject.toml": PROJECT.format(project=""), "setup.py": setup, "build_plain.py": SCRIPT}, code=1)


def test_extension_modules_that_are_not_ours_are_built_the_usual_way_beside_ours(project):
    setup = "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('_theirs', ['theirs.c'])], py_modules=[])"
    theirs = "#include <Python.h>\nstatic struct PyModuleDef d = {PyModuleDef_HEAD_INIT};\nPyMODINIT_FUNC PyInit__theirs(void)\n"
    files = {"setup.py": setup, "theirs.c": theirs + "{ return PyModuleDef_Init(&d); }\n"}
    wheel, *names = project({**files, "pyproject.toml": PROJECT.format(project="") + MODULE.format(name="_plain")})
    assert "_plain.abi3.so" in names
    assert any(name.startswith("_theirs.cpython") for name in names)
    assert "abi3" not in wheel


OWN_COMMAND = """
from setuptools import setup
from setuptools.command.build_ext import build_ext

class own(build_ext):
    def build_extensions(self):
        self.compiler.define_macro("OF_COMPILER", "1")
        for extension in self.extensions:
            extension.define_macros.append(("OF_EXTENSIONS", "20"))
        build_ext.build_extensions(self)
        assert "built" in vars(self)

    def build_extension(self, extension):
        extension.define_macros.append(("OF_EXTENSION", "300"))
        super().build_extension(extension)
        self.built = extension.name

setup(cmdclass={"build_ext": own}, py_modules=[])
"""


def test_a_build_ext_command_of_the_project_prepares_our_modules_too(project):
    module = MODULE.format(name="_plain").replace("x + 1", "x + OF_COMPILER + OF_EXTENSIONS + OF_EXTENSION")
    _, *names = project({"pyproject.toml": PROJECT.format(project="") + module, "setup.py": OWN_COMMAND})
    assert names == ["_plain.abi3.so"]


# ---- the out-of-line ABI mode


@pytest.mark.parametrize("name", ["_plain", "pkg._plain"])
def test_a_module_of_the_abi_mode_is_a_python_file_in_a_pure_wheel(project, name):
    text = f'{PROJECT.format(project="")}\n[[tool.cffi.modules]]\nname = "{name}"\nmode = "abi"\ncdef = "int f(int);"\n'
    wheel, *names = project({"pyproject.toml": text, "pkg/__init__.py": ""})
    assert wheel == "plain-1.0-py3-none-any.whl"
    assert set(names) == {"pkg/__init__.py", name.replace(".", "/") + ".py"}


def test_a_build_script_without_c_source_makes_a_python_file(project):
    setup = "from setuptools import setup\nsetup(cffi_modules=['build_plain.py:abi', 'build_plain.py:ffibuilder'])"
    files = {"pyproject.toml": PROJECT.format(project=""), "setup.py": setup, "build_plain.py": SCRIPT, "pkg/__init__.py": ""}
    _, *names = project(files)
    assert set(names) == {"_abi.py", "_plain.abi3.so", "pkg/__init__.py"}


@pytest.mark.parametrize("both", [False, True], ids=["alone", "beside an extension"])
def test_building_in_place_writes_python_modules_in_place(tmp_path, both):
    scripts = ["build_plain.py:abi", *(["build_plain.py:ffibuilder"] if both else [])]
    (tmp_path / "build_plain.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "setup.py").write_text(f"from setuptools import setup\nsetup(name='plain', cffi_modules={scripts})", encoding="utf-8")
    subprocess.run([sys.executable, "setup.py", "-q", "build_ext", "--inplace"], cwd=tmp_path, check=True)
    assert {path.name for path in tmp_path.glob("_*")} == {"_abi.py", *(["_plain.abi3.so"] if both else [])}


# ---- packages


@pytest.mark.parametrize(
    ("files", "packaged"),
    [
        pytest.param(["pkg/__init__.py", "csrc/a.c"], {"pkg/__init__.py"}, id="a folder of C files is no package"),
        pytest.param(["pkg/__init__.py", "pkg/data/x.py", "more/y.py"], {"pkg/__init__.py", "pkg/data/x.py"}, id="ours among several"),
        pytest.param(["src/pkg/__init__.py", "csrc/a.c"], {"pkg/__init__.py"}, id="src layout"),
    ],
)
def test_the_packages_of_a_project_are_found_beside_its_c_files(project, files, packaged):
    text = PROJECT.format(project="") + MODULE.format(name="pkg._mod")
    _, *names = project({"pyproject.toml": text, **dict.fromkeys(files, "")})
    assert set(names) == {*packaged, "pkg/_mod.abi3.so"}


def test_packages_that_a_project_lists_itself_are_left_alone(project):
    text = PROJECT.format(project="") + '[tool.setuptools]\npackages = ["other"]\n' + MODULE.format(name="pkg._mod")
    _, *names = project({"pyproject.toml": text, "pkg/__init__.py": "", "other/__init__.py": ""})
    assert set(names) == {"other/__init__.py", "pkg/_mod.abi3.so"}


def test_a_single_module_beside_c_files_is_found(project):
    text = PROJECT.format(project="") + MODULE.format(name="_mod")
    _, *names = project({"pyproject.toml": text, "plain.py": "", "csrc/a.c": ""})
    assert set(names) == {"plain.py", "_mod.abi3.so"}
