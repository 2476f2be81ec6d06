"""One `[[tool.cffi.modules]]` table becomes a `schema.Module`: values merged, what is missing or contradictory reported, globs expanded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import AbstractSet, Any, Dict, Mapping, Sequence, Tuple

from cffi_build.config import check, files, schema
from cffi_build.config.check import Place, Problems
from cffi_build.config.merge import as_fields, layered, with_conditions
from cffi_build.config.settings import Settings

EVERY_MODE = frozenset(
    ("name", "mode", "cdef", "cdef-files", "headers", "declarations", "build-script", "include", "depends", "int-enums",
     "int-flags", "stubs", "when")
)
COMPILED_ONLY = frozenset(schema.checks(schema.Module)) - EVERY_MODE
"""The keys of a module that a compiler needs."""
FOR_HEADERS = frozenset(("include-dirs", "define-macros", "undef-macros", "extra-compile-args", "pkg-config"))
"""What a compiler needs that reads headers only."""
IN_SCRIPT = ("cdef", "cdef-files", "headers", "declarations", "source", "source-file", "include", "hold-gil", "free-threading",
             "int-enums", "int-flags")
"""What a build script says with an FFI object, and pyproject.toml otherwise."""


def module(
    root: Path, table: Any, place: Place, defaults: Mapping[str, Any], overriding: Settings, problems: Problems
) -> schema.Module:
    """Return the module that `table` describes. `defaults`: of `[tool.cffi]`; `overriding`: the settings of this build."""
    before = len(problems)
    own = with_conditions(check.table(place, table, schema.checks(schema.Module), problems, schema.PLANNED[schema.Module]), problems)
    set_here = overriding.of(own.get("name", ""))
    values = layered(defaults, own, set_here)
    if "when" in set_here:
        values = with_conditions(values, problems)
    made = schema.Module(**as_fields(values))
    if isinstance(table, dict):
        _require_inputs(made, table.keys() | own.keys() | set_here.keys(), place, problems)
    return _with_files(made, root, place, problems) if len(problems) == before else made


def _require_inputs(module: schema.Module, given: AbstractSet[str], place: Place, problems: Problems) -> None:
    """Report what a module lacks; `given` are the keys of its own, of which the wrong ones were reported already."""
    if not module.name and "name" not in given:
        check.complain(problems, place, "the key 'name' is missing: the dotted import name of the module")
    if module.mode == "abi":
        for key in sorted(given & COMPILED_ONLY - (FOR_HEADERS if module.headers else frozenset())):
            check.complain(problems, place / key, "means nothing with mode = \"abi\", where nothing is compiled")
    if module.build_script or "build-script" in given:
        for key in sorted(given & frozenset(IN_SCRIPT) - (COMPILED_ONLY if module.mode == "abi" else frozenset())):
            check.complain(problems, place / key, "means nothing beside 'build-script', whose FFI object says it")
    else:
        _require_code(module, given, place, problems)


def _require_code(module: schema.Module, given: AbstractSet[str], place: Place, problems: Problems) -> None:
    if not (module.cdef or module.cdef_files or module.headers or given & {"cdef", "cdef-files", "headers"}):
        check.complain(problems, place, "the declarations are missing: give 'cdef' (text), 'cdef-files' or 'headers'")
    if module.declarations and not module.headers:
        check.complain(problems, place / "declarations", "means nothing without 'headers', from which it selects")
    if module.source and module.source_file:
        check.complain(problems, place, "give 'source' or 'source-file', not both")
    if module.mode == "api" and not (module.source or module.source_file or module.headers or given & {"source", "source-file"}):
        check.complain(problems, place, "the C prelude is missing: give 'source' (text, may be \"\") or 'source-file'")


def _with_files(module: schema.Module, root: Path, place: Place, problems: Problems) -> schema.Module:
    """Return `module` with its globs expanded; report files and folders that are not there."""

    def expand(key: str, *, outside: bool = False) -> Tuple[str, ...]:
        return files.expand(getattr(module, key.replace("-", "_")), root, place / key, problems, outside=outside)

    files.folders(module.include_dirs, root, place / "include-dirs", problems)
    if module.source_file:
        files.one(module.source_file, root, place / "source-file", problems)
    if module.build_script:
        files.one(module.build_script.rpartition(":")[0], root, place / "build-script", problems)
    return replace(
        module,
        cdef_files=expand("cdef-files"),
        sources=expand("sources"),
        extra_objects=expand("extra-objects", outside=True),
        depends=expand("depends"),
    )


# ---- modules among one another


def compare(modules: Sequence[schema.Module], place: Place, problems: Problems) -> None:
    """Report modules of the same name, and those whose ``include`` leads in a circle or to a module of the other mode."""
    names = [module.name for module in modules]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            first = place / names.index(name)
            check.complain(problems, place / index / "name", f"there is already a module {name!r}: {first}")
    known = {module.name: module for module in modules}
    for index, module in enumerate(modules):
        _check_include(module, known, place / index / "include", problems)


def _check_include(module: schema.Module, known: Dict[str, schema.Module], place: Place, problems: Problems) -> None:
    circle = _circle((module.name,), known)
    if circle:
        check.complain(problems, place, f"modules cannot include one another: {' → '.join(circle)}")
    for index, name in enumerate(module.include):
        included = known.get(name)
        if included and included.mode != module.mode:
            message = f'{name!r} has mode = "{included.mode}", this one "{module.mode}": only modules of the same mode can be included'
            check.complain(problems, place / index, message)


def _circle(path: Tuple[str, ...], known: Dict[str, schema.Module]) -> Tuple[str, ...]:
    """Return the way from the first of `path` back to itself, following ``include``; () when there is none."""
    for name in known[path[-1]].include if path[-1] in known else ():
        if name == path[0]:
            return (*path, name)
        if name not in path:
            found = _circle((*path, name), known)
            if found:
                return found
    return ()
