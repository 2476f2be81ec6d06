"""Libraries that start Python: C programs without and with an interpreter, threads, failures; with the reference runtime."""

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from cffi_build import cdef, emit

LIBDIR = sysconfig.get_config_var("LIBDIR") or ""
LINK = [f"-L{LIBDIR}", f"-lpython{sysconfig.get_config_var('LDVERSION')}", f"-Wl,-rpath,{LIBDIR}"]
SHARED = list(Path(LIBDIR).glob(f"libpython{sysconfig.get_config_var('LDVERSION')}.*so*"))
pytestmark = pytest.mark.skipif(not SHARED, reason="this interpreter comes without a shared libpython to link with")

TEXT = """
    struct point { int x, y; };
    extern "Python+C" { int add(int, int); int point_sum(struct point *p); }
    extern "Python" int inner(int);
"""
SOURCE = """
    struct point { int x, y; };
    static int inner(int);
    CFFI_DLLEXPORT int outer(int x);
    CFFI_DLLEXPORT int outer(int x) { return inner(x) + 1; }
    CFFI_DLLEXPORT int start(void);
    CFFI_DLLEXPORT int start(void) { return cffi_start_python(); }
"""
INIT_CODE = """
import sys, time
from NAME import ffi, lib
time.sleep(0.05)  # other threads arrive meanwhile

@ffi.def_extern()
def add(a, b):
    return a + b

@ffi.def_extern()
def point_sum(p):
    return p.x + p.y

@ffi.def_extern()
def inner(x):
    return 10 * x

sys.stdout.write("init code of NAME %d\\n" % ffi.addressof(lib, "add")(5, 6))
sys.stdout.flush()
"""
HOST = """
    #include <errno.h>
    #include <pthread.h>
    #include <stdio.h>
    struct point { int x, y; };
    extern int add(int, int), point_sum(struct point *), outer(int), start(void);
    static void *work(void *out)
    {
        int i, sum = 0;
        for (i = 0; i < 100; i++)
            sum += add(i, 1);
        *(int *)out = sum;
        return NULL;
    }
    int main(void)
    {
        pthread_t threads[8];
        struct point p = {3, 4};
        int sums[8], i;
        errno = 77;
        for (i = 0; i < 8; i++)
            pthread_create(&threads[i], NULL, work, &sums[i]);
        for (i = 0; i < 8; i++)
            pthread_join(threads[i], NULL);
        for (i = 0; i < 8; i++)
            printf("%d ", sums[i]);
        printf("%d %d %d ", point_sum(&p), outer(4), start());
        printf("%d\\n", errno);
        return 0;
    }
"""


class Embedding:
    """A folder with libraries that embed Python, and programs that use them."""

    def __init__(self, folder, reference):
        self.folder, self.reference = folder, reference
        self.environment = {**os.environ, "PATH": f"{reference.parent}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C"}

    def library(self, name, compiler="gcc", init_code=INIT_CODE, text=TEXT, source=SOURCE, link=tuple(LINK)):
        """Make libNAME.so with the module NAME inside."""
        path = self.folder / f"{name}.c"
        declarations = cdef.parse(text, filename=f"{name}.h")
        path.write_text(emit.c_source(name, declarations, source, embedding=init_code.replace("NAME", name)))
        include = sysconfig.get_path("include")
        language = ["-x", "c++"] if compiler.endswith("++") else []
        flags = ["-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", f"-I{include}"]
        subprocess.run([compiler, *language, path, "-x", "none", *flags, *link, "-o", f"lib{name}.so"], cwd=self.folder, check=True)

    def program(self, code, *libraries):
        """Make a program; return what it prints and what it says on stderr."""
        (self.folder / "host.c").write_text(code)
        link = [f"-l{name}" for name in libraries]
        command = ["gcc", "host.c", "-o", "host", "-L.", *link, "-lpthread", "-ldl", f"-Wl,-rpath,{self.folder}", f"-Wl,-rpath,{LIBDIR}"]
        subprocess.run(command, cwd=self.folder, check=True)
        return self.run_program()

    def run_program(self):
        """Run the program once more."""
        done = subprocess.run(["./host"], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr

    def python(self, code):
        """Run Python code beside the libraries; return what it prints."""
        command = [self.reference, "-c", code]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def embedding(tmp_path, reference):
    return Embedding(tmp_path, reference)


@pytest.mark.parametrize("compiler", ["gcc", "clang", "g++"])
def test_python_starts_once_when_eight_threads_call_at_the_same_time(compiler, embedding):
    source = SOURCE if not compiler.endswith("++") else 'extern "C" {' + SOURCE + "int add(int, int); int point_sum(struct point *); }"
    embedding.library("plug", compiler, source=source)
    printed, said = embedding.program(HOST, "plug")
    assert printed == "init code of plug 11\n" + "5050 " * 8 + "7 41 0 77\n"
    assert said == ""


def test_the_interpreter_is_that_of_the_virtual_environment_in_path(embedding):
    embedding.library("plug", init_code="import sys\nprint(sys.prefix, flush=True)\n" + INIT_CODE)
    printed, _ = embedding.program(HOST, "plug")
    assert printed.splitlines()[0] == str(embedding.reference.parent.parent)


PLUGIN_HOST = """
    #include <dlfcn.h>
    #include <stdio.h>
    int main(void)
    {
        void *library = dlopen("./libplug.so", RTLD_NOW | RTLD_LOCAL);
        int (*add)(int, int) = (int (*)(int, int))dlsym(library, "add");
        printf("%d\\n", add(20, 22));
        return 0;
    }
"""


def test_a_program_that_opens_the_library_itself_lets_extension_modules_find_python(embedding):
    embedding.library("plug")
    assert embedding.program(PLUGIN_HOST) == ("init code of plug 11\n42\n", "")


def test_the_library_stays_when_it_is_closed_because_python_keeps_parts_of_it(embedding):
    embedding.library("plug")
    embedding.program(PLUGIN_HOST.replace("return 0;", "return dlclose(library) || add(1, 2) != 3;"))
    code = "import _ctypes, ctypes; library = ctypes.CDLL('./libplug.so'); library.add(3, 4); _ctypes.dlclose(library._handle)\n"
    code += "import plug; print(plug.ffi.addressof(plug.lib, 'add')(1, 2), plug.ffi.sizeof('struct point'))"
    assert embedding.python(code) == "init code of plug 11\n3 8\n"


def test_a_program_that_has_python_gets_no_second_interpreter(embedding):
    embedding.library("plug", link=())
    code = """
import ctypes, sys, threading
sys.marker = 1
library = ctypes.CDLL("./libplug.so")          # without the GIL
held = ctypes.PyDLL("./libplug.so")            # with it
results = []
threads = [threading.Thread(target=lambda f=f: results.append(f(20, 22))) for f in (library.add, held.add) * 4]
for thread in threads: thread.start()
for thread in threads: thread.join()
import plug
print(results == [42] * 8, sys.marker, plug.lib.add is not None, library.outer(2))
"""
    assert embedding.python(code) == "init code of plug 11\nTrue 1 True 21\n"


def test_two_libraries_in_one_program_share_the_interpreter(embedding):
    renamed = TEXT.replace("add(", "add2(").replace("point_sum(", "point_sum2(").replace("inner(", "inner2(")
    source = SOURCE.replace("inner(", "inner2(").replace("outer(", "outer2(").replace("start(void", "start2(void")
    init = INIT_CODE.replace("def add(", "def add2(").replace("def point_sum(", "def point_sum2(").replace("def inner(", "def inner2(")
    embedding.library("one")
    embedding.library("two", text=renamed, source=source, init_code=init.replace('lib, "add"', 'lib, "add2"'))
    code = """
        #include <pthread.h>
        #include <stdio.h>
        extern int add(int, int), add2(int, int);
        static void *first(void *p) { *(int *)p = add(1, 2); return NULL; }
        static void *second(void *p) { *(int *)p = add2(3, 4); return NULL; }
        int main(void)
        {
            pthread_t a, b;
            int x, y;
            pthread_create(&a, NULL, first, &x);
            pthread_create(&b, NULL, second, &y);
            pthread_join(a, NULL);
            pthread_join(b, NULL);
            printf("%d %d\\n", x, y);
            return 0;
        }
    """
    embedding.program(code, "one", "two")
    for _ in range(10):
        printed, said = embedding.run_program()
        assert sorted(printed.splitlines()) == ["3 7", "init code of one 11", "init code of two 11"]
        assert said == ""


@pytest.mark.parametrize(
    "init_code, words",
    [
        ("1 / 0", "ZeroDivisionError"),
        ("def f(:", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("import no_such_module", "ModuleNotFoundError"),
    ],
)
def test_a_failing_start_is_shown_once_and_every_call_returns_0(init_code, words, embedding):
    embedding.library("plug", init_code=init_code)
    code = """
        #include <stdio.h>
        extern int add(int, int), start(void);
        int main(void) { printf("%d %d %d\\n", add(1, 2), start(), add(3, 4)); return 0; }
    """
    printed, said = embedding.program(code, "plug")
    assert printed == "0 -1 0\n"
    assert said.count(words) >= 1 and said.count("could not be started\ncffi: Python") == 1
    assert said.count("cffi: plug.add() returns 0") == 2
    assert "sys.path is [" in said


def test_the_library_can_export_a_variable_that_the_init_code_uses(embedding):
    text = 'extern "Python+C" { extern int (*hook)(int); int add(int, int); }'
    source = "CFFI_DLLEXPORT int (*hook)(int);"
    init_code = "from NAME import ffi, lib\nprint(lib.hook(400), flush=True)\nffi.def_extern('add')(lambda a, b: a + b)"
    embedding.library("plug", text=text, source=source, init_code=init_code)
    code = """
        #include <stdio.h>
        extern int (*hook)(int);
        extern int add(int, int);
        static int twice_and_recursive(int x) { return x + add(1, 2); }
        int main(void) { hook = twice_and_recursive; printf("%d\\n", add(20, 22)); return 0; }
    """
    printed, said = embedding.program(code, "plug")
    assert printed == "400\n42\n" and said.count("add()") == 1  # no Python code yet when the init code came to call it


def test_a_function_without_python_code_says_so(embedding):
    embedding.library("plug", init_code="pass")
    code = '#include <stdio.h>\nextern int add(int, int);\nint main(void) { printf("%d\\n", add(1, 2)); return 0; }'
    printed, said = embedding.program(code, "plug")
    assert printed == "0\n" and "add" in said


def test_the_init_code_reaches_python_unchanged(embedding):
    text = 'print(ascii("tab\\t quote\\" backslash\\\\ ☃ ??/ %d"), flush=True)\n'
    embedding.library("plug", init_code=text + INIT_CODE)
    printed, _ = embedding.program(HOST, "plug")
    assert printed.splitlines()[0] == ascii('tab\t quote" backslash\\ ☃ ??/ %d')
