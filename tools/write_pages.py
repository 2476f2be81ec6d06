"""Rewrites the parts of docs/ that repeat what the code says: the list of files, the keys of `[tool.cffi]`.

Usage: python tools/write_pages.py
"""

from __future__ import annotations

import functools
import json
import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, Type

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cffi_build.config import schema  # noqa: E402
from cffi_build.config.json_schema import tool_schema  # noqa: E402

ARCHITECTURE = ROOT / "docs" / "architecture.md"
BACKEND = ROOT / "docs" / "backend.md"
SCHEMA = ROOT / "docs" / "tool-cffi.schema.json"
FOLDERS = ("c_src", "cffi", "cffi_runtime", "cffi_build", "tools", "integration")
SUFFIXES = (".c", ".h", ".def", ".py", ".pyi", ".sh")


def source_files() -> List[Path]:
    """Return the files that the page must describe, relative to the project; sample projects are described by their own."""
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)
    files = sorted(path.relative_to(ROOT) for path in found)
    return [path for path in files if path.parts[:2] != ("integration", "packages") and not {"build", "__pycache__"} & set(path.parts)]


def first_line(path: Path) -> str:
    """Return what a file says of itself: the first sentence of its docstring or leading comment."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.suffix in (".c", ".h", ".def"):
        comment = re.match(r"/\*\s*(?:[\w.]+: )?(.*?)(?:\*/|\n \*\n|\n \*   )", text, re.DOTALL)
        words = re.sub(r"\n \*\s*", " ", comment[1]).strip() if comment else ""
        return re.split(r"(?<=[.])\s", words, maxsplit=1)[0]
    line = re.match(r'(?:#!.*\n)?(?:"""|# )(.*?)(?:"""|\n)', text)
    return line[1].strip() if line else ""


def file_list() -> str:
    """Return the list: a section a folder, a line a file; a .c file and its header share one."""
    folders: Dict[str, List[Path]] = {}
    for path in source_files():
        folders.setdefault(path.parent.as_posix(), []).append(path)
    return "".join(f"\n### {folder}/\n\n{''.join(_lines(files))}" for folder, files in folders.items())


def _lines(files: List[Path]) -> Iterator[str]:
    for path in files:
        header = path.with_suffix(".h")
        if path.suffix == ".c" and header in files:
            yield f"- `{path.name}`, `.h`: {first_line(header)}\n"
        elif not (path.suffix == ".h" and path.with_suffix(".c") in files):
            yield f"- `{path.name}`: {first_line(path)}\n"


def key_table(settings: Type[Any]) -> str:
    """Return the keys of a dataclass of the schema as a table."""
    described = ((schema.key_of(entry), entry.metadata["check"].schema, entry.metadata["doc"]) for entry in fields(settings))
    rows = [f"| `{key}` | {_type_words(shape)} | {doc} |\n" for key, shape, doc in described]
    return "| key | type | meaning |\n|---|---|---|\n" + "".join(rows)


def _type_words(shape: Mapping[str, Any]) -> str:
    """Return in words what a JSON Schema accepts."""
    if "anyOf" in shape:
        return ", ".join(dict.fromkeys(_type_words(one) for one in shape["anyOf"]))
    if "enum" in shape:
        return ", ".join(f"`{json.dumps(value)}`" for value in shape["enum"])
    if shape.get("type") == "array":
        return "list of " + {"text": "texts", "table": "tables"}[_type_words(shape["items"])]
    return {"string": "text", "boolean": "bool", "object": "table", None: "table"}.get(shape.get("type"), str(shape.get("type")))


def json_schema() -> str:
    """Return the JSON Schema of `[tool.cffi]` as the text of a file."""
    return json.dumps(tool_schema(), indent=2, ensure_ascii=False) + "\n"


def updated(path: Path) -> str:
    """Return a page with its written parts as they should be; each stands between two comments."""
    page = path.read_text(encoding="utf-8")
    for name, write in PARTS[path].items():
        begin, end = f"<!-- {name}: written by tools/write_pages.py -->\n", f"<!-- end of {name} -->\n"
        before, found, rest = page.partition(begin)
        assert found, f"{path}: no {begin!r}"
        page = before + begin + write() + end + rest.partition(end)[2]
    return page


PARTS: Dict[Path, Dict[str, Callable[[], str]]] = {
    ARCHITECTURE: {"files": file_list},
    BACKEND: {
        "keys of a module": functools.partial(key_table, schema.Module),
        "keys of the project": functools.partial(key_table, schema.Project),
        "keys of a vendored library": functools.partial(key_table, schema.Vendored),
    },
}


if __name__ == "__main__":
    for page in PARTS:
        page.write_text(updated(page), encoding="utf-8")
    SCHEMA.write_text(json_schema(), encoding="utf-8")
