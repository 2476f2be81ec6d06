"""Files of a project: what globs find, and which headers an sdist needs."""

import pytest

from cffi_build.config import files
from cffi_build.config.check import Place


@pytest.fixture
def project(tmp_path, write_files):
    names = ("c/a.c", "c/a.h", "c/deep/b.h", "inc/x.hpp", "inc/sub/y.h", "inc/.git/z.h", "inc/build/w.h", "other.h")
    return write_files(tmp_path, dict.fromkeys(names, ""))


def test_headers_are_those_below_include_dirs_and_beside_sources(project):
    assert files.headers(project, ["c/a.c"], ["inc", "/usr/include"]) == ("c/a.h", "inc/sub/y.h", "inc/x.hpp")


def test_the_project_s_own_folder_as_include_dir_is_searched_without_hidden_and_built_folders(project):
    assert files.headers(project, [], ["."]) == ("c/a.h", "c/deep/b.h", "inc/sub/y.h", "inc/x.hpp", "other.h")


def test_globs_may_cross_folders_and_name_a_file_once(project):
    problems = []
    assert files.expand(["c/deep/b.h", "**/*.h"], project, Place(), problems)[:2] == ("c/deep/b.h", "c/a.h")
    assert not problems


def test_a_link_that_leads_out_of_the_project_is_outside(project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.c"
    outside.touch()
    (project / "link.c").symlink_to(outside)
    problems = []
    assert files.expand(["link.c"], project, Place(("sources",)), problems) == ()
    assert "outside the project folder" in problems[0].message


def test_absolute_names_are_fine_where_nothing_is_packed(project):
    problems = []
    name = str(project / "other.h")
    assert files.expand([name], project, Place(), problems, outside=True) == (name,)
    assert not problems
