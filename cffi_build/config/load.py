"""Reads pyproject.toml and returns the configuration, or raises one `ConfigError` that lists every mistake in it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from cffi_build.config import check, files, modules, schema, settings, toml
from cffi_build.config.check import Place, Problem, Problems
from cffi_build.config.locate import line_of, line_of_text
from cffi_build.config.merge import as_fields, layered, with_conditions
from cffi_build.config.settings import Settings
from cffi_build.errors import ConfigError

FILE = "pyproject.toml"
ROOT = Place(("tool", "cffi"))


@dataclass(frozen=True)
class Configuration:
    """What `[tool.cffi]` says: checked, with defaults filled in and globs expanded. Names of files are relative to `root`."""

    root: Path
    project: schema.Project
    modules: Tuple[schema.Module, ...]
    text: str = field(default="", repr=False)
    """The file itself, in which lines are looked up for messages."""

    def named(self, names: Sequence[str]) -> Tuple[schema.Module, ...]:
        """Return the modules called `names`; all when there are none."""
        known = {module.name: module for module in self.modules}
        for name in names:
            if name not in known:
                raise ConfigError(f"{FILE}: no module {name!r}{check.did_you_mean(name, known)}")
        return tuple(known[name] for name in names) or self.modules

    def shown(self, module: schema.Module) -> str:
        """Return where the table of `module` stands, for messages."""
        return f"{FILE}: {ROOT / 'modules' / self.modules.index(module)}"

    def origin(self, module: schema.Module, key: str) -> Tuple[str, int]:
        """Return the file and line where the text of `key` (``cdef`` or ``source``) begins, for compilers' messages."""
        path = (*ROOT.path, "modules", self.modules.index(module), key)
        line = line_of_text(self.text, path, getattr(module, key))
        return (FILE, line) if line else (f"{FILE}: {Place(path)}", 1)


def load(
    root: Path,
    given: Optional[Mapping[str, Any]] = None,
    environment: Mapping[str, str] = os.environ,
) -> Optional[Configuration]:
    """Return the configuration of the project in the folder `root`, None when it has no `[tool.cffi]` table.

    `given`: the config settings of a frontend. Raises `ConfigError` with every mistake in the file, the settings and `environment`.
    """
    path = root / FILE
    problems: Problems = []
    text = _read(path) if path.is_file() else ""
    tool = _parse(text).get("tool")
    table = tool.get("cffi") if isinstance(tool, dict) else None
    configuration = None
    overriding = settings.read(given or {}, environment if table is not None else {}, problems)
    if table is not None:
        configuration = replace(_configuration(root, table, overriding, problems), text=text)
    if problems:
        raise ConfigError("\n".join(_worded(problem, text) for problem in problems))
    return configuration


def require_toml(root: Path) -> None:
    """Raise `ConfigError` unless the pyproject.toml in the folder `root`, if there is one, can be read."""
    path = root / FILE
    if path.exists():
        _parse(_read(path))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{FILE}: not UTF-8: {error.reason} at byte {error.start}") from None


def _parse(text: str) -> Dict[str, Any]:
    try:
        return toml.parse(text)
    except ValueError as error:  # TOMLDecodeError, whichever package it comes from
        raise ConfigError(f"{FILE}: not valid TOML: {error}") from None


def _worded(problem: Problem, text: str) -> str:
    where = problem.place.path
    if where[0] != ROOT.path[0]:  # a setting, which is in no file
        return f"{where[0]}{Place(where[1:])}: {problem.message}"
    number = line_of(text, problem.place.path)
    shown = f"\n{number:5} | {text.splitlines()[number - 1].strip()}" if number else ""
    return f"{FILE}: {problem.place}: {problem.message}{shown}"


def _configuration(root: Path, table: Any, overriding: Settings, problems: Problems) -> Configuration:
    own, defaults, tables = _top_level(table, problems)
    project = schema.Project(**as_fields(layered(own, overriding.project)))
    defaults = with_conditions(defaults, problems)
    found = [
        modules.module(root, entry, ROOT / "modules" / index, defaults, overriding, problems) for index, entry in enumerate(tables)
    ]
    if not tables and not problems:
        check.complain(problems, ROOT, "no module to build: add a [[tool.cffi.modules]] table with a name, a cdef and a source")
    modules.compare(found, ROOT / "modules", problems)
    _refuse_strangers(overriding, [module.name for module in found], problems)
    return Configuration(root, _with_files(project, root, problems), tuple(found))


def _top_level(table: Any, problems: Problems) -> Tuple[Dict[str, Any], Dict[str, Any], List[Any]]:
    """Split `[tool.cffi]` into the project's own keys, the defaults of all modules, and the tables of the modules."""
    project, module = schema.checks(schema.Project), schema.checks(schema.Module)
    del module["name"]
    known = {**project, **module, "modules": check.list_of(check.anything)}
    planned = schema.PLANNED[schema.Project] + schema.PLANNED[schema.Module]
    values = check.table(ROOT, table, known, problems, planned)
    tables = list(values.pop("modules", ()))
    own = {key: value for key, value in values.items() if key in project}
    return own, {key: value for key, value in values.items() if key in module}, tables


def _refuse_strangers(overriding: Settings, names: Sequence[str], problems: Problems) -> None:
    for name, values in overriding.modules.items():
        if name is not None and name not in names:
            place = Place((f"-C {name}.{next(iter(values), '')}",))
            check.complain(problems, place, f"no module {name!r}{check.did_you_mean(name, names)}")


def _with_files(project: schema.Project, root: Path, problems: Problems) -> schema.Project:
    """Return `project` with its globs expanded; report files that are not there."""
    vendored = tuple(
        replace(entry, files=files.expand(entry.files, root, ROOT / "vendored" / index / "files", problems))
        for index, entry in enumerate(project.vendored)
    )
    return replace(project, vendored=vendored, sbom_files=files.expand(project.sbom_files, root, ROOT / "sbom-files", problems))
