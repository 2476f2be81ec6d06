"""What we add to the command lines that setuptools makes: launcher, dependency files, and names in place of folders."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import List, Sequence, Tuple

from cffi_build.compile import identity
from cffi_build.compile.fingerprint import Places
from cffi_build.compile.plan import Command, Plan, Step

UNKNOWN_TO_ZIG = ("-Wl,-Bsymbolic-functions",)
"""What Debian's Python adds to every link to make it faster, and zig stops at."""


def amend(plan: Plan, places: Places, launcher: Sequence[str] = ()) -> Plan:
    """Return `plan` with our options. `places`: folders whose paths must not show in what is made. `launcher`: see `_launched`."""
    return Plan(
        tuple(_compile_step(step, places, launcher) for step in plan.compile),
        tuple(_link_step(step) for step in plan.link),
    )


def _compile_step(step: Step, places: Places, launcher: Sequence[str]) -> Step:
    tool = identity.compiler(step.commands[-1].arguments)
    options: List[str] = []
    if tool.file_prefix_map:  # the last that matches counts, so the longest goes last
        options += [f"-ffile-prefix-map={path}={name}" for path, name in reversed(_concerning(step, places))]
    step, dependency_options = _with_dependency_file(step, tool.dependency_file, ("-MD", "-MF", "{}"))
    return _changed(step, tuple(launcher), (*options, *dependency_options))


def _concerning(step: Step, places: Places) -> Places:
    """Return those of `places` that the compiler hears of: it is a new one each time, and sccache takes other options for other objects."""
    words = [word for command in step.commands for word in command.arguments if word != step.output]
    return [place for place in places if place[0] == os.getcwd() or any(place[0] in word for word in words)]


def _link_step(step: Step) -> Step:
    tool = identity.linker(step.commands[-1].arguments)
    if "\nzig ld " in tool.text:
        step = _without(step, UNKNOWN_TO_ZIG)
    step, options = _with_dependency_file(step, tool.dependency_file, ("-Wl,--dependency-file={}",))
    return _changed(step, (), options)


def _without(step: Step, options: Sequence[str]) -> Step:
    kept = (tuple(word for word in command.arguments if word not in options) for command in step.commands)
    return replace(step, commands=tuple(Command(words, command.environment) for words, command in zip(kept, step.commands)))


def _with_dependency_file(step: Step, able: bool, options: Sequence[str]) -> Tuple[Step, Tuple[str, ...]]:
    if not able or len(step.commands) != 1:
        return step, ()
    name = step.output + ".d"
    return replace(step, dependency_file=name), tuple(option.format(name) for option in options)


def _changed(step: Step, before: Tuple[str, ...], after: Tuple[str, ...]) -> Step:
    commands = tuple(Command((*before, *command.arguments, *after), command.environment) for command in step.commands)
    return replace(step, commands=commands)
