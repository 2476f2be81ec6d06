"""Times the cases of several implementations in turns: of each the least of many short runs, which a busy machine disturbs least.

    python benchmarks/time_in_turns.py --json times.json ours=VENV/bin/python:cffi-api,ctypes reference=VENV/bin/python:cffi-api …

Each argument is NAME=INTERPRETER:IMPLEMENTATIONS, as for count_instructions.py. The results are nanoseconds per operation.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from itertools import repeat
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cases import CASES
from worker import measured, names_of, operations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List

    from cases import Case

RUN = 0.0002
"""Seconds of one run: shorter than what a scheduler gives a process."""
RUNS = 20


def least(case: Case, implementation: str, names: Dict[str, Any]) -> float:
    """Return the nanoseconds per operation of the best run."""
    function = measured(case, implementation, names)
    once = min(function(repeat(None, 3), time.perf_counter) for _ in range(5)) / 3
    loops = max(1, int(RUN / max(once, 1e-9)))
    best = min(function(repeat(None, loops), time.perf_counter) for _ in range(RUNS))
    return best / loops / case.unroll / operations(case) * 1e9


def work(implementation: str, chosen: Iterable[str]) -> None:
    names = names_of(implementation)
    json.dump({name: least(CASES[name], implementation, names) for name in chosen}, sys.stdout)


def turn(python: str, implementation: str, names: List[str]) -> Dict[str, float]:
    """Run the cases once in a process of their own."""
    done = subprocess.run([python, __file__, "--work", implementation, *names], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{python} {implementation}:\n{done.stderr[-3000:]}")
    result: Dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environments", nargs="+", metavar="NAME=INTERPRETER:IMPLEMENTATIONS")
    parser.add_argument("--cases", default=".*", help="regular expression of names")
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--json", type=Path, required=True)
    options = parser.parse_args()
    result: Dict[str, Dict[str, float]] = {}
    for _ in range(options.turns):
        for environment in options.environments:
            name, _, rest = environment.partition("=")
            python, _, implementations = rest.rpartition(":")
            for implementation in implementations.split(","):
                chosen = [case.name for case in CASES.values() if re.fullmatch(options.cases, case.name) and case.code_for(implementation)]
                best = result.setdefault(f"{name} {implementation}", {})
                for case, value in turn(python, implementation, chosen).items():
                    best[case] = round(min(value, best.get(case, value)), 2)
        options.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2], sys.argv[3:])
    else:
        main()
