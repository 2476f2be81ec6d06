"""The programs in docs/: run as they stand there, in their order, and compared with what they say they print."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"
ROOT = DOCS.parent


def programs(page):
    """The Python blocks of a page, in their order."""
    return re.findall(r"^```python\n(.*?)^```$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def run(text, folder, number):
    """Run a program in `folder`, under the name in its first line if there is one; return what it prints."""
    named = re.match(r"# (\w+\.py)\n", text)
    path = folder / (named[1] if named else f"program{number}.py")
    path.write_text(text, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, "-W", "error", path], cwd=folder, env=env, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, f"{text}\n{done.stderr}"
    return done.stdout


def test_the_programs_of_the_page_on_using_print_what_they_say(tmp_path):
    blocks = programs("using.md")
    assert len(blocks) >= 10
    for number, text in enumerate(blocks):
        promised = re.findall(r"# -> (.*)$", text, re.MULTILINE)
        printed = run(text, tmp_path, number).splitlines()
        assert printed[: len(promised)] == promised, text
        assert promised or "compile()" in text


@pytest.mark.parametrize("page", sorted([*DOCS.glob("*.md"), ROOT / "README.md"]), ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not link.startswith("http") and not (page.parent / link).exists()] == []
