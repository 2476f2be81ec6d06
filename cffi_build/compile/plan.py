"""What is to be compiled and linked, as plain values: modules in, steps out. Nothing here touches a file or a compiler."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Iterator, Literal, Optional, Protocol, Sequence, Tuple

Macro = Tuple[str, Optional[str]]


@dataclass(frozen=True)
class Command:
    """One process to run. `environment` holds what differs from our own environment."""

    arguments: Tuple[str, ...]
    environment: Tuple[Tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ModuleBuild:
    """One extension module: what goes in, the compiler's options, and where the results go."""

    name: str
    sources: Tuple[str, ...]
    output: str
    object_directory: str
    include_dirs: Tuple[str, ...] = ()
    macros: Tuple[Macro, ...] = ()
    undefined_macros: Tuple[str, ...] = ()
    libraries: Tuple[str, ...] = ()
    library_dirs: Tuple[str, ...] = ()
    runtime_library_dirs: Tuple[str, ...] = ()
    compile_args: Tuple[str, ...] = ()
    link_args: Tuple[str, ...] = ()
    extra_objects: Tuple[str, ...] = ()
    exports: Tuple[str, ...] = ()
    language: Optional[str] = None
    generated: Optional[str] = None
    """Which of the sources we generated from declarations."""
    debug: bool = False


@dataclass(frozen=True)
class Step:
    """One line of the build's output: commands that together make `output` from `inputs`."""

    kind: Literal["compile", "link"]
    module: str
    inputs: Tuple[str, ...]
    output: str
    commands: Tuple[Command, ...]
    generated: bool = False
    """Whether the input is the file that we generated."""
    dependency_file: str = ""
    """The file in which the compiler, or the linker, writes down what it has read; "" when it cannot."""

    @property
    def title(self) -> str:
        """What the progress line says."""
        if self.kind == "link":
            return f"link {self.module}"
        source = self.inputs[0]  # an absolute name is that of a generated file in a temporary folder
        return f"cc {os.path.basename(source) if os.path.isabs(source) else source}"


@dataclass(frozen=True)
class Plan:
    """All compile steps of all modules, then one link step a module. Compile steps may run in any order or at once."""

    compile: Tuple[Step, ...]
    link: Tuple[Step, ...]

    @property
    def steps(self) -> Tuple[Step, ...]:
        """All steps, in the order in which they are reported."""
        return self.compile + self.link


class CommandLines(Protocol):
    """What a plan needs to know of the tool chain: which commands it would run."""

    def compile(self, module: ModuleBuild, source: str) -> Tuple[str, Tuple[Command, ...]]:
        """Return the object file that compiling `source` makes, and the commands."""

    def link(self, module: ModuleBuild, objects: Sequence[str]) -> Tuple[Command, ...]:
        """Return the commands that link `objects` into ``module.output``."""


def make_plan(modules: Sequence[ModuleBuild], lines: CommandLines) -> Plan:
    """Return the steps that build `modules`."""
    compiled = {module.name: tuple(_compile_steps(module, lines)) for module in modules}
    linked = tuple(_link_step(module, [step.output for step in compiled[module.name]], lines) for module in modules)
    return Plan(tuple(step for module in modules for step in compiled[module.name]), linked)


def _compile_steps(module: ModuleBuild, lines: CommandLines) -> Iterator[Step]:
    for source in module.sources:
        output, commands = lines.compile(module, source)
        yield Step("compile", module.name, (source,), output, commands, generated=source == module.generated)


def _link_step(module: ModuleBuild, objects: Sequence[str], lines: CommandLines) -> Step:
    everything = (*objects, *module.extra_objects)
    return Step("link", module.name, everything, module.output, lines.link(module, everything))
