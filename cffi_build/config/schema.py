"""The keys of `[tool.cffi]` and `[[tool.cffi.modules]]`, each with its validator, default and one line of documentation.

To add a key: one field here. The field ``include_dirs`` is the key ``include-dirs``.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import Any, Dict, Optional, Tuple, Type, Union

from cffi_build.config import check
from cffi_build.config.check import Check

Macro = Tuple[str, Optional[str]]
Strings = Tuple[str, ...]

_IDENTIFIER = r"[^\W\d]\w*"
_dotted_name = check.matching(rf"{_IDENTIFIER}(\.{_IDENTIFIER})*", "the dotted name of a module such as 'package._module'")
_python_version = check.matching(r"3\.(9|[1-9]\d)", "a Python version such as '3.9'")


def _key(validator: Check, doc: str, default: Any = ()) -> Any:
    return field(default=default, metadata={"check": validator, "doc": doc})


@dataclass(frozen=True)
class Module:
    """One module to build. Every key but `name` may also stand in `[tool.cffi]`, as the default of all modules."""

    name: str = _key(_dotted_name, "Dotted import name of the module to build; required.", "")
    mode: str = _key(check.one_of("api", "abi"), "'api': a compiled C extension. 'abi': a .py file, no compiler.", "api")
    cdef: str = _key(check.string, "The declarations. They come after those of `cdef-files`.", "")
    cdef_files: Strings = _key(check.strings, "Files with declarations (globs).")
    source: str = _key(check.string, "C code pasted into the generated module: the #include lines.", "")
    source_file: str = _key(check.string, "A file with that C code.", "")
    sources: Strings = _key(check.strings, "C or C++ files compiled into the module (globs).")
    include_dirs: Strings = _key(check.strings, "Folders with header files.")
    define_macros: Tuple[Macro, ...] = _key(check.macros, "Macros to define: a table; the value true defines one without a value.")
    undef_macros: Strings = _key(check.strings, "Macros to undefine.")
    libraries: Strings = _key(check.strings, "Libraries to link with: 'z' for libz.")
    library_dirs: Strings = _key(check.strings, "Folders searched for libraries when linking.")
    runtime_library_dirs: Strings = _key(check.strings, "Folders searched for shared libraries when the module is loaded.")
    extra_compile_args: Strings = _key(check.strings, "Further arguments for the compiler.")
    extra_link_args: Strings = _key(check.strings, "Further arguments for the linker.")
    extra_objects: Strings = _key(check.strings, "Object files or static libraries to link (globs).")
    depends: Strings = _key(check.strings, "Other files that the module is made from (globs); they go into the sdist.")
    language: str = _key(check.one_of("c", "c++"), "Language of the generated module: 'c' or 'c++'.", "c")
    limited_api: Union[str, bool] = _key(
        check.either('"auto", false, or a Python version such as "3.9"', check.one_of("auto", False), _python_version),
        "'auto': one abi3 wheel where the interpreter allows it; false: for this Python only; '3.9': the lowest Python to support.",
        "auto",
    )


@dataclass(frozen=True)
class Project:
    """The keys that concern the project as a whole; they stand in `[tool.cffi]` only."""

    jobs: int = _key(check.at_least(1), "How many compilers run at once; default: as many as this process may use CPUs.", 0)
    runtime_requirement: Union[str, bool] = _key(
        check.either("a requirement such as 'cffi>=1.17', or false for none", check.one_of(False), check.matching(r"cffi\b.*", "cffi")),
        "The requirement that wheels get; default: computed from what the modules need.",
        "auto",
    )
    schema: int = _key(check.one_of(1), "Version of this format.", 1)


PLANNED = {
    Module: ("headers", "declarations", "build-script", "pkg-config", "include", "free-threading", "hold-gil", "stubs", "when"),
    Project: ("compiler-launcher", "cache"),
}
"""Keys of the format that later versions bring; using one is an error that says so."""


def key_of(entry: Field[Any]) -> str:
    """Return the TOML spelling of a field."""
    return entry.name.replace("_", "-")


def checks(settings: Type[Any]) -> Dict[str, Check]:
    """Return the validator of each key of `Module` or `Project`."""
    return {key_of(entry): entry.metadata["check"] for entry in fields(settings)}
