"""The keys of `[tool.cffi]` and `[[tool.cffi.modules]]`, each with its validator, default and one line of documentation.

To add a key: one field here. The field ``include_dirs`` is the key ``include-dirs``.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Dict, NamedTuple, Optional, Tuple, Type, Union

from cffi_build.config import check
from cffi_build.config.check import INVALID, Check, Place, Problems

Macro = Tuple[str, Optional[str]]
Strings = Tuple[str, ...]

_IDENTIFIER = r"[^\W\d]\w*"
_dotted_name = check.matching(rf"{_IDENTIFIER}(\.{_IDENTIFIER})*", "the dotted name of a module such as 'package._module'")
_python_version = check.matching(r"3\.(9|[1-9]\d)", "a Python version such as '3.9'")
_script = check.matching(rf".+\.py:{_IDENTIFIER}", "a script and a variable in it such as 'build_module.py:ffibuilder'")
_some_text = check.matching(r".*\S.*", "a text that is not empty")


class Condition(NamedTuple):
    """One table of `when`: the marker, where it stands, and the keys to apply where the marker is true."""

    marker: str
    place: Place
    values: Tuple[Tuple[str, Any], ...]


def _key(validator: Check, doc: str, default: Any = ()) -> Any:
    return field(default=default, metadata={"check": validator, "doc": doc})


def _condition(place: Place, value: Any, problems: Problems) -> Any:
    """Check a table of `when`; its keys are those of `Module`."""
    inside = {key: one for key, one in checks(Module).items() if key not in ("name", "when")}
    values = check.table(place, value, {"if": check.string, **inside}, problems, PLANNED[Module])
    if isinstance(value, dict) and "if" not in value:
        return check.complain(problems, place, "the key 'if' is missing: a marker such as \"sys_platform == 'win32'\"")
    marker = values.pop("if", "")
    return Condition(marker, place / "if", tuple(values.items()))


@dataclass(frozen=True)
class Module:
    """One module to build. Every key but `name` may also stand in `[tool.cffi]`, as the default of all modules."""

    name: str = _key(_dotted_name, "Dotted import name of the module to build; required.", "")
    mode: str = _key(check.one_of("api", "abi"), "'api': a compiled C extension. 'abi': a .py file, no compiler.", "api")
    cdef: str = _key(check.string, "The declarations. They come after those of `cdef-files`.", "")
    cdef_files: Strings = _key(check.strings, "Files with declarations (globs).")
    headers: Strings = _key(check.strings, "Headers, as in #include, to take declarations from; they come before those of `cdef-files`.")
    declarations: Strings = _key(check.strings, "Which names to take from `headers` (globs such as 'foo_*'); default: all.")
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
    build_script: str = _key(_script, "'path.py:variable': a script whose FFI object has set_source(); instead of cdef and source.", "")
    pkg_config: Strings = _key(check.strings, "Packages whose options pkg-config is asked for: 'zlib >= 1.2'.")
    include: Strings = _key(check.list_of(_dotted_name), "Modules, here or installed, whose declarations this one uses, as ffi.include().")
    free_threading: bool = _key(check.boolean, "Whether the C code may run without the GIL in a free-threaded Python.", True)
    hold_gil: Strings = _key(check.strings, "Functions that are called without releasing the GIL, because they are short (globs).")
    int_enums: Strings = _key(check.strings, "Enums whose values are read as members of an enum.IntEnum (names or globs).")
    int_flags: Strings = _key(check.strings, "Enums whose values are read as members of an enum.IntFlag (names or globs).")
    stubs: bool = _key(check.boolean, "Write 'module.pyi' for type checkers, and 'py.typed' where the package has none.", True)
    when: Tuple[Condition, ...] = _key(
        check.list_of(Check(_condition, {"$ref": "#/$defs/condition"})),
        "Tables of keys for some platforms: { if = \"marker\", … }. Lists are appended, the rest replaced.",
    )


@dataclass(frozen=True)
class Vendored:
    """A library whose source code lies inside the project; an entry of the generated software bill of materials."""

    name: str = _key(_some_text, "Name of the library.", MISSING)
    version: str = _key(_some_text, "Its version.", MISSING)
    files: Strings = _key(check.strings, "Its files in this project (globs).", MISSING)
    license: str = _key(check.string, "SPDX expression of its license.", "")
    purl: str = _key(check.matching(r"pkg:.+", "a package URL such as 'pkg:generic/zlib@1.3.1'"), "Its package URL.", "")
    supplier: str = _key(check.string, "Who publishes it.", "")


def _vendored(place: Place, value: Any, problems: Problems) -> Any:
    before = len(problems)
    values = check.table(place, value, checks(Vendored), problems)
    for key in required(Vendored):
        if isinstance(value, dict) and key not in value:
            check.complain(problems, place, f"the key {key!r} is missing")
    return Vendored(**values) if len(problems) == before else INVALID


@dataclass(frozen=True)
class Project:
    """The keys that concern the project as a whole; they stand in `[tool.cffi]` only."""

    jobs: int = _key(check.at_least(1), "How many compilers run at once; default: as many as this process may use CPUs.", 0)
    runtime_requirement: Union[str, bool] = _key(
        check.either("a requirement such as 'cffi>=1.17', or false for none", check.one_of(False), check.matching(r"cffi\b.*", "cffi")),
        "The requirement that wheels get; default: computed from what the modules need.",
        "auto",
    )
    compiler_launcher: str = _key(
        check.one_of("ccache", "sccache", "distcc"), "Program that every compiler is run through: 'ccache', 'sccache' or 'distcc'.", ""
    )
    cache: Union[bool, str] = _key(
        check.either("true, false, or a folder", check.boolean, _some_text),
        "Objects that were compiled before are taken from here: true for the user's cache folder, false for none, or a folder.",
        True,
    )
    sbom_files: Strings = _key(check.strings, "Software bills of materials that go into the wheel's '.dist-info/sboms' (globs).")
    vendored: Tuple[Vendored, ...] = _key(
        check.list_of(Check(_vendored, {"$ref": "#/$defs/vendored"})),
        "Libraries whose source is part of this project; a software bill of materials is made of them.",
    )
    schema: int = _key(check.one_of(1), "Version of this format.", 1)


PLANNED: Dict[Type[Any], Strings] = {Module: (), Project: ()}
"""Keys of the format that later versions bring; using one is an error that says so."""


def key_of(entry: Field[Any]) -> str:
    """Return the TOML spelling of a field."""
    return entry.name.replace("_", "-")


def checks(settings: Type[Any]) -> Dict[str, Check]:
    """Return the validator of each key of `Module` or `Project`."""
    return {key_of(entry): entry.metadata["check"] for entry in fields(settings)}


def required(settings: Type[Any]) -> Strings:
    """Return the keys that have no default."""
    return tuple(key_of(entry) for entry in fields(settings) if entry.default is MISSING)
