"""The C extension `_cffi_backend`, and the packages that go with it. Everything else stands in pyproject.toml."""

import glob
import os
import sys

from setuptools import Extension, find_packages, setup
from setuptools.command import bdist_wheel as wheel
from setuptools.command import build_ext as command

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cffi_build.boundary import errors_as_exit
from cffi_build.compile import pkgconfig
from cffi_build.compile.build import build_all
from cffi_build.errors import PkgConfigError


class build_ext(command.build_ext):
    """Compiles as `cffi_build` does for others: in parallel, and with its explanations of errors."""

    def build_extensions(self):
        with errors_as_exit():
            build_all(self, self.extensions)


def backend():
    """Return the extension. CFFI_WERROR=1 makes the compiler's warnings errors."""
    strict = ["-Werror"] if os.environ.get("CFFI_WERROR") == "1" else []
    try:
        libffi = pkgconfig.query(["libffi >= 3.3"])
    except PkgConfigError as error:
        sys.exit(f"cffi: cannot build the C extension _cffi_backend\n{error}")
    return Extension(
        "_cffi_backend",
        sources=sorted(["c_src/module.c", *glob.glob("c_src/*/*.c")]),
        depends=sorted(glob.glob("c_src/**/*.h", recursive=True) + glob.glob("c_src/**/*.def", recursive=True)),
        include_dirs=["c_src", *libffi.include_dirs],
        define_macros=list(libffi.macros),
        library_dirs=list(libffi.library_dirs),
        libraries=list(libffi.libraries),
        extra_compile_args=["-std=gnu11", "-O3", "-fvisibility=hidden", "-Wall", "-Wextra", *strict, *libffi.compile_args],
        extra_link_args=list(libffi.link_args),
    )


class bdist_wheel(wheel.bdist_wheel):
    """Tags the wheel of PyPy, which has no extension: no other interpreter may take it for theirs."""

    def initialize_options(self):
        super().initialize_options()
        self.python_tag = f"pp{sys.version_info[0]}{sys.version_info[1]}"


if sys.implementation.name == "pypy":
    # PyPy comes with `cffi` and `_cffi_backend`, which nothing can replace: there this distribution is the build backend
    setup(cmdclass={"bdist_wheel": bdist_wheel}, packages=find_packages(include=["cffi_build*"]))
else:
    packages = find_packages(include=["cffi", "cffi.*", "cffi_build*", "cffi_runtime*"])
    setup(cmdclass={"build_ext": build_ext}, ext_modules=[backend()], packages=packages)
