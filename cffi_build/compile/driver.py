"""Runs a plan: objects of all modules in one parallel pool, output in the order of the plan, every failure collected."""

from __future__ import annotations

import os
import shlex
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, Iterator, List, Optional, Protocol, Sequence, Tuple

from cffi_build.compile.plan import Plan, Step
from cffi_build.compile.processes import Processes
from cffi_build.compile.progress import Progress

Report = Callable[[str], None]
Verify = Callable[[Step], str]
"""Looks at what a step has made; returns what is wrong with it, "" for nothing."""


@dataclass(frozen=True)
class Result:
    """How a step went: the exit status of its last command, and everything the commands wrote. `cached`: none had to be run."""

    step: Step
    status: int
    output: str
    cached: bool = False


class Cached(Protocol):
    """What the driver needs of a cache."""

    def restore(self, step: Step) -> Optional[str]:
        """Make the step's output and return what was printed when it was made; None: it must be run."""

    def store(self, step: Step, printed: str) -> None:
        """Remember what the step has made and printed."""


def accept(_step: Step) -> str:
    """Find nothing wrong with any step."""
    return ""


def run(
    plan: Plan,
    *,
    jobs: int = 0,
    verbosity: int = 1,
    report: Report = print,
    cache: Optional[Cached] = None,
    verify: Verify = accept,
) -> Tuple[Result, ...]:
    """Run all steps, `jobs` compilers at once (0: `default_jobs`); return one result a step that was run, in order.

    A module whose objects did not all compile is not linked. A step is reported when it and all before it are done.
    `verify` is asked about what link steps have made. `verbosity`: 0 compilers' warnings only; 1 also a line a step; 2 also the commands.
    """
    results: List[Result] = []
    progress = Progress(len(plan.steps), report, live=verbosity == 1)
    worker = _Worker(Processes(), progress, cache, verify)
    with ThreadPoolExecutor(max_workers=jobs or default_jobs()) as pool, progress:
        for steps in (plan.compile, plan.link):
            failed = {result.step.module for result in results if result.status}
            wanted = [step for step in steps if step.module not in failed]
            for result in _in_order(pool, worker, wanted):
                results.append(result)
                for line in _lines(result, f"[{len(results)}/{len(plan.steps)}]", verbosity):
                    progress.line(line)
    return tuple(results)


def default_jobs() -> int:
    """Return the number of CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_order(pool: ThreadPoolExecutor, worker: _Worker, steps: Sequence[Step]) -> Iterator[Result]:
    futures: List[Future[Result]] = [pool.submit(worker.run, step) for step in steps]
    try:
        for future in futures:
            yield future.result()
    except BaseException:
        worker.processes.stop()
        raise
    finally:
        for future in futures:
            future.cancel()


@dataclass(frozen=True)
class _Worker:
    """Runs single steps, in whichever thread."""

    processes: Processes
    progress: Progress
    cache: Optional[Cached]
    verify: Verify

    def run(self, step: Step) -> Result:
        os.makedirs(os.path.dirname(step.output) or ".", exist_ok=True)
        printed = self.cache.restore(step) if self.cache else None
        if printed is not None:
            self.progress.done(step.title)
            return Result(step, 0, printed, cached=True)
        self.progress.begun(step.title)
        result = self._run_commands(step)
        if self.cache and result.status == 0:
            self.cache.store(step, result.output)
        self.progress.done(step.title)
        return result

    def _run_commands(self, step: Step) -> Result:
        texts = []
        for command in step.commands:
            status, text = self.processes.run(command)
            texts.append(text)
            if status:
                _remove_partial(step.output)
                return Result(step, status, "".join(texts))
        wrong = self.verify(step) if step.kind == "link" else ""
        if wrong:
            _remove_partial(step.output)
        return Result(step, 1 if wrong else 0, "".join(texts) + wrong)


def _remove_partial(path: str) -> None:
    if os.path.exists(path):
        os.unlink(path)


def _lines(result: Result, number: str, verbosity: int) -> List[str]:
    """Return what is shown of a step. A failure is only named here; what to do about it is said once, at the end."""
    shown = verbosity > 1 or (verbosity > 0 and not result.cached)
    lines = [f"{number} {result.step.title}" + (": failed" if result.status else "")] if shown else []
    if verbosity > 1:
        lines += ["(cached)"] if result.cached else [shlex.join(command.arguments) for command in result.step.commands]
    if verbosity > 1 or not result.status:
        lines += result.output.rstrip().splitlines()
    return lines
