"""The driver runs plans made of small Python programs instead of compilers."""

import sys

from cffi_build.compile import driver
from cffi_build.compile.plan import Command, Plan, Step


def step(kind, module, output, program, environment=()):
    return Step(kind, module, (f"{output}.c",), str(output), (Command((sys.executable, "-c", program), environment),))


def run(plan, **keywords):
    lines = []
    results = driver.run(plan, report=lines.append, **keywords)
    return results, lines


def test_output_is_in_the_order_of_the_plan_whatever_finishes_first(tmp_path):
    slow = step("compile", "m", tmp_path / "slow.o", "import time; time.sleep(0.3); print('slow says')")
    fast = step("compile", "m", tmp_path / "fast.o", "print('fast says')")
    results, lines = run(Plan((slow, fast), ()), jobs=2)
    assert [result.output for result in results] == ["slow says\n", "fast says\n"]
    assert lines == ["[1/2] cc slow.o.c", "slow says", "[2/2] cc fast.o.c", "fast says"]


def test_jobs_run_at_the_same_time(tmp_path):
    meet = (
        "import pathlib, time; here = pathlib.Path({mine!r}); here.touch(); other = pathlib.Path({other!r}); end = time.time() + 20\n"
        "while not other.exists():\n    assert time.time() < end; time.sleep(0.01)"
    )
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    steps = (step("compile", "m", a + ".o", meet.format(mine=a, other=b)), step("compile", "m", b + ".o", meet.format(mine=b, other=a)))
    results, _ = run(Plan(steps, ()), jobs=2)
    assert [result.status for result in results] == [0, 0]


def test_every_failure_is_collected_and_a_failed_module_is_not_linked(tmp_path):
    bad = "import sys; sys.exit(3)"
    plan = Plan(
        tuple(step("compile", module, tmp_path / f"{n}.o", program) for n, module, program in ((1, "a", bad), (2, "a", bad), (3, "b", ""))),
        tuple(step("link", module, tmp_path / f"{module}.so", "") for module in ("a", "b")),
    )
    results, lines = run(plan)
    assert [(result.step.kind, result.step.module, result.status) for result in results] == [
        ("compile", "a", 3),
        ("compile", "a", 3),
        ("compile", "b", 0),
        ("link", "b", 0),
    ]
    assert lines[0].endswith("1.o.c: failed")


def test_a_failed_step_leaves_no_half_written_output(tmp_path):
    output = tmp_path / "x.o"
    program = f"open({str(output)!r}, 'w').write('half'); raise SystemExit(1)"
    run(Plan((step("compile", "m", output, program),), ()))
    assert not output.exists()


def test_folders_of_outputs_are_made(tmp_path):
    output = tmp_path / "deep" / "down" / "x.o"
    results, _ = run(Plan((step("compile", "m", output, f"open({str(output)!r}, 'w')"),), ()))
    assert results[0].status == 0


def test_a_program_that_cannot_be_started_is_a_failure_that_says_why(tmp_path):
    command = Command(("no-such-compiler", "-c"))
    results, _ = run(Plan((Step("compile", "m", ("x.c",), str(tmp_path / "x.o"), (command,)),), ()))
    assert results[0].status == 127
    assert results[0].output == "no-such-compiler: cannot be run: No such file or directory\n"


def test_messages_are_in_english_and_a_command_s_own_environment_counts(tmp_path):
    program = "import os; print(os.environ['LC_ALL'], os.environ['EXTRA'])"
    results, _ = run(Plan((step("compile", "m", tmp_path / "x.o", program, (("EXTRA", "yes"),)),), ()))
    assert results[0].output == "C yes\n"


def test_verbosity_chooses_between_warnings_only_titles_and_commands(tmp_path):
    plan = Plan((step("compile", "m", tmp_path / "x.o", "print('warning')"),), ())
    assert run(plan, verbosity=0)[1] == ["warning"]
    assert len(run(plan, verbosity=1)[1]) == 2
    assert run(plan, verbosity=2)[1][1].startswith(sys.executable)
