"""Plans are plain values made from modules and command lines; no compiler is involved."""

from cffi_build.compile.plan import Command, ModuleBuild, make_plan


class FakeLines:
    """A tool chain whose commands show what they were asked for."""

    def compile(self, module, source):
        output = f"{module.object_directory}/{source}.o"
        return output, (Command(("cc", source, "-o", output)),)

    def link(self, module, objects):
        return (Command(("ld", *objects, "-o", module.output)),)


def module(name, *sources, **keywords):
    return ModuleBuild(name, sources, output=f"{name}.so", object_directory=f"obj/{name}", **keywords)


def test_all_objects_of_all_modules_come_before_the_links():
    plan = make_plan([module("a", "1.c", "2.c"), module("b", "1.c")], FakeLines())
    assert [step.title for step in plan.steps] == ["cc 1.c", "cc 2.c", "cc 1.c", "link a", "link b"]


def test_each_module_has_its_own_object_directory():
    plan = make_plan([module("a", "x.c"), module("b", "x.c")], FakeLines())
    assert [step.output for step in plan.compile] == ["obj/a/x.c.o", "obj/b/x.c.o"]


def test_the_step_of_the_generated_file_is_marked():
    plan = make_plan([module("a", "gen.c", "x.c", generated="gen.c")], FakeLines())
    assert [step.generated for step in plan.steps] == [True, False, False]


def test_a_link_takes_the_module_s_own_objects_and_its_extra_ones():
    plan = make_plan([module("a", "x.c", extra_objects=("lib.a",)), module("b", "y.c")], FakeLines())
    assert plan.link[0].inputs == ("obj/a/x.c.o", "lib.a")
    assert plan.link[1].inputs == ("obj/b/y.c.o",)
    assert plan.link[0].output == "a.so"
