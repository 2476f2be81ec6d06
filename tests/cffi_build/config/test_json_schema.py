"""The JSON Schema of `[tool.cffi]` says of a table what the build says."""

import json
from pathlib import Path

import jsonschema
import pytest

from cffi_build.config import toml
from cffi_build.config.json_schema import tool_schema
from cffi_build.config.load import load
from cffi_build.errors import ConfigError

ROOT = Path(__file__).resolve().parents[3]
MODULE = '[[tool.cffi.modules]]\nname = "_m"\ncdef = ""\nsource = ""\n'
RIGHT = [
    MODULE,
    MODULE + 'limited-api = false\ndefine-macros = { A = "1", B = true, C = 2 }\nstubs = false\nhold-gil = ["f*"]\n',
    MODULE + "when = [{ if = \"os_name == 'nt'\", libraries = [\"m\"] }]\n",
    '[tool.cffi]\njobs = 2\ncache = "/x"\nlibraries = ["m"]\nschema = 1\nruntime-requirement = false\n' + MODULE,
    '[tool.cffi]\ncompiler-launcher = "ccache"\n' + MODULE,
    '[tool.cffi]\nvendored = [{ name = "z", version = "1", files = [], purl = "pkg:generic/z@1" }]\n' + MODULE,
]
WRONG = [
    "[tool.cffi]\njobs = 0\n" + MODULE,
    "[tool.cffi]\njobs = true\n" + MODULE,
    "[tool.cffi]\nschema = 2\n" + MODULE,
    '[tool.cffi]\ncompiler-launcher = "make"\n' + MODULE,
    '[tool.cffi]\nvendored = [{ name = "z" }]\n' + MODULE,
    MODULE + "librarys = []\n",
    MODULE + 'libraries = "m"\n',
    MODULE + "limited-api = true\n",
    MODULE + 'limited-api = "3.8"\n',
    MODULE + "define-macros = { A = false }\n",
    MODULE + 'define-macros = { "A-B" = "" }\n',
    MODULE + 'when = [{ libraries = ["m"] }]\n',
    '[[tool.cffi.modules]]\ncdef = ""\nsource = ""\n',
]


def table(text):
    return toml.parse(text)["tool"]["cffi"]


def test_the_schema_is_one():
    jsonschema.Draft7Validator.check_schema(tool_schema())


def test_the_schema_in_docs_is_the_one_made_of_the_fields():
    page = ROOT / "docs" / "tool-cffi.schema.json"
    assert json.loads(page.read_text(encoding="utf-8")) == tool_schema(), "run python tools/write_pages.py"


@pytest.mark.parametrize("text", RIGHT)
def test_what_the_build_accepts_the_schema_accepts(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert load(tmp_path, {}, {})
    jsonschema.validate(table(text), tool_schema(), jsonschema.Draft7Validator)


@pytest.mark.parametrize("text", WRONG)
def test_what_the_schema_refuses_the_build_refuses(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        load(tmp_path, {}, {})
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(table(text), tool_schema(), jsonschema.Draft7Validator)


@pytest.mark.parametrize("path", sorted((ROOT / "integration" / "packages").glob("*/pyproject.toml")), ids=lambda path: path.parent.name)
def test_the_tables_of_the_sample_projects_are_right_by_the_schema(path):
    found = toml.parse(path.read_text(encoding="utf-8")).get("tool", {}).get("cffi")
    if found is not None:
        jsonschema.validate(found, tool_schema(), jsonschema.Draft7Validator)
