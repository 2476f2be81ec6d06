"""The layers of docs/architecture.md: which way `#include` and `import` go, and where the exceptions may stand."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# ---- C

BELOW = {
    "base": {"base"},
    "types": {"base", "types"},
    "data": {"base", "types", "data"},
    "call": {"base", "types", "data", "call"},
    "ctx": {"base", "types", "data", "ctx"},
    "cdef": {"base", "cdef"},
    "api": {"base", "types", "data", "call", "ctx", "cdef", "api"},
    "": {"base", "types", "data", "call", "ctx", "api"},
}
C_FILES = sorted(path for path in (ROOT / "c_src").rglob("*") if path.suffix in (".c", ".h", ".def"))

# pattern: the files that may contain it
CONFINED = {
    r"#\s*include\s*<ffi\.h>": r"call/.*",
    r"\bPY_VERSION_HEX\b": r"base/compat\.h",
    r"\b(_WIN32|_MSC_VER|__APPLE__|__linux__|__unix__)\b": r"base/(platform\.h|os_\w+\.c)",
    r"\bPy_GIL_DISABLED\b": r"base/ft\.h",
    r"\b(_Py[A-Z]\w*|_Py_\w+|PyThreadState_GetUnchecked)\b": r"nowhere",
}


def c_name(path):
    return path.relative_to(ROOT / "c_src").as_posix()


def code_of(path):
    """The text of a C file without comments and string literals' contents; include lines stay."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)


def layer_of(name):
    return name.rpartition("/")[0].split("/")[0]


@pytest.mark.parametrize("path", C_FILES, ids=c_name)
def test_a_c_file_includes_only_its_own_layer_and_those_below(path):
    included = [name for name in re.findall(r'#\s*include\s*"([^"]+)"', code_of(path)) if name != "cffi_abi.h"]
    upward = [name for name in included if layer_of(name) not in BELOW[layer_of(c_name(path))]]
    assert not upward


@pytest.mark.parametrize("path", C_FILES, ids=c_name)
def test_version_platform_libffi_and_private_api_stay_where_they_belong(path):
    code = code_of(path)
    astray = [pattern for pattern, home in CONFINED.items() if re.search(pattern, code) and not re.fullmatch(home, c_name(path))]
    assert not astray


# ---- Python

PY_FILES = sorted(path for package in ("cffi", "cffi_build", "cffi_runtime") for path in (ROOT / package).rglob("*.py"))

BASIS = {f"cffi_build.{name}" for name in ("model", "declarations", "primitives", "errors", "tables", "values", "comments")}
# where a module of ours is: what of ours it may import (prefixes)
ALLOWED = [
    ("cffi_build.cdef", {"cffi_build.cdef", *BASIS}),
    ("cffi_build.emit", {"cffi_build.emit", *BASIS}),
    ("cffi_build.config", {"cffi_build.config", "cffi_build.errors"}),
    ("cffi_build.compile", {"cffi_build.compile", "cffi_build.emit", "cffi_build.cdef", "cffi_build.config", *BASIS}),
    ("cffi_build.model", {"cffi_build.errors", "cffi_build.tables", "cffi_build.values"}),
    ("cffi_build.declarations", BASIS),
    ("cffi_build.primitives", BASIS),
    ("cffi_build.errors", BASIS),
    ("cffi_build.tables", BASIS),
    ("cffi_build.values", set()),
    ("cffi_build", {"cffi_build"}),
    ("cffi_runtime", {"cffi_runtime", "cffi_build", "_cffi_backend"}),
    ("cffi", {"cffi", "cffi_build", "cffi_runtime", "_cffi_backend"}),
]
OURS = ("cffi", "cffi_build", "cffi_runtime", "_cffi_backend")

# third party: the modules that may import it
HOMES = [
    ("pycparser", r"cffi_build\.cdef\..*"),
    ("setuptools", r"cffi_build\.(compile\.toolchain|hooks|setuptools_plugin)"),
    ("distutils", r"nowhere"),
    ("tomli", r"cffi_build\.config\.toml"),
]


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def never(_node):
    return False


def is_for_type_checkers(node):
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def is_not_run_at_import(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or is_for_type_checkers(node)


def imports(path, skip=never):
    """Yield the dotted names that a file imports, but for parts of it that `skip` names."""
    pending = [ast.parse(path.read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if not skip(node):
            pending.extend(ast.iter_child_nodes(node))


def within(name, prefixes):
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


@pytest.mark.parametrize("path", PY_FILES, ids=module_name)
def test_a_module_imports_only_its_own_layer_and_those_below(path):
    allowed = next(allowed for prefix, allowed in ALLOWED if within(module_name(path), [prefix]))
    assert not [name for name in imports(path) if within(name, OURS) and not within(name, allowed)]


@pytest.mark.parametrize("path", PY_FILES, ids=module_name)
def test_third_party_packages_are_imported_where_they_belong(path):
    homes = [(name, home) for name in imports(path, is_for_type_checkers) for package, home in HOMES if within(name, [package])]
    assert not [name for name, home in homes if not re.fullmatch(home, module_name(path))]


@pytest.mark.parametrize("path", [path for path in PY_FILES if module_name(path).startswith("cffi_runtime")], ids=module_name)
def test_the_runtime_imports_the_build_side_only_inside_functions(path):
    at_import = imports(path, is_not_run_at_import)
    assert not [name for name in at_import if within(name, ["cffi_build"]) and not within(name, BASIS)]


def test_importing_a_module_of_the_build_side_needs_nothing_third_party():
    program = (
        "import sys, cffi_build.hooks, cffi_build.errors, cffi_build.config.load, cffi_build.compile, cffi_build.cli\n"
        "print({name.split('.')[0] for name in sys.modules} & {'setuptools', 'pycparser', 'tomli', '_cffi_backend', 'cffi_runtime'})"
    )
    environment = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-S", "-c", program], env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    assert done.stdout.strip() == "set()"
