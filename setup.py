"""The C extension `_cffi_backend`, and the packages that go with it. Everything else stands in pyproject.toml."""

import glob
import os
import sys

from setuptools import Extension, find_packages, setup
from setuptools.command import bdist_wheel as wheel
from setuptools.command import build_ext as command

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cffi_build.boundary import errors_as_exit
from cffi_build.compile import cross, pkgconfig
from cffi_build.compile.build import build_all
from cffi_build.compile.tags import WithCheckedTag
from cffi_build.errors import PkgConfigError


class build_ext(command.build_ext):
    """Compiles as `cffi_build` does for others: in parallel, and with its explanations of errors."""

    def build_extensions(self):
        with errors_as_exit():
            cross.aim(self)
            build_all(self, self.extensions)

    def get_ext_filename(self, fullname):
        return cross.file_name(self, fullname) or super().get_ext_filename(fullname)


HEADERS = "cffi_build/emit/headers"
# Functions of Python are called through their addresses, without a stub in between
DIRECT_CALLS = ["-fno-plt"] if "linux" in os.environ.get("CFFI_BUILD_TARGET", sys.platform) else []
# A libffi that is part of the extension is nobody else's: its functions are neither found by others nor looked up by name
OWN_LIBFFI = ["-Wl,--exclude-libs,libffi.a"] if sys.platform == "linux" and "CFFI_BUILD_TARGET" not in os.environ else []


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
        depends=sorted([*glob.glob("c_src/*/*.h"), *glob.glob(f"{HEADERS}/*.h"), *glob.glob("c_src/*/*.def")]),
        include_dirs=["c_src", HEADERS, *libffi.include_dirs],
        define_macros=list(libffi.macros),
        library_dirs=list(libffi.library_dirs),
        libraries=list(libffi.libraries),
        extra_compile_args=["-std=gnu11", "-O3", "-fvisibility=hidden", *DIRECT_CALLS, "-Wall", "-Wextra", *strict, *libffi.compile_args],
        extra_link_args=[*libffi.link_args, *OWN_LIBFFI],
    )


class bdist_wheel(WithCheckedTag, wheel.bdist_wheel):
    """Tags the wheel for the platform that was compiled for, CFFI_BUILD_TARGET, and looks whether the extension is for that."""

    def run(self):
        with errors_as_exit():
            super().run()


class bdist_wheel_pypy(wheel.bdist_wheel):
    """Tags the wheel of PyPy, which has no extension: no other interpreter may take it for theirs."""

    def initialize_options(self):
        super().initialize_options()
        self.python_tag = f"pp{sys.version_info[0]}{sys.version_info[1]}"


if sys.implementation.name == "pypy":
    # PyPy comes with `cffi` and `_cffi_backend`, which nothing can replace: there this distribution is the build backend
    setup(cmdclass={"bdist_wheel": bdist_wheel_pypy}, packages=find_packages(include=["cffi_build*"]))
else:
    packages = find_packages(include=["cffi", "cffi.*", "cffi_build*", "cffi_runtime*"])
    with errors_as_exit():
        for problem in cross.begin({}):
            sys.exit(f"{problem.place}: {problem.message}")
    setup(cmdclass={"build_ext": build_ext, "bdist_wheel": bdist_wheel}, ext_modules=[backend()], packages=packages)
