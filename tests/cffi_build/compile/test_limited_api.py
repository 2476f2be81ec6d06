"""Which stable ABI a module gets."""

import sys

import pytest

from cffi_build.compile import limited_api
from cffi_build.errors import ConfigError

abi3_only = pytest.mark.skipif(not limited_api.interpreter_has_it(), reason="this interpreter has no stable ABI")


@abi3_only
def test_auto_means_our_lowest_python_and_a_version_means_itself():
    assert limited_api.floor("auto") == "3.9"
    assert limited_api.floor("3.9") == "3.9"


def test_false_means_this_python_only():
    assert limited_api.floor(False) is None


def test_an_interpreter_without_a_stable_abi_gets_an_exact_module(monkeypatch):
    monkeypatch.setattr(limited_api, "interpreter_has_it", lambda: False)
    assert limited_api.floor("auto") is limited_api.floor("3.9") is None


@abi3_only
def test_a_floor_above_this_python_is_refused():
    above = f"3.{sys.version_info[1] + 1}"
    with pytest.raises(ConfigError, match=f'limited-api = "{above}" cannot be built with Python 3.{sys.version_info[1]}'):
        limited_api.floor(above)


def test_the_wheel_tag_of_a_floor():
    assert limited_api.tag("3.12") == "cp312"
