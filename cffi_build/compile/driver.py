"""Runs a plan: objects of all modules in one parallel pool, output in the order of the plan, every failure collected."""

from __future__ import annotations

import os
import shlex
import subprocess
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, Iterator, List, Sequence, Tuple

from cffi_build.compile.plan import Command, Plan, Step

Report = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """How a step went: the exit status of its last command, and everything the commands wrote."""

    step: Step
    status: int
    output: str


def run(plan: Plan, *, jobs: int = 0, verbosity: int = 1, report: Report = print) -> Tuple[Result, ...]:
    """Run all steps, `jobs` compilers at once (0: `default_jobs`); return one result a step that was run, in order.

    A module whose objects did not all compile is not linked. A step is reported when it and all before it are done.
    `verbosity`: 0 compilers' warnings only; 1 also a line a step; 2 also the commands.
    """
    results: List[Result] = []
    with ThreadPoolExecutor(max_workers=jobs or default_jobs()) as pool:
        for steps in (plan.compile, plan.link):
            failed = {result.step.module for result in results if result.status}
            wanted = [step for step in steps if step.module not in failed]
            for result in _in_order(pool, wanted):
                results.append(result)
                for line in _lines(result, f"[{len(results)}/{len(plan.steps)}]", verbosity):
                    report(line)
    return tuple(results)


def default_jobs() -> int:
    """Return the number of CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_order(pool: ThreadPoolExecutor, steps: Sequence[Step]) -> Iterator[Result]:
    futures: List[Future[Result]] = [pool.submit(_run_step, step) for step in steps]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _run_step(step: Step) -> Result:
    os.makedirs(os.path.dirname(step.output) or ".", exist_ok=True)
    texts = []
    for command in step.commands:
        status, text = _run_command(command)
        texts.append(text)
        if status:
            _remove_partial(step.output)
            return Result(step, status, "".join(texts))
    return Result(step, 0, "".join(texts))


def _run_command(command: Command) -> Tuple[int, str]:
    """Run one command; a program that cannot be started counts as status 127 with a line that says why."""
    environment = {**os.environ, "LC_ALL": "C", **dict(command.environment)}
    try:
        done = subprocess.run(
            command.arguments, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        return 127, f"{command.arguments[0]}: cannot be run: {error.strerror}\n"
    return done.returncode, done.stdout.decode(errors="replace")


def _remove_partial(path: str) -> None:
    if os.path.exists(path):
        os.unlink(path)


def _lines(result: Result, number: str, verbosity: int) -> List[str]:
    """Return what is shown of a step. A failure is only named here; what to do about it is said once, at the end."""
    lines = [f"{number} {result.step.title}" + (": failed" if result.status else "")] if verbosity > 0 else []
    if verbosity > 1:
        lines += [shlex.join(command.arguments) for command in result.step.commands]
    if verbosity > 1 or not result.status:
        lines += result.output.rstrip().splitlines()
    return lines
