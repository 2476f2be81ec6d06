"""Commands are recorded from setuptools' compilers, with what the environment says, and nothing is run meanwhile."""

from dataclasses import replace

import pytest

from cffi_build.compile import toolchain
from cffi_build.compile.plan import ModuleBuild
from cffi_build.errors import FFIError


@pytest.fixture
def recorder(tmp_path):
    """A recorder on the compiler that a build_ext command sets up."""
    found = []

    class Probe(toolchain.build_ext):
        def build_extensions(self):
            found.append(toolchain.Recorder(self.compiler))

    def make():
        command = Probe(toolchain.Distribution({"name": "probe", "ext_modules": [toolchain.Extension("probe", ["probe.c"])]}))
        command.build_lib = command.build_temp = str(tmp_path)
        command.ensure_finalized()
        command.run()
        return found[0]

    return make


@pytest.fixture
def module(tmp_path):
    return ModuleBuild(
        "pkg._mod",
        ("a.c",),
        output=str(tmp_path / "_mod.so"),
        object_directory=str(tmp_path / "objects"),
        include_dirs=("inc",),
        macros=(("ONE", "1"), ("TWO", None)),
        undefined_macros=("THREE",),
        libraries=("m",),
        library_dirs=("lib",),
        compile_args=("-fextra",),
        link_args=("-Wl,extra",),
    )


def test_a_compile_command_has_all_options_of_the_module(recorder, module):
    output, (command,) = recorder().compile(module, "csrc/a.c")
    assert output.endswith("objects/csrc/a.o")
    assert {"-Iinc", "-DONE=1", "-DTWO", "-UTHREE", "csrc/a.c", output, "-fextra"} <= set(command.arguments)


def test_a_link_command_has_all_options_of_the_module(recorder, module):
    (command,) = recorder().link(module, ["1.o", "2.o"])
    assert {"1.o", "2.o", "-lm", "-Llib", "-Wl,extra", module.output} <= set(command.arguments)


def test_nothing_is_run(recorder, module, tmp_path):
    recorder().compile(module, "no-such-file.c")
    assert not list(tmp_path.rglob("*.o"))


def test_the_environment_chooses_compiler_and_flags(recorder, module, monkeypatch):
    monkeypatch.setenv("CC", "ccache my-cc")
    monkeypatch.setenv("CFLAGS", "-DFROM_ENVIRONMENT")
    _, (command,) = recorder().compile(module, "a.c")
    assert command.arguments[:2] == ("ccache", "my-cc")
    assert "-DFROM_ENVIRONMENT" in command.arguments


def test_cplusplus_is_linked_with_its_own_compiler(recorder, module, monkeypatch):
    monkeypatch.setenv("CXX", "my-c++")
    (command,) = recorder().link(replace(module, language="c++"), ["1.o"])
    assert command.arguments[0] == "my-c++"


def test_the_object_of_a_generated_file_lies_beside_it_not_below_its_whole_path(recorder, module):
    source = f"{module.object_directory}/generated/_mod.c"
    output, (command,) = recorder().compile(module, source)
    assert output == f"{module.object_directory}/generated/_mod.o"
    assert output in command.arguments


def test_a_compiler_class_that_runs_commands_in_another_way_is_refused(module):
    class Silent:
        force = False

        def compile(self, *_arguments, **_keywords):
            return ["x.o"]

    with pytest.raises(FFIError, match="ran a compiler in a way that cffi_build does not know"):
        toolchain.Recorder(Silent()).compile(module, "a.c")
