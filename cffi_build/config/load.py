"""Reads pyproject.toml and returns the configuration, or raises one `ConfigError` that lists every mistake in it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from cffi_build.config import check, files, schema
from cffi_build.config.check import Place, Problem, Problems
from cffi_build.config.locate import line_of, line_of_text
from cffi_build.errors import ConfigError

FILE = "pyproject.toml"
ROOT = Place(("tool", "cffi"))
COMPILED_ONLY = frozenset(schema.checks(schema.Module)) - {"name", "mode", "cdef", "cdef-files", "depends"}
"""The keys of a module that a compiler needs."""
TomlParser = Callable[[str], Dict[str, Any]]


@dataclass(frozen=True)
class Configuration:
    """What `[tool.cffi]` says: checked, with defaults filled in and globs expanded. Names of files are relative to `root`."""

    root: Path
    project: schema.Project
    modules: Tuple[schema.Module, ...]
    text: str = ""
    """The file itself, in which lines are looked up for messages."""

    def named(self, names: Sequence[str]) -> Tuple[schema.Module, ...]:
        """Return the modules called `names`; all when there are none."""
        known = {module.name: module for module in self.modules}
        for name in names:
            if name not in known:
                raise ConfigError(f"{FILE}: no module {name!r}{check.did_you_mean(name, known)}")
        return tuple(known[name] for name in names) or self.modules

    def origin(self, module: schema.Module, key: str) -> Tuple[str, int]:
        """Return the file and line where the text of `key` (``cdef`` or ``source``) begins, for compilers' messages."""
        path = (*ROOT.path, "modules", self.modules.index(module), key)
        line = line_of_text(self.text, path, getattr(module, key))
        return (FILE, line) if line else (f"{FILE}: {Place(path)}", 1)


def load(root: Path, parse_toml: Optional[TomlParser] = None) -> Optional[Configuration]:
    """Return the configuration of the project in the folder `root`, None when it has no `[tool.cffi]` table."""
    path = root / FILE
    if not path.is_file():
        return None
    text = _read(path)
    tool = _parse(text, parse_toml or toml_parser()).get("tool")
    table = tool.get("cffi") if isinstance(tool, dict) else None
    if table is None:
        return None
    problems: Problems = []
    configuration = _configuration(root, table, problems)
    if problems:
        raise ConfigError("\n".join(_worded(problem, text) for problem in problems))
    return replace(configuration, text=text)


def toml_parser() -> TomlParser:
    """Return the function that parses TOML: the standard library's from Python 3.11, else that of tomli."""
    if sys.version_info >= (3, 11):
        import tomllib as toml
    else:
        try:
            import tomli as toml
        except ImportError:
            raise ConfigError(f"{FILE}: reading it needs the package 'tomli' below Python 3.11: pip install tomli") from None
    return toml.loads


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{FILE}: not UTF-8: {error.reason} at byte {error.start}") from None


def _parse(text: str, parse_toml: TomlParser) -> Dict[str, Any]:
    try:
        return parse_toml(text)
    except ValueError as error:  # TOMLDecodeError, whichever package it comes from
        raise ConfigError(f"{FILE}: not valid TOML: {error}") from None


def _worded(problem: Problem, text: str) -> str:
    number = line_of(text, problem.place.path)
    shown = f"\n{number:5} | {text.splitlines()[number - 1].strip()}" if number else ""
    return f"{FILE}: {problem.place}: {problem.message}{shown}"


def _configuration(root: Path, table: Any, problems: Problems) -> Configuration:
    own, defaults, tables = _top_level(table, problems)
    modules = [_module(root, entry, ROOT / "modules" / index, defaults, problems) for index, entry in enumerate(tables)]
    if not tables and not problems:
        check.complain(problems, ROOT, "no module to build: add a [[tool.cffi.modules]] table with a name, a cdef and a source")
    _refuse_duplicates(modules, problems)
    return Configuration(root, schema.Project(**_as_fields(own)), tuple(modules))


def _top_level(table: Any, problems: Problems) -> Tuple[Dict[str, Any], Dict[str, Any], List[Any]]:
    """Split `[tool.cffi]` into the project's own keys, the defaults of all modules, and the tables of the modules."""
    project, module = schema.checks(schema.Project), schema.checks(schema.Module)
    del module["name"]
    known = {**project, **module, "modules": check.list_of(_any)}
    planned = schema.PLANNED[schema.Project] + schema.PLANNED[schema.Module]
    values = check.table(ROOT, table, known, problems, planned)
    tables = list(values.pop("modules", ()))
    own = {key: value for key, value in values.items() if key in project}
    return own, {key: value for key, value in values.items() if key in module}, tables


def _any(_place: Place, value: Any, _problems: Problems) -> Any:
    return value


def _module(root: Path, table: Any, place: Place, defaults: Mapping[str, Any], problems: Problems) -> schema.Module:
    before = len(problems)
    values = check.table(place, table, schema.checks(schema.Module), problems, schema.PLANNED[schema.Module])
    module = schema.Module(**_as_fields({**defaults, **values}))
    if isinstance(table, dict):
        _require_inputs(module, table, place, problems)
    return _with_files(module, root, place, problems) if len(problems) == before else module


def _as_fields(values: Mapping[str, Any]) -> Dict[str, Any]:
    return {key.replace("-", "_"): value for key, value in values.items()}


def _require_inputs(module: schema.Module, table: Mapping[str, Any], place: Place, problems: Problems) -> None:
    """Report what a module lacks; keys that are there but wrong were reported already."""
    if not module.name and "name" not in table:
        check.complain(problems, place, "the key 'name' is missing: the dotted import name of the module")
    if not (module.cdef or module.cdef_files or table.keys() & {"cdef", "cdef-files"}):
        check.complain(problems, place, "the declarations are missing: give 'cdef' (text) or 'cdef-files'")
    if module.source and module.source_file:
        check.complain(problems, place, "give 'source' or 'source-file', not both")
    if module.mode == "abi":
        for key in sorted(table.keys() & COMPILED_ONLY):
            check.complain(problems, place / key, "means nothing with mode = \"abi\", where nothing is compiled")
    elif not (module.source or module.source_file or table.keys() & {"source", "source-file"}):
        check.complain(problems, place, "the C prelude is missing: give 'source' (text, may be \"\") or 'source-file'")


def _with_files(module: schema.Module, root: Path, place: Place, problems: Problems) -> schema.Module:
    """Return `module` with its globs expanded; report files and folders that are not there."""

    def expand(key: str, *, outside: bool = False) -> Tuple[str, ...]:
        return files.expand(getattr(module, key.replace("-", "_")), root, place / key, problems, outside=outside)

    files.folders(module.include_dirs, root, place / "include-dirs", problems)
    if module.source_file:
        files.one(module.source_file, root, place / "source-file", problems)
    return replace(
        module,
        cdef_files=expand("cdef-files"),
        sources=expand("sources"),
        extra_objects=expand("extra-objects", outside=True),
        depends=expand("depends"),
    )


def _refuse_duplicates(modules: List[schema.Module], problems: Problems) -> None:
    names = [module.name for module in modules]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            first = ROOT / "modules" / names.index(name)
            check.complain(problems, ROOT / "modules" / index / "name", f"there is already a module {name!r}: {first}")
