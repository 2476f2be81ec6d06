"""The cache of parsed texts: the same declarations as the parser's, or the parser."""

from __future__ import annotations

import marshal
import os
import pickle
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cffi_build import cdef
from cffi_build.cdef import cache, store
from cffi_build.cdef.cache import Kept
from cffi_build.cdef.flatten import NotFlat, flatten
from cffi_build.cdef.read import read_text
from cffi_build.declarations import Declarations
from cffi_build.errors import CDefError

TEXT = """
/* a comment */ int f(int a, const char *name, ...);
static const int LIMIT = 3;
#define SIZE ...
struct point { int x, y; struct { long bits : 3; } inner; } __attribute__((packed));
typedef struct point point_t;  typedef union { point_t p; int a[SIZE2][...]; } *either;
#define SIZE2 4
enum kind { ONE, TWO = 5, THREE = ... };
typedef int... number; typedef float... real; typedef ... opaque; typedef enum { X } letters;
extern number total; int table[...]; point_t *const where; double (*callback)(double value, point_t);
extern "Python" int answer(number);
#line 70 "given.h"
void last(va_list, FILE *, bool, int (__stdcall *)(int));
""".replace("[SIZE2]", "[4]")


def parsed(text: str, known: Declarations | None = None, **options: bool) -> Declarations:
    return read_text(text, known or Declarations(), (), 0, override=options.get("override", False), filename="<cdef>", line=1)


def written(made: Declarations, known: Declarations) -> Kept:
    """Return what is read when `made` was written."""
    return Kept(marshal.dumps(flatten(made, known)), known, "")


def shown(declarations: Declarations) -> str:
    """Everything about declarations: comments, positions and names of parameters, which equality leaves out."""
    return repr(declarations).replace(repr(declarations.origin), "''")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, which is used for short texts, too, and at once."""
    monkeypatch.setattr(cache.Entry, "keep", lambda self, made: (setattr(made, "origin", self.name), store.store(self, made)))
    monkeypatch.setenv("CFFI_CDEF_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "_PAYS", 0)
    return tmp_path / "cache"


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, whoever parses fails."""
    monkeypatch.setitem(sys.modules, "cffi_build.cdef.read", None)


def test_declarations_survive_being_plain() -> None:
    made = parsed(TEXT)
    assert shown(written(made, Declarations())) == shown(made)


def test_only_what_is_new_is_written_down() -> None:
    known = parsed(TEXT)
    made = parsed("int g(point_t *);", known)
    assert len(flatten(made, known)[1][0][1]) == 1
    assert written(made, known) == made


def test_what_an_overriding_text_removes_is_gone() -> None:
    known = parsed("typedef int t; int f(t); int u;")
    made = parsed("int t(void); char u;", known, override=True)
    assert shown(written(made, known)) == shown(made)


def test_values_of_other_classes_are_not_written_down() -> None:
    made = parsed("int f(int);")
    made.globals["f"] = made.globals["f"]._replace(type="nonsense")
    with pytest.raises(NotFlat):
        flatten(made, Declarations())


def test_a_text_is_parsed_once(folder: Path, request: pytest.FixtureRequest) -> None:
    first = cdef.parse(TEXT)
    request.getfixturevalue("no_parser")
    assert shown(cdef.parse(TEXT)) == shown(first)
    with pytest.raises(ImportError):
        cdef.parse(TEXT + "int more;")


def test_texts_on_top_of_texts_are_found_too(folder: Path, request: pytest.FixtureRequest) -> None:
    first = cdef.parse("int h(point_t);", known=cdef.parse(TEXT))
    request.getfixturevalue("no_parser")
    assert shown(cdef.parse("int h(point_t);", known=cdef.parse(TEXT))) == shown(first)
    with pytest.raises(ImportError):
        cdef.parse("int h(point_t);")


@pytest.mark.parametrize("options", [{"packed": True}, {"pack": 2}, {"filename": "x.h"}, {"line": 9}, {"override": True}])
def test_options_make_another_entry(folder: Path, options: dict, request: pytest.FixtureRequest) -> None:
    cdef.parse(TEXT)
    request.getfixturevalue("no_parser")
    with pytest.raises(ImportError):
        cdef.parse(TEXT, **options)


def test_an_included_text_makes_another_entry(folder: Path) -> None:
    for length in (3, 4):
        known = Declarations(included=[cdef.parse(f"#define N {length}")])
        assert cdef.parse("int a[N];", known=known).globals["a"].type.length == length


def test_declarations_of_unknown_origin_are_not_used(folder: Path) -> None:
    known = parsed("typedef int t;")
    assert cache.entry("t f(void);", known, "") is None


@pytest.mark.parametrize("harm", [
    lambda data: b"",
    lambda data: data[:-1],
    lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
    lambda data: b"another program's file" + data,
    lambda data: data[:12] + cache.source_hash(1, b"no marshal") + b"no marshal",
], ids=["empty", "cut", "changed", "foreign", "no marshal"])  # fmt: skip
def test_a_spoilt_file_is_replaced(folder: Path, harm) -> None:
    wanted = cdef.parse(TEXT)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(harm(whole))
    assert shown(cdef.parse(TEXT)) == shown(wanted)
    assert file.read_bytes() == whole


def test_errors_and_their_places_are_the_same_after_a_cached_text(folder: Path) -> None:
    for _ in range(2):
        known = cdef.parse(TEXT)
        with pytest.raises(CDefError) as caught:
            cdef.parse("void last(int);", known=known)
        assert "earlier, at given.h:70:6" in str(caught.value)
        with pytest.raises(CDefError):
            cdef.parse("int wrong")


@pytest.mark.parametrize("setting", ["0", "off", ""])
def test_the_cache_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("CFFI_CDEF_CACHE", setting)
    assert cache.default_folder() == ""
    assert cache.entry("x" * 10_000, Declarations(), "") is None


def test_the_cache_is_in_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CFFI_CDEF_CACHE", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(cache, "_user", {})
    assert cache.default_folder() == str(tmp_path / "xdg" / "cffi-cdef")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(cache, "_user", {})
    assert cache.default_folder() == str(tmp_path / ".cache" / "cffi-cdef")


def test_no_home_folder_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CFFI_CDEF_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    code = "from cffi_build import cdef; cdef.parse('int x;')"
    for home, made in (("nonexistent", False), (".", True)):
        monkeypatch.setenv("HOME", str(tmp_path / home))
        subprocess.run([sys.executable, "-c", code], check=True)
        assert bool([*tmp_path.rglob("cffi-cdef")]) == made
    assert not (tmp_path / "nonexistent").exists()


def test_a_folder_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CFFI_CDEF_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(cache, "_PAYS", 0)
    assert cdef.parse("int x;").globals.keys() == {"x"}


def test_the_oldest_files_go_when_there_are_too_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    for age in range(10):
        (folder / str(age)).write_bytes(b"x" * 10)
        os.utime(folder / str(age), (time.time() - age, time.time() - age))
    monkeypatch.setattr(store, "LIMIT", 45)
    store.tidy(str(folder))
    assert sorted(path.name for path in folder.iterdir()) == ["0", "1", "2", "3"]


def test_short_texts_are_looked_for_only_while_the_parser_is_not_imported(tmp_path: Path) -> None:
    texts = "cdef.parse('int x;'); cdef.parse('int y;')"
    program = f"import sys; from cffi_build import cdef; {texts}; print('cffi_build.cdef.read' in sys.modules)"
    environment = {**os.environ, "CFFI_CDEF_CACHE": str(tmp_path / "cache")}
    runs = [subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True) for _ in range(3)]
    assert [run.stdout.strip() for run in runs] == ["True", "True", "False"]
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_tables_are_made_when_they_are_looked_at(folder: Path) -> None:
    cdef.parse(TEXT)
    kept = cdef.parse(TEXT)
    assert "globals" not in vars(kept)
    assert kept.globals.keys() >= {"f", "last"}
    assert not {"typedefs", "records", "enums"} & vars(kept).keys()
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        kept.nonsense  # noqa: B018


def test_kept_declarations_can_be_pickled(folder: Path) -> None:
    cdef.parse(TEXT)
    kept = cdef.parse(TEXT)
    assert shown(pickle.loads(pickle.dumps(kept))) == shown(kept)


def test_files_are_written_when_the_process_ends(tmp_path: Path) -> None:
    program = "import os; from cffi_build import cdef; cdef.parse('int x;'); print(os.path.exists(os.environ['CFFI_CDEF_CACHE']))"
    environment = {**os.environ, "CFFI_CDEF_CACHE": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("False", "")
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    """What waits for the end of the process to be written."""
    found: dict[str, object] = {}
    monkeypatch.setenv("CFFI_CDEF_CACHE", str(tmp_path))
    monkeypatch.setattr(cache, "_PAYS", 0)
    monkeypatch.setattr(cache, "_unwritten", found)
    return found


def test_a_text_is_parsed_once_in_a_process(waiting: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    before = Declarations(included=[cdef.parse("typedef int number_t;")])
    first = cdef.parse(TEXT, known=before)
    monkeypatch.setitem(sys.modules, "cffi_build.cdef.read", None)
    again = cdef.parse(TEXT, known=before)
    assert (shown(again), again.origin) == (shown(first), first.origin)
    again.included.clear()
    assert first.included == before.included != []


def test_what_has_the_name_of_another_text_is_not_taken_for_it(waiting: dict[str, object]) -> None:
    cdef.parse("int x;")
    (name, value), = waiting.items()
    other = cache.entry("int y;", Declarations(), "0 False 1 <cdef>")
    assert other is not None
    other.name = name
    assert (other.load(), waiting[name]) == (None, value)


def test_a_program_that_makes_ever_new_texts_does_not_keep_them_all(
    waiting: dict[str, object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cache, "_MOST_UNWRITTEN", 3)
    for number in range(9):
        cdef.parse(f"int x{number};")
    assert len(waiting) == 3
    cache._write_all()
    assert len(list(tmp_path.iterdir())) == 3


def test_a_change_of_any_module_that_parsing_needs_changes_the_stamp() -> None:
    code = "import sys; from cffi_build.cdef import cache, read; print(*(m.__file__ for n, m in sys.modules.items() if 'cffi_build.' in n))"
    used = {Path(path) for path in subprocess.check_output([sys.executable, "-c", code], text=True).split()}
    folder = Path(cache.__file__).parent
    looked_at = {*folder.glob("*.py"), *(folder.parent / name for name in cache._RECORDS)}
    assert used - looked_at <= {folder.parent / "errors.py"}  # what no result has in it


def copied(place: Path) -> str:
    """Copy the parser into `place`, return one of its files."""
    shutil.copytree(Path(cache.__file__).parents[1], place / "cffi_build", ignore=shutil.ignore_patterns("__pycache__"))
    return str(place / "cffi_build" / "cdef" / "cache.py")


def write_again(file: Path) -> None:
    """Write another text of the same length into a file, where it is."""
    before = file.stat()
    file.write_text(file.read_text().swapcase())
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


@pytest.mark.parametrize("name", ["model.py", "cdef/lexer.py"])
def test_where_files_are_written_each_is_looked_at(tmp_path: Path, name: str) -> None:
    file = copied(tmp_path / "checkout")
    before = cache._stamp(file)
    assert cache._stamp(file) == before
    write_again(tmp_path / "checkout" / "cffi_build" / name)
    assert cache._stamp(file) != before


@pytest.mark.parametrize("name", ["model.py", "cdef/lexer.py"])
@pytest.mark.parametrize("place", ["site-packages", "dist-packages"])
def test_where_installers_make_the_files_their_folders_tell(tmp_path: Path, place: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = copied(tmp_path / place)
    before = cache._stamp(file)
    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", None)
        assert cache._stamp(file) == before
    changed = tmp_path / place / "cffi_build" / name
    changed.with_suffix(".new").write_text(changed.read_text())
    changed.with_suffix(".new").replace(changed)
    assert cache._stamp(file) != before


def test_a_copy_over_what_is_installed_is_noticed(tmp_path: Path) -> None:
    file = copied(tmp_path / "site-packages")
    copied(tmp_path / "new")
    before = cache._stamp(file)
    for path in (tmp_path / "new").rglob("*.py"):  # as `cp -r` does, which leaves the folders as they are
        (tmp_path / "site-packages" / path.relative_to(tmp_path / "new")).write_bytes(path.read_bytes())
    assert cache._stamp(file) != before


def test_a_link_in_site_packages_to_a_checkout_is_a_checkout(tmp_path: Path) -> None:
    copied(tmp_path / "checkout")
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "cffi_build").symlink_to(tmp_path / "checkout" / "cffi_build", target_is_directory=True)
    file = str(tmp_path / "site-packages" / "cffi_build" / "cdef" / "cache.py")
    before = cache._stamp(file)
    write_again(tmp_path / "checkout" / "cffi_build" / "cdef" / "lexer.py")
    assert cache._stamp(file) != before


def test_another_installation_of_the_same_files_is_another_one(tmp_path: Path) -> None:
    assert cache._stamp(copied(tmp_path / "a" / "site-packages")) != cache._stamp(copied(tmp_path / "b" / "site-packages"))


@pytest.mark.parametrize("file", ["", os.path.join("all.zip", "cffi_build", "cdef", "cache.py")], ids=["frozen", "zipped"])
def test_a_parser_whose_files_cannot_be_looked_at_has_no_cache(folder: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    monkeypatch.setattr(cache, "_ENVIRONMENT", cache._environment(file))
    assert cdef.parse("int x;").globals.keys() == {"x"}
    assert not folder.exists()


def test_what_an_old_parser_makes_is_not_taken_for_what_a_new_one_would(tmp_path: Path) -> None:
    """Its files may be written anew while a process runs that has imported it."""
    file = copied(tmp_path)
    parse = "from cffi_build import cdef; cdef.parse_type('int', cdef.Declarations()); {} cdef.parse('int x;' + ' ' * 3000)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "CFFI_CDEF_CACHE": str(tmp_path / "cache")}
    for entries, change in ((1, f"import os; os.utime({file!r}, ns=(0, 0));"), (2, ""), (2, "")):
        subprocess.run([sys.executable, "-c", parse.format(change)], env=environment, check=True, cwd=tmp_path)
        assert len(list((tmp_path / "cache").iterdir())) == entries


def test_threads_can_look_at_the_same_tables(folder: Path) -> None:
    wanted = cdef.parse(TEXT).globals
    for _ in range(20):
        kept, barrier = cdef.parse(TEXT), threading.Barrier(4)

        def look(kept: Declarations = kept, barrier: threading.Barrier = barrier) -> bool:
            barrier.wait()
            return kept.globals == wanted

        with ThreadPoolExecutor(4) as pool:
            assert all(one.result() for one in [pool.submit(look) for _ in range(4)])


def test_processes_at_the_same_time_leave_one_whole_file(tmp_path: Path) -> None:
    program = "import sys; from cffi_build import cdef; print(*cdef.parse(sys.argv[1]).globals, 'cffi_build.cdef.read' in sys.modules)"
    environment = {**os.environ, "CFFI_CDEF_CACHE": str(tmp_path / "cache")}

    def run(_: int) -> str:
        return subprocess.check_output([sys.executable, "-c", program, TEXT], env=environment, text=True).strip()

    with ThreadPoolExecutor(4) as pool:
        names = {printed.rpartition(" ")[0] for printed in pool.map(run, range(4))}
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert run(5) == f"{names.pop()} False"
    assert not names
