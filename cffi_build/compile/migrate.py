"""From what a setup.py and its build scripts say to a `[tool.cffi]` table and the files that it names."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Tuple, Union

from cffi_build.compile.old_project import OldModule, OldProject
from cffi_build.errors import ConfigError

Value = Union[str, bool, List[str], Dict[str, Union[str, bool]]]
_LISTS = {
    "sources": True, "include_dirs": True, "libraries": False, "library_dirs": True, "runtime_library_dirs": False,
    "extra_compile_args": False, "extra_link_args": False, "extra_objects": True, "depends": True, "undef_macros": False,
}  # fmt: skip
"""Keywords of `Extension` that are lists; whether they hold paths."""
_IGNORED = frozenset({"py_limited_api", "define_macros", "language", "export_symbols", "swig_opts", "optional"})


@dataclass(frozen=True)
class Migration:
    """The table as text; further files (path, text); the keywords of `setup()` that it replaces; what a person still has to look at."""

    table: str
    files: Tuple[Tuple[str, str], ...]
    replaced: Tuple[str, ...]
    notes: Tuple[str, ...]


def migrate(root: Path, old: OldProject, *, inline: bool, keep_scripts: bool = False) -> Migration:
    """Return the table for all modules of `old`. `inline`: declarations stand in the table, otherwise in files beside the build script.

    `keep_scripts`: the build scripts go on to be run. Raises `ConfigError` when there is nothing to migrate.
    """
    if not old.modules:
        raise ConfigError("setup() has no cffi_modules: there is nothing to migrate (ffi.verify() has no counterpart; use set_source())")
    notes = [f"{name}: an extension module without cffi; it stays in setup.py" for name in old.others]
    tables, files = [], []  # type: List[str], List[Tuple[str, str]]
    for module in old.modules:
        if keep_scripts:
            values: Dict[str, Value] = {"name": _full_name(module, old), "build-script": module.entry}
        else:
            values = dict(_values(root, module, old, notes))
            files += [] if inline else _move_out(values, module)
        tables.append("\n".join(["[[tool.cffi.modules]]", *(f"{key} = {_toml(value)}" for key, value in values.items())]))
    return Migration("\n\n".join(tables) + "\n", tuple(files), tuple(_replaced(old, keep_scripts)), tuple(notes))


def _replaced(old: OldProject, keep_scripts: bool) -> Iterator[str]:
    yield "cffi_modules"
    if not old.others:
        yield "ext_package"
    linked = {name for module in old.modules for name in module.keywords.get("libraries") or ()}
    if not keep_scripts and {name for name, _ in old.setup.get("libraries", ())} <= linked:
        yield "libraries"


def _full_name(module: OldModule, old: OldProject) -> str:
    package = old.setup.get("ext_package")
    return f"{package}.{module.name}" if package else module.name


def _values(root: Path, module: OldModule, old: OldProject, notes: List[str]) -> Iterator[Tuple[str, Value]]:
    yield "name", _full_name(module, old)
    if module.source is None:
        yield "mode", "abi"
    yield "cdef", "\n".join(_packed(text, options) for text, options in module.cdefs).strip("\n") + "\n"
    if module.include:
        yield "include", list(module.include)
    if module.source is None:
        return
    yield "source", module.source.strip("\n") + "\n"
    keywords = _with_static_libraries(module.keywords, old, notes)
    if old.setup.get("include_dirs"):
        keywords["include_dirs"] = [*keywords.get("include_dirs", ()), *old.setup["include_dirs"]]
    yield from _lists(root, keywords)
    macros = {str(name): True if value is None else str(value) for name, value in keywords.get("define_macros") or ()}
    if macros:
        yield "define-macros", macros
    if module.suffix != ".c" or keywords.get("language") == "c++":
        yield "language", "c++"
    if keywords.get("py_limited_api") is False:
        yield "limited-api", False
    unknown = sorted(keywords.keys() - _LISTS.keys() - _IGNORED)
    notes += [f"{module.entry}: set_source({key}={keywords[key]!r}) has no counterpart in [tool.cffi]" for key in unknown]


def _lists(root: Path, keywords: Mapping[str, Any]) -> Iterator[Tuple[str, Value]]:
    for key, paths in _LISTS.items():
        values = keywords.get(key) or []
        if values:
            texts = [_relative(root, str(value)) if paths else str(value) for value in values]
            yield key.replace("_", "-"), list(dict.fromkeys(texts)) if paths else texts


def _relative(root: Path, path: str) -> str:
    """Return a path inside the project relative to it, with ``/``; others as they are."""
    full = os.path.normpath(root / path)
    inside = full == str(root) or full.startswith(str(root) + os.sep)
    return Path(os.path.relpath(full, root)).as_posix() if inside else path


def _packed(text: str, options: Mapping[str, Any]) -> str:
    pack = 1 if options.get("packed") else options.get("pack")
    return f"#pragma pack(push, {pack})\n{text}\n#pragma pack(pop)" if pack else text


def _with_static_libraries(keywords: Mapping[str, Any], old: OldProject, notes: List[str]) -> Dict[str, Any]:
    """Return `keywords` with the sources of static libraries of `setup(libraries=…)` among those of the module that links them."""
    merged = {key: value for key, value in keywords.items() if value is not None}
    for name, about in old.setup.get("libraries", ()):
        if name in merged.get("libraries", ()):
            merged["libraries"] = [library for library in merged["libraries"] if library != name]
            for key in ("sources", "include_dirs", "depends"):
                merged[key] = [*merged.get(key, ()), *(value for value in about.get(key, ()) if value not in merged.get(key, ()))]
            merged["define_macros"] = [*merged.get("define_macros", ()), *about.get("macros", ())]
            merged["extra_compile_args"] = [*merged.get("extra_compile_args", ()), *about.get("cflags", ())]
            notes.append(f"the static library {name!r} of setup.py is compiled into the module")
    return merged


def _move_out(values: Dict[str, Value], module: OldModule) -> Iterator[Tuple[str, str]]:
    """Move declarations and C code from `values` to files beside the build script; yield these."""
    folder = os.path.dirname(module.entry.partition(":")[0])
    base = "/".join(filter(None, [folder.replace(os.sep, "/"), module.name.rpartition(".")[2]]))
    order = list(values)
    for key, new_key, path in (("cdef", "cdef-files", f"{base}.cdef.h"), ("source", "source-file", f"{base}.source.c")):
        if key in values:
            yield path, str(values[key])
            values[key] = [path] if key == "cdef" else path
            order[order.index(key)] = new_key
    moved = list(values.values())
    values.clear()
    values.update(zip(order, moved))


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(name)} = {_toml(item)}' for name, item in value.items())} }}"
    if isinstance(value, list):
        items = [_toml(item) for item in value]
        short = f"[{', '.join(items)}]"
        return short if len(short) < 100 else "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    return _toml_text(value)


def _toml_text(text: str) -> str:
    if "\n" not in text:
        return json.dumps(text, ensure_ascii=False)
    if "'''" not in text and "\r" not in text:
        return f"'''\n{text}'''"
    return '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r") + '"""'


def _key(name: str) -> str:
    return name if name.replace("_", "a").replace("-", "a").isalnum() else json.dumps(name)


