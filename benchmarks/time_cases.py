"""Times the cases of one implementation with pyperf.

    VENV/bin/python benchmarks/time_cases.py --implementation cffi-api --cases 'call[.].*' -o ours.json
    python -m pyperf compare_to reference.json ours.json --table
"""

from __future__ import annotations

import re
import sys
import time
from functools import partial
from itertools import repeat
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pyperf
from cases import CASES, FAMILY
from worker import measured, names_of, operations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from worker import Measured


def pass_on(command: list[str], args: argparse.Namespace) -> None:
    """Give the worker processes of pyperf our own options."""
    command.extend(["--implementation", args.implementation, "--cases", args.cases])


def time_loops(function: Measured, loops: int) -> float:
    return function(repeat(None, loops), time.perf_counter)


def main() -> None:
    runner = pyperf.Runner(add_cmdline_args=pass_on)
    runner.argparser.add_argument("--implementation", choices=list(FAMILY), default="cffi-api")
    runner.argparser.add_argument("--cases", default=".*", help="regular expression of names")
    args = runner.parse_args()
    names = names_of(args.implementation)
    for case in CASES.values():
        if not re.fullmatch(args.cases, case.name) or case.code_for(args.implementation) is None:
            continue
        function = measured(case, args.implementation, names)
        per_loop = case.unroll * operations(case)
        runner.bench_time_func(case.name, partial(time_loops, function), inner_loops=per_loop)


if __name__ == "__main__":
    main()
