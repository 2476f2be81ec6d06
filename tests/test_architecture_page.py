"""Pages of docs/ that repeat what the code says are up to date; every source file says in its first line what it is."""

import importlib.util
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parent.parent / "tools" / "write_pages.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("write_pages", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_architecture_lists_every_file_with_its_own_first_line(tool):
    assert tool.updated(tool.ARCHITECTURE) == tool.ARCHITECTURE.read_text(encoding="utf-8"), "run: python tools/write_pages.py"


def test_the_backend_page_lists_every_key(tool):
    assert tool.updated(tool.BACKEND) == tool.BACKEND.read_text(encoding="utf-8"), "run: python tools/write_pages.py"


def test_every_source_file_says_in_its_first_line_what_it_is(tool):
    assert [path.as_posix() for path in tool.source_files() if len(tool.first_line(path)) < 10] == []
