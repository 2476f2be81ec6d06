"""Which files belong to a header."""

from cffi_build.cdef.headers.own import find, own_files, shown

FILES = [
    "/usr/include/png.h", "/usr/include/pngconf.h", "/usr/include/stdio.h", "/usr/include/git2.h", "/usr/include/git2/common.h",
    "/usr/include/git2/sys/a.h", "/usr/include/curl/curl.h", "/usr/include/curl/easy.h", "/usr/include/x86/curl/system.h",
    "/usr/include/bits/types.h", "/usr/include/zlib.h", "/usr/include/zconf.h",
]  # fmt: skip


def own(*headers, also=(), only=False):
    return own_files(headers, FILES, [], also, only=only)


def test_a_header_owns_the_files_beside_it_whose_names_begin_like_its_own():
    assert own("png.h") == {"/usr/include/png.h", "/usr/include/pngconf.h"}


def test_a_header_owns_the_folder_that_is_called_like_it():
    assert own("git2.h") == {"/usr/include/git2.h", "/usr/include/git2/common.h", "/usr/include/git2/sys/a.h"}


def test_a_header_in_a_folder_owns_that_folder_wherever_it_is():
    assert own("curl/curl.h") == {"/usr/include/curl/curl.h", "/usr/include/curl/easy.h", "/usr/include/x86/curl/system.h"}


def test_only_the_named_headers_can_be_asked_for():
    assert own("curl/curl.h", "png.h", only=True) == {"/usr/include/curl/curl.h", "/usr/include/png.h"}


def test_further_files_can_be_named_by_patterns():
    assert own("zlib.h", also=["zconf.h"]) == {"/usr/include/zlib.h", "/usr/include/zconf.h"}
    assert own("zlib.h", also=["bits/*"]) == {"/usr/include/zlib.h", "/usr/include/bits/types.h"}


def test_a_header_that_is_included_directly_is_preferred_to_one_of_the_same_name_elsewhere():
    files = ["/a/x.h", "/b/x.h"]
    assert find("x.h", files, ["/b/x.h"]) == "/b/x.h"
    assert find("y.h", files, []) == ""


def test_files_are_shown_as_they_are_included():
    assert shown("/usr/include/curl/easy.h", ["/usr/include/"]) == "curl/easy.h"
    assert shown("/opt/x.h", ["/usr/include/"]) == "/opt/x.h"
