"""A project of the older kind: setuptools' backend, build scripts named in setup.py."""

from setuptools import setup

setup(cffi_modules=["build_modules.py:compiled", "build_modules.py:declared"])
