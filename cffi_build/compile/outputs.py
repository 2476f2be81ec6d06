"""What `cffi-build generate` writes for other build systems: modules as text, what they are made from, how they are compiled."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from cffi_build import cdef, emit
from cffi_build.compile import generate, headers, limited_api, script
from cffi_build.compile.made_from import files_of
from cffi_build.config.load import FILE, Configuration
from cffi_build.config.schema import Module

_LISTS = (
    "sources include-dirs define-macros undef-macros libraries library-dirs runtime-library-dirs extra-objects extra-compile-args "
    "extra-link-args"
).split()


@dataclass(frozen=True)
class Output:
    """One generated module. `inputs`: the files that it is made from. `settings`: how its C file is compiled, keys as in pyproject.toml."""

    name: str
    suffix: str
    text: Callable[[], str]
    stub: Optional[Callable[[], str]] = None
    inputs: Tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def of_module(configuration: Configuration, module: Module) -> Output:
    """Return the output for a module of a project; paths are absolute."""
    root = configuration.root
    abi = module.mode == "abi"
    write = generate.python_text if abi else generate.c_text
    scanned = headers.scanned(configuration, module).files if module.headers else ()
    inputs = [root / FILE, *(root / name for name in files_of(configuration, module)), *map(Path, scanned)]
    return Output(
        module.name,
        ".py" if abi else ".cpp" if module.language == "c++" else ".c",
        lambda: write(configuration, module),
        (lambda: generate.stub_text(configuration, module)) if module.stubs else None,
        tuple(dict.fromkeys(str(path) for path in inputs)),
        {} if abi else _settings(configuration, module),
    )


def _settings(configuration: Configuration, module: Module) -> Dict[str, Any]:
    root = configuration.root
    flags = headers.flags_of(root, module)
    keywords = generate.from_script(configuration, module).keywords if module.build_script else {}
    lists: Dict[str, List[Any]] = {
        "sources": [str(root / name) for name in module.sources],
        "include-dirs": list(flags.include_dirs),
        "define-macros": [list(macro) for macro in flags.macros],
        "undef-macros": list(module.undef_macros),
        "libraries": list(flags.libraries),
        "library-dirs": list(flags.library_dirs),
        "runtime-library-dirs": list(module.runtime_library_dirs),
        "extra-objects": [str(root / name) for name in module.extra_objects],
        "extra-compile-args": [*flags.compile_args, *module.extra_compile_args],
        "extra-link-args": list(flags.link_args),
    }
    both = {key: [*_of_script(root, key, keywords), *values] for key, values in lists.items()}
    return {**both, "limited-api": limited_api.floor(module.limited_api)}


def of_script(entry: str) -> Output:
    """Return the output for the FFI object of a build script, ``path.py:variable``."""
    found = script.described(entry, "cffi-build generate")
    path = entry.partition(":")[0]
    settings = {key: _of_script(Path.cwd(), key, found.keywords) for key in _LISTS} if found.compiled else {}
    if found.compiled:
        settings["limited-api"] = "3.9" if found.keywords.get("py_limited_api", True) else None  # type: ignore[assignment]
    return Output(found.name, found.suffix if found.compiled else ".py", found.text, None, (os.path.abspath(path),), settings)


def _of_script(root: Path, key: str, keywords: Mapping[str, Any]) -> List[Any]:
    values = keywords.get(key.replace("-", "_")) or []
    if key in ("sources", "include-dirs", "library-dirs", "extra-objects"):
        return [str(root / value) for value in values]
    return [list(value) if isinstance(value, tuple) else value for value in values]


def of_files(name: str, files: Sequence[Path], source: Optional[Path]) -> Output:
    """Return the output for texts of declarations; without a file of C code, for a module of ABI mode."""

    def parsed() -> Any:
        texts = [generate.with_origin(str(path), 1, generate.read(Path(), str(path))) for path in files]
        return cdef.parse("".join(texts))

    def text() -> str:
        if source is None:
            return emit.py_source(name, parsed())
        return emit.c_source(name, parsed(), generate.with_origin(str(source), 1, generate.read(Path(), str(source))))

    inputs = tuple(os.path.abspath(path) for path in (*files, *([source] if source else [])))
    settings = {**{key: [] for key in _LISTS}, "limited-api": "3.9"} if source else {}
    return Output(name, ".c" if source else ".py", text, lambda: emit.stub_source(name, parsed(), abi=source is None), inputs, settings)


def manifest(written: Sequence[Tuple[Output, Path, Optional[Path]]]) -> str:
    """Return the JSON text that tells another build system what was written and how to compile it."""
    modules = [
        {"name": output.name, "file": str(path.absolute()), "stub": str(stub.absolute()) if stub else None, **output.settings}
        for output, path, stub in written
    ]
    return json.dumps({"schema": 1, "modules": modules}, indent=2) + "\n"


def depfile(written: Sequence[Tuple[Output, Path, Optional[Path]]]) -> str:
    """Return what each written file is made from, as a Makefile says it; Ninja reads the same."""
    rules = []
    for output, path, _ in written:
        inputs = " \\\n  ".join(_escaped(name) for name in output.inputs)
        rules.append(f"{_escaped(str(path))}: {inputs}\n")
    return "".join(rules)


def _escaped(name: str) -> str:
    return name.replace("\\", "/").replace("$", "$$").replace(" ", "\\ ").replace("#", "\\#")
