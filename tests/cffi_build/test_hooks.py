"""The hooks of PEP 517 and 660, each called in a process of its own as frontends do."""

import ast
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import cffi_build
from cffi_build.hooks import REQUIREMENTS

CFFI = 'cffi>=1.17;implementation_name!="pypy"'
ROOT = Path(__file__).resolve().parent.parent.parent
SQUARED = ROOT / "integration" / "packages" / "squared"
PROGRAM = "import json, sys, cffi_build; print(json.dumps(getattr(cffi_build, sys.argv[1])(*json.loads(sys.argv[2]))))"

SMALL = """
[build-system]
requires = ["cffi"]
build-backend = "cffi_build"
[project]
name = "small"
version = "1.0"
{project}
[tool.cffi]
{top}
[[tool.cffi.modules]]
name = "_small"
cdef = "int f(int);"
source = "static int f(int x) {{ return x + 1; }}"
{keys}
"""


def call(hook, project, *arguments, code=0, **environment):
    """Call a hook in `project`; return its result, or what it wrote when `code` says that it must fail."""
    command = [sys.executable, "-c", PROGRAM, hook, json.dumps(arguments, default=str)]
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **environment}
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, encoding="utf-8")
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr if code else json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def squared(tmp_path):
    project = tmp_path / "squared"
    shutil.copytree(SQUARED, project)
    return project


@pytest.fixture
def small(tmp_path, write_files):
    def make(project="", top="", keys=""):
        return write_files(tmp_path / "small", {"pyproject.toml": SMALL.format(project=project, top=top, keys=keys)})

    return make


def listing(folder):
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*")}


def metadata(text):
    """The lines of a METADATA file that are not part of the description."""
    return text.partition("\n\n")[0].splitlines()


def requirements(project, tmp_path):
    folder = call("prepare_metadata_for_build_wheel", project, tmp_path)
    lines = metadata((tmp_path / folder / "METADATA").read_text(encoding="utf-8"))
    return [line.partition(": ")[2].replace(" ", "") for line in lines if line.startswith("Requires-Dist")]


# ---- what is needed


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable"])
def test_requirement_hooks_name_setuptools_and_need_neither_it_nor_a_compiler(kind, tmp_path):
    command = [sys.executable, "-S", "-c", PROGRAM, f"get_requires_for_build_{kind}", "[]"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    assert json.loads(done.stdout) == list(REQUIREMENTS)
    assert json.loads(done.stdout)[0].startswith("setuptools>=")


def test_the_requirements_are_those_of_our_extra_named_build():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("build = [")]
    assert ast.literal_eval(line.partition(" = ")[2]) == list(REQUIREMENTS)


def test_every_hook_of_pep_517_and_660_is_there_and_at_most_ten_lines_long():
    hooks = {f"get_requires_for_build_{kind}" for kind in ("wheel", "sdist", "editable")}
    hooks |= {f"prepare_metadata_for_build_{kind}" for kind in ("wheel", "editable")} | {"build_wheel", "build_sdist", "build_editable"}
    assert set(cffi_build.__all__) == hooks
    tree = ast.parse((ROOT / "cffi_build" / "hooks.py").read_text(encoding="utf-8"))
    lengths = {node.name: node.end_lineno - node.lineno + 1 for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert hooks <= set(lengths)
    assert max(lengths[hook] for hook in hooks) <= 10


@pytest.mark.parametrize("found", [None, "65.5.0"])
def test_a_setuptools_that_is_missing_or_too_old_is_told(tmp_path, found):
    if found:
        (tmp_path / "setuptools-65.5.0.dist-info").mkdir()
        (tmp_path / "setuptools-65.5.0.dist-info" / "METADATA").write_text(f"Name: setuptools\nVersion: {found}\n", encoding="utf-8")
    command = [sys.executable, "-S", "-c", PROGRAM, "build_wheel", '["out"]']
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": path}, stderr=subprocess.PIPE, encoding="utf-8")
    assert done.returncode == 1
    assert done.stderr.startswith(f"cffi_build needs setuptools>=70.1, here is {found or 'none'}: pip install 'setuptools>=70.1' wheel")


# ---- metadata


def test_metadata_needs_no_path_and_equals_the_wheel_s(squared, tmp_path):
    folder = call("prepare_metadata_for_build_wheel", squared, tmp_path, PATH="")
    wheel = call("build_wheel", squared, tmp_path, {}, tmp_path / folder)
    prepared = (tmp_path / folder / "METADATA").read_text(encoding="utf-8")
    other = call("build_wheel", squared, tmp_path / "without")
    for path in (tmp_path / wheel, tmp_path / "without" / other):
        assert zipfile.ZipFile(path).read(f"{folder}/METADATA").decode() == prepared


def test_metadata_of_an_editable_install_is_the_wheel_s(squared, tmp_path):
    folders = [
        call(f"prepare_metadata_for_build_{kind}", squared, tmp_path / kind) and next((tmp_path / kind).glob("*.dist-info"))
        for kind in ("wheel", "editable")
        if not (tmp_path / kind).mkdir()
    ]
    texts = [(folder / "METADATA").read_text(encoding="utf-8") for folder in folders]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("project", "top", "expected"),
    [
        ("", "", [CFFI]),
        ('dependencies = ["cffi-other"]', "", ["cffi-other", CFFI]),
        ('dependencies = ["CFFI >= 2"]', "", ["CFFI>=2"]),
        ("", "runtime-requirement = false", []),
        ("", 'runtime-requirement = "cffi>=3"', ["cffi>=3"]),
    ],
)
def test_the_wheel_requires_cffi_unless_the_project_says_otherwise(small, tmp_path, project, top, expected):
    assert requirements(small(project=project, top=top), tmp_path) == expected


# ---- wheels


def test_a_wheel_has_the_extension_and_a_stable_abi_tag_and_nothing_is_written_to_the_source_tree(squared, tmp_path):
    before = listing(squared)
    wheel = call("build_wheel", squared, tmp_path / "out")
    assert listing(squared) == before
    assert wheel.startswith("squared-1.0-cp39-abi3-")
    names = zipfile.ZipFile(tmp_path / "out" / wheel).namelist()
    files = ["__init__.py", "__main__.py", "_squared.abi3.so", "_squared.pyi", "py.typed"]
    assert [name for name in names if "dist-info" not in name] == [f"squared/{name}" for name in files]


def test_without_the_limited_api_the_tag_is_exact(small, tmp_path):
    wheel = call("build_wheel", small(keys="limited-api = false"), tmp_path)
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    assert wheel.startswith(f"small-1.0-{tag}-{tag}")


def test_the_highest_floor_of_all_modules_is_the_wheel_s(small, tmp_path):
    version = f"3.{sys.version_info[1]}"
    more = f'limited-api = "{version}"\n[[tool.cffi.modules]]\nname = "_other"\ncdef = ""\nsource = ""'
    wheel = call("build_wheel", small(keys=more), tmp_path)
    assert wheel.startswith(f"small-1.0-cp3{sys.version_info[1]}-abi3-")


# ---- source distributions


def test_an_sdist_is_complete_and_its_wheel_has_the_same_files(squared, tmp_path):
    sdist = call("build_sdist", squared, tmp_path)
    with tarfile.open(tmp_path / sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    subprocess.run(["tar", "-xf", sdist], cwd=tmp_path, check=True)
    assert {"src/squared.cdef.h", "csrc/square.c", "csrc/square.h", "pyproject.toml", "src/squared/__init__.py"} <= names
    wheels = [call("build_wheel", project, tmp_path / str(n)) for n, project in enumerate((squared, tmp_path / "squared-1.0"))]
    contents = [
        {entry.filename: entry.CRC for entry in zipfile.ZipFile(tmp_path / str(n) / wheel).infolist() if not entry.filename.endswith(".so")}
        for n, wheel in enumerate(wheels)
    ]
    record = "squared-1.0.dist-info/RECORD"  # has the extension's checksum
    assert contents[0].pop(record)
    assert contents[1].pop(record)
    assert contents[0] == contents[1]


# ---- editable installs


def test_an_editable_install_compiles_in_place_and_points_to_the_source_tree(squared, tmp_path):
    wheel = call("build_editable", squared, tmp_path)
    assert (squared / "src" / "squared" / "_squared.abi3.so").is_file()
    (pth,) = [name for name in zipfile.ZipFile(tmp_path / wheel).namelist() if name.endswith(".pth")]
    assert zipfile.ZipFile(tmp_path / wheel).read(pth).decode().strip() == str(squared / "src")


ABI = '[[tool.cffi.modules]]\nname = "pkg._abi"\nmode = "abi"\ncdef-files = ["abi.cdef.h"]\n'


@pytest.fixture
def abi(tmp_path, write_files):
    start = SMALL.partition("[tool.cffi]")[0].format(project="", top="", keys="")
    files = {"pkg/__init__.py": "", "abi.cdef.h": "int puts(const char *);", "pyproject.toml": start + ABI}
    return write_files(tmp_path / "abi", files)


def test_a_module_of_the_abi_mode_is_written_in_place_by_an_editable_install_and_into_the_wheel_otherwise(abi, tmp_path):
    before = listing(abi)
    wheel = call("build_wheel", abi, tmp_path)
    assert listing(abi) == before
    assert wheel == "small-1.0-py3-none-any.whl"
    assert "pkg/_abi.py" in zipfile.ZipFile(tmp_path / wheel).namelist()
    call("build_editable", abi, tmp_path)
    assert (abi / "pkg" / "_abi.py").read_bytes() == zipfile.ZipFile(tmp_path / wheel).read("pkg/_abi.py")


def test_the_sdist_of_an_abi_mode_project_has_the_declarations(abi, tmp_path):
    sdist = call("build_sdist", abi, tmp_path)
    with tarfile.open(tmp_path / sdist) as archive:
        assert "small-1.0/abi.cdef.h" in archive.getnames()


# ---- mistakes


@pytest.mark.parametrize("hook", ["prepare_metadata_for_build_wheel", "build_wheel", "build_sdist", "build_editable"])
def test_a_wrong_configuration_ends_every_hook_with_a_message_and_nothing_made(small, tmp_path, hook):
    output = tmp_path / "out"
    output.mkdir()
    message = call(hook, small(keys='librarys = ["m"]'), output, code=1)
    assert "pyproject.toml: tool.cffi.modules[0].librarys: unknown key (did you mean 'libraries'?)" in message
    assert "Traceback" not in message
    assert [path for path in output.rglob("*") if path.is_file() and path.suffix in (".whl", ".gz")] == []


def test_a_project_with_nothing_to_build_is_told_so(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n', encoding="utf-8")
    assert "no [[tool.cffi.modules]] table" in call("build_wheel", tmp_path, tmp_path / "out", code=1)


def test_an_unknown_config_setting_is_refused_with_the_nearest_one(small, tmp_path):
    command = "import cffi_build; cffi_build.build_wheel('out', {'editable-mod': 'strict', 'jobs': 'many'})"
    done = subprocess.run([sys.executable, "-c", command], cwd=small(), stderr=subprocess.PIPE, encoding="utf-8")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "-C editable-mod: unknown setting (did you mean 'editable-mode'?)",
        "-C jobs: expected an integer, got a string: 'many'",
    ]


def test_a_cplusplus_file_among_the_sources_is_linked_as_such(small, tmp_path):
    folder = small(keys='sources = ["more.cpp"]\n[[tool.cffi.modules]]\nname = "_none"\ncdef = ""\nsource = ""')
    text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(text.replace("static int f(int x) { return x + 1; }", "int f(int);"), encoding="utf-8")
    code = '#include <string>\nextern "C" int f(int x) { return (int)std::to_string(x).size(); }\n'
    (folder / "more.cpp").write_text(code, encoding="utf-8")
    call("build_editable", folder, tmp_path)
    (module,) = folder.glob("_small.*so")
    needed = subprocess.run(["ldd", str(module)], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    assert "libstdc++" in needed


def test_a_cffi_that_hides_our_entry_points_does_not_hide_the_modules(squared, tmp_path):
    """PyPy comes with such a one: the metadata of the first cffi on the path are the only ones that count."""
    other = tmp_path / "other" / "cffi-1.15.1.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: cffi\nVersion: 1.15.1\n")
    path = os.pathsep.join([str(other.parent), str(ROOT), os.environ.get("PYTHONPATH", "")])
    wheel = call("build_wheel", squared, tmp_path, PYTHONPATH=path)
    assert "squared/_squared.abi3.so" in zipfile.ZipFile(tmp_path / wheel).namelist()


def test_a_module_includes_one_of_another_distribution(small, tmp_path):
    base = "from cffi import FFI; f = FFI(); f.cdef('typedef short number;'); f.set_source('installed_base', "
    base += "'typedef short number;'); f.compile()"
    path = os.pathsep.join([str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")])
    env = {**os.environ, "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", base], cwd=tmp_path, env=env, check=True, capture_output=True)
    wheel = call("build_wheel", small(keys='include = ["installed_base"]'), tmp_path, PYTHONPATH=path)
    zipfile.ZipFile(tmp_path / wheel).extractall(tmp_path)
    use = "import _small; print(_small.ffi.sizeof('number'), _small.lib.f(1))"
    assert subprocess.check_output([sys.executable, "-c", use], cwd=tmp_path, env=env, text=True).split() == ["2", "2"]


def test_an_included_module_that_is_nowhere_is_named_with_the_key(small, tmp_path):
    said = call("build_wheel", small(keys='include = ["no_such_base"]'), tmp_path, code=1)
    assert "include: 'no_such_base' is no module of this project, and none installed (build-system.requires)" in said
