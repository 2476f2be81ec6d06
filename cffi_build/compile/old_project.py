"""What a setup.py and its build scripts say, found out by running them: in a process of their own, with a `setup()` that only listens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Tuple

from cffi_build.errors import ConfigError

_PROGRAM = r"""
import io, json, os, runpy, sys
import setuptools

heard = {}
setuptools.setup = lambda **keywords: heard.update(keywords)
try:
    import distutils.core
    distutils.core.setup = setuptools.setup
except ImportError:
    pass
answer, script = sys.argv[1:]
sys.argv = [script, "--version"]
sys.path.insert(0, os.getcwd())

def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return os.fspath(value) if hasattr(value, "__fspath__") else repr(value)

def texts(ffi):
    # the texts of cdef() with their options; first those of included FFIs that are no modules
    found = [item for one in ffi._included_ffis if not hasattr(one, "_assigned_source") for item in texts(one)]
    options = dict(ffi._cdef_options)
    depth = 0
    for place, text in enumerate(ffi._cdefsources, 1):
        depth += (text == "[") - (text == "]")
        if not depth and text != "]":
            found.append([text, options.get(place, {})])
    return found

def described(entry, ffi):
    assigned = getattr(ffi, "_assigned_source", None)
    if assigned is None:
        return {"entry": entry, "problem": "no set_source() was called on this FFI object"}
    name, source, suffix, keywords = assigned
    included = [one._assigned_source[0] for one in ffi._included_ffis if hasattr(one, "_assigned_source")]
    return {"entry": entry, "name": name, "source": source, "suffix": suffix, "keywords": plain(keywords), "include": included,
            "texts": texts(ffi), "embedding": ffi._embedding is not None}

def found(entry):
    path, _, variable = entry.partition(":")
    variables = runpy.run_path(path, run_name="_cffi_build_script")
    ffi = variables[variable]
    return described(entry, ffi() if callable(ffi) and not hasattr(ffi, "set_source") else ffi)

if script.endswith(".py") and os.path.basename(script) == "setup.py":
    runpy.run_path(script, run_name="__main__")
    entries = heard.get("cffi_modules", [])
    entries = [entries] if isinstance(entries, str) else list(entries)
else:
    entries = [script]
others = [getattr(extension, "name", repr(extension)) for extension in heard.get("ext_modules") or ()]
keys = ("ext_package", "libraries", "include_dirs")
told = plain({key: heard[key] for key in keys if heard.get(key)})
result = {"modules": [found(entry) for entry in entries], "others": others, "setup": told}
with open(answer, "w", encoding="utf-8") as file:
    json.dump(result, file)
"""


@dataclass(frozen=True)
class OldModule:
    """One FFI object with `set_source()`. `cdefs`: each text with its options; `keywords`: those of `Extension`."""

    entry: str
    name: str
    source: Optional[str]
    suffix: str
    cdefs: Tuple[Tuple[str, Mapping[str, Any]], ...]
    include: Tuple[str, ...]
    keywords: Mapping[str, Any]


@dataclass(frozen=True)
class OldProject:
    """What `setup()` was told. `others`: names of extension modules without cffi. `setup`: its further keywords that matter."""

    modules: Tuple[OldModule, ...]
    others: Tuple[str, ...]
    setup: Mapping[str, Any]


def listen(root: Path, script: str, scratch: Path) -> OldProject:
    """Run `script`, a setup.py or ``build_script.py:variable``, in the folder `root`. Raises `ConfigError` with what goes wrong."""
    answer = scratch / "answer.json"
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-W", "ignore", "-c", _PROGRAM, str(answer.resolve()), script]
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, encoding="utf-8", errors="replace")
    if not answer.exists():
        raise ConfigError(f"{script} failed:\n{_last_lines(done.stderr) or 'it ended before setup() was called'}")
    told = json.loads(answer.read_text(encoding="utf-8"))
    return OldProject(tuple(_module(one) for one in told["modules"]), tuple(told["others"]), told["setup"])


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-6:])


def _module(told: Dict[str, Any]) -> OldModule:
    if "problem" in told:
        raise ConfigError(f"{told['entry']}: {told['problem']}")
    if told["embedding"]:
        raise ConfigError(f"{told['entry']}: [tool.cffi] has no embedding_api(): keep the script with --keep-script")
    cdefs = tuple((text, options) for text, options in told["texts"])
    return OldModule(told["entry"], told["name"], told["source"], told["suffix"], cdefs, tuple(told["include"]), told["keywords"])
