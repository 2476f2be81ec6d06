"""The version of the distribution stands in three files, for three kinds of readers; it is the same in all."""

import re
from pathlib import Path

import _cffi_backend
import cffi

ROOT = Path(__file__).resolve().parent.parent


def written(file, pattern):
    return re.search(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)[1]


def test_the_version_is_the_same_everywhere():
    version = written("pyproject.toml", r'^version = "(.*)"$')
    assert written("c_src/base/version.h", r'CFFI_VERSION "(.*)"') == version
    assert written("cffi_runtime/__init__.py", r'__version__ = "(.*)"') == version
    assert cffi.__version__ == _cffi_backend.__version__ == version


def test_the_version_as_a_tuple_says_the_same():
    assert ".".join(map(str, cffi.__version_info__)) == cffi.__version__
