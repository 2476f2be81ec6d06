"""The cache of compiled files, with the real compiler: what is compiled again after which change, and what is taken out."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from cffi_build.compile import cache as caching
from cffi_build.compile import driver, identity
from cffi_build.compile.amend import amend
from cffi_build.compile.cache import Cache
from cffi_build.compile.plan import Command, Plan, Step

pytestmark = pytest.mark.skipif(not identity.compiler(["cc"]).dependency_file, reason="the cache needs gcc or clang")

FILES = {
    "a.c": '#include "a.h"\nint a(void) { return A; }\n',
    "a.h": "#define A 1\n",
    "b.c": "int b(void) { return 2; }\n",
}


def tool(step):
    arguments = step.commands[-1].arguments
    return (identity.compiler if step.kind == "compile" else identity.linker)(arguments).text


@pytest.fixture
def project(tmp_path, write_files, monkeypatch):
    folder = write_files(tmp_path / "project", FILES)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def build(tmp_path, project):
    """Build a library of a.c and b.c into a new folder; return the names of the steps that were really run, and the library."""
    count = iter(range(100))

    def run(*options, environment=os.environ, folder=tmp_path / "cache"):
        out = tmp_path / f"out{next(count)}"
        places = [(str(out), "<build>"), (os.getcwd(), "<project>")]
        command = ("cc", "-c", "-fPIC", *options)
        compile_steps = tuple(
            Step("compile", "m", (f"{name}.c",), f"{out}/{name}.o", (Command((*command, f"{name}.c", "-o", f"{out}/{name}.o")),))
            for name in "ab"
        )
        objects = tuple(step.output for step in compile_steps)
        link = Step("link", "m", objects, f"{out}/m.so", (Command(("cc", "-shared", *objects, "-o", f"{out}/m.so")),))
        cache = Cache(folder, tool, places, environment)
        results = driver.run(amend(Plan(compile_steps, (link,)), places), cache=cache, verbosity=0)
        assert [result.status for result in results] == [0, 0, 0], [result.output for result in results]
        run.trouble = cache.close()
        return [Path(result.step.output).name for result in results if not result.cached], Path(out, "m.so")

    return run



def test_nothing_is_compiled_when_nothing_has_changed_and_the_files_are_the_same(build):
    ran, first = build()
    assert ran == ["a.o", "b.o", "m.so"]
    ran, second = build()
    assert ran == ([] if identity.linker(["cc"]).dependency_file else ["m.so"])
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_mode == second.stat().st_mode


@pytest.mark.parametrize(
    ("change", "ran"),
    [
        (lambda: Path("b.c").write_text("int b(void) { return 3; }\n", encoding="utf-8"), ["b.o", "m.so"]),
        (lambda: Path("a.h").write_text("#define A 3\n", encoding="utf-8"), ["a.o", "m.so"]),
        (lambda: os.utime("a.c", (1, 1)), []),
        (lambda: Path("unrelated.h").write_text("", encoding="utf-8"), []),
    ],
    ids=["a source", "a header", "only a time", "another file"],
)
def test_what_a_change_concerns_is_compiled_again_and_nothing_else(build, change, ran):
    build()
    change()
    assert build()[0] == ran


def test_a_change_that_makes_the_same_object_links_nothing(build):
    build()
    Path("b.c").write_text("int b(void) { return 2; } /* a comment */\n", encoding="utf-8")
    assert build()[0] == ["b.o"]


def test_a_file_that_is_as_it_was_before_is_found_again(build):
    build()
    Path("a.h").write_text("#define A 3\n", encoding="utf-8")
    build()
    Path("a.h").write_text("#define A 1\n", encoding="utf-8")
    assert build()[0] == []


def test_options_and_the_environment_of_the_compiler_count(build, tmp_path):
    build()
    assert build("-O2")[0] == ["a.o", "b.o", "m.so"]
    assert build(environment={**os.environ, "CPATH": str(tmp_path)})[0] != []


def test_the_same_project_in_another_folder_finds_what_was_compiled_here(build, project, tmp_path, monkeypatch):
    if not identity.compiler(["cc"]).file_prefix_map:
        pytest.skip("this compiler writes the folder into what it makes")
    _, first = build("-g")
    shutil.copytree(project, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    ran, second = build("-g")
    assert ran == []
    assert first.read_bytes() == second.read_bytes()


def test_code_that_asks_for_the_date_is_always_compiled_unless_the_date_is_given(build):
    Path("b.c").write_text("const char *b(void) { return __DATE__; }\n", encoding="utf-8")
    given = {**os.environ, "SOURCE_DATE_EPOCH": "1"}
    without = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    build(environment=without)
    assert "b.o" in build(environment=without)[0]
    build(environment=given)
    assert build(environment=given)[0] == []


def test_warnings_are_shown_again(build, capsys):
    Path("b.c").write_text("int b(void) { int unused; return 2; }\n", encoding="utf-8")
    for _ in range(2):
        build("-Wall")
        assert "unused variable" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["[{", "3", '[["read"]]', '[{"read": [], "file": "x", "printed": ""}]'])
def test_a_damaged_cache_is_no_harm(build, tmp_path, damage):
    build()
    for path in (tmp_path / "cache").glob("*/*.json"):
        path.write_text(damage, encoding="utf-8")
    assert build()[0] == ["a.o", "b.o", "m.so"]
    for path in (tmp_path / "cache").glob("*/*"):
        if path.suffix != ".json":
            path.unlink()
    assert build()[0] == ["a.o", "b.o", "m.so"]


def test_a_cache_that_cannot_be_written_is_told_and_the_build_goes_on(build, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert build(folder=tmp_path / "file" / "cache")[0] == ["a.o", "b.o", "m.so"]
    folder = tmp_path / "file" / "cache"
    assert build.trouble.startswith(f"cffi-build: nothing is kept for the next build: the cache {folder} cannot be written")


def test_a_cache_that_is_too_large_loses_what_was_not_used_for_longest(build, tmp_path, monkeypatch):
    build()
    old = sorted((tmp_path / "cache").glob("*/*"))
    for path in old:
        os.utime(path, (1, 1))
    monkeypatch.setattr(caching, "LIMIT", sum(path.stat().st_size for path in old))
    build("-O2")
    assert sum(path.stat().st_size for path in (tmp_path / "cache").glob("*/*")) <= caching.LIMIT
    assert not all(path.exists() for path in old)
    assert build("-O2")[0] == []


def test_the_cache_is_where_caches_are_on_this_system(monkeypatch):
    if sys.platform == "linux":
        assert caching.default_folder({"XDG_CACHE_HOME": "/x"}) == Path("/x/cffi-build")
        assert caching.default_folder({}) == Path.home() / ".cache" / "cffi-build"
