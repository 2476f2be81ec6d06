/* cffi_embed.h: how a shared library that contains a generated module starts Python.  It is pasted at the module's end.
 *
 * The first call of a function that Python implements, or of cffi_start_python(), does the following once, in whichever
 * thread it happens: start the interpreter unless the program has one, make the module, run the init code.
 *
 *     not started --> starting, in one thread --> started or failed
 *
 * Other threads wait meanwhile, without holding the GIL: the init code needs it.  The starting thread itself is let
 * through, so that the init code can call what it has just defined.
 */

#ifdef PYPY_VERSION
#error "cffi: embedding is implemented for CPython only; compile this library with CPython"
#endif

#ifdef _WIN32

#include <windows.h>

static SRWLOCK _cffi_mutex = SRWLOCK_INIT;
static CONDITION_VARIABLE _cffi_changed = CONDITION_VARIABLE_INIT;
#define _cffi_lock()       AcquireSRWLockExclusive(&_cffi_mutex)
#define _cffi_unlock()     ReleaseSRWLockExclusive(&_cffi_mutex)
#define _cffi_wait()       SleepConditionVariableSRW(&_cffi_changed, &_cffi_mutex, INFINITE, 0)
#define _cffi_wake_all()   WakeAllConditionVariable(&_cffi_changed)
#define _cffi_sleep_a_ms() Sleep(1)
#define _cffi_load(p)      InterlockedCompareExchange(p, 0, 0)
#define _cffi_store(p, to) InterlockedExchange(p, to)

static int (*_cffi_load_hook(void))(void)
{
    return (int (*)(void))InterlockedCompareExchangePointer((void *volatile *)&PyOS_InputHook, NULL, NULL);
}

static int _cffi_swap_hook(int (*from)(void), int (*to)(void))
{
    void *before = InterlockedCompareExchangePointer((void *volatile *)&PyOS_InputHook, (void *)to, (void *)from);

    return before == (void *)from;
}

#else

#include <dlfcn.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t _cffi_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t _cffi_changed = PTHREAD_COND_INITIALIZER;
#define _cffi_lock()       pthread_mutex_lock(&_cffi_mutex)
#define _cffi_unlock()     pthread_mutex_unlock(&_cffi_mutex)
#define _cffi_wait()       pthread_cond_wait(&_cffi_changed, &_cffi_mutex)
#define _cffi_wake_all()   pthread_cond_broadcast(&_cffi_changed)
#define _cffi_load(p)      __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define _cffi_store(p, to) __atomic_store_n(p, to, __ATOMIC_RELEASE)

static int (*_cffi_load_hook(void))(void)
{
    return __atomic_load_n(&PyOS_InputHook, __ATOMIC_ACQUIRE);
}

static int _cffi_swap_hook(int (*from)(void), int (*to)(void))
{
    return __sync_bool_compare_and_swap(&PyOS_InputHook, from, to);
}

static void _cffi_sleep_a_ms(void)
{
    struct timespec time = {0, 1000000};

    nanosleep(&time, NULL);
}

#endif

enum { _CFFI_NOT_STARTED, _CFFI_STARTING, _CFFI_STARTED, _CFFI_FAILED };

static long _cffi_state = _CFFI_NOT_STARTED; /* written under the mutex, read without */
static unsigned long _cffi_starter;          /* the thread that starts, while _CFFI_STARTING; under the mutex */

#ifdef RTLD_NOLOAD
/* Open the library that `address` lies in once more, and for good. */
static void _cffi_open_again(void *address, int flags)
{
    Dl_info info;

    if (dladdr(address, &info) != 0 && info.dli_fname != NULL)
        (void)dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | flags);
}
#endif

/* ---- the interpreter: one in the process, whichever of several such libraries starts it -------------------------- */

/* While a library starts the interpreter, PyOS_InputHook is this: the same address for libraries unknown to each other.
 * Nobody else uses the hook before the interpreter runs; Py_IsInitialized() is true long before it is complete. */
#define _CFFI_STARTS_INTERPRETER (&Py_IsInitialized)

/* Return 1 when this thread is to start the interpreter and has the lock, 2 when it has no lock because the program has
 * set the hook so early, 0 when the interpreter is complete. */
static int _cffi_lock_interpreter(void)
{
    for (;;) {
        int initialized = Py_IsInitialized();
        int (*hook)(void) = _cffi_load_hook();

        if (hook == _CFFI_STARTS_INTERPRETER)
            _cffi_sleep_a_ms();
        else if (initialized)
            return 0;
        else if (hook != NULL)
            return 2;
        else if (_cffi_swap_hook(NULL, _CFFI_STARTS_INTERPRETER))
            return 1;
    }
}

/* Extension modules are not linked with libpython: they find its symbols only among the global ones.  It is none of those
 * when the program has opened this library, and libpython for it, by dlopen(). */
static void _cffi_publish_python(void)
{
#ifdef RTLD_NOLOAD
    _cffi_open_again((void *)(size_t)&Py_InitializeEx, RTLD_GLOBAL);
#endif
}

/* Python keeps what lies in this library, so that no dlclose() may unload it any more. */
static void _cffi_stay_loaded(void)
{
#ifdef _WIN32
    HMODULE self;

    (void)GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                             (LPCSTR)&_cffi_state, &self);
#elif defined(RTLD_NOLOAD)
    _cffi_open_again(&_cffi_state, 0);
#endif
}

/* Return whether the interpreter was started here: then this thread holds the GIL. */
static int _cffi_start_interpreter(void)
{
    int lock = _cffi_lock_interpreter();

    if (lock == 0)
        return 0;
    _cffi_publish_python();
    Py_InitializeEx(0); /* signals stay the program's */
    if (lock == 1)
        (void)_cffi_swap_hook(_CFFI_STARTS_INTERPRETER, NULL);
    return 1;
}

/* ---- the module and its init code; with the GIL ----------------------------------------------------------------- */

static int _cffi_run_init_code(void)
{
    PyObject *globals = PyDict_New(), *code = NULL, *result = NULL;

    if (globals != NULL && PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins()) == 0)
        code = Py_CompileString(_cffi_init_code, "<init code for '" _CFFI_MODULE_NAME "'>", Py_file_input);
    if (code != NULL)
        result = PyEval_EvalCode(code, globals, globals);
    Py_XDECREF(result);
    Py_XDECREF(code);
    Py_XDECREF(globals);
    return result == NULL ? -1 : 0;
}

static int _cffi_make_and_run(void)
{
    PyObject *module = NULL;

    if (_cffi_exports[_CFFI_EXPORT_SAVE_ERRNO] == NULL) { /* else Python code has imported this library already */
        module = _cffi_make_module(_CFFI_MODULE_NAME, &_cffi_extension);
        if (module == NULL)
            return -1;
        Py_DECREF(module); /* sys.modules has it */
    }
    return _cffi_run_init_code();
}

/* Show the exception, also SystemExit: only the program may end itself. */
static void _cffi_show_failure(void)
{
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyErr_Display(type, value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    PyErr_Clear();
    PySys_FormatStderr("cffi: the library of the module '" _CFFI_MODULE_NAME "' could not be started\n");
    PySys_FormatStderr("cffi: Python %s\ncffi: sys.path is %R\n", Py_GetVersion(), PySys_GetObject("path"));
}

static int _cffi_make_and_run_or_show(void)
{
    if (_cffi_make_and_run() == 0)
        return 0;
    _cffi_show_failure();
    return -1;
}

static int _cffi_start(void)
{
    PyGILState_STATE gil;
    int status;

    _cffi_stay_loaded();
    if (_cffi_start_interpreter()) {
        status = _cffi_make_and_run_or_show();
        (void)PyEval_SaveThread();
        return status;
    }
    gil = PyGILState_Ensure();
    status = _cffi_make_and_run_or_show();
    PyGILState_Release(gil);
    return status;
}

/* ---- once ------------------------------------------------------------------------------------------------------- */

static void _cffi_wait_until_started(void)
{
    _cffi_lock();
    while (_cffi_state == _CFFI_STARTING)
        _cffi_wait();
    _cffi_unlock();
}

static void _cffi_wait_without_gil(void)
{
    PyGILState_STATE gil;
    PyThreadState *state;

    if (!Py_IsInitialized()) { /* this thread cannot hold it */
        _cffi_wait_until_started();
        return;
    }
    gil = PyGILState_Ensure();
    state = PyEval_SaveThread();
    _cffi_wait_until_started();
    PyEval_RestoreThread(state);
    PyGILState_Release(gil);
}

static int _cffi_start_once(void)
{
    unsigned long me = PyThread_get_thread_ident();
    int mine, recursive, status;

    _cffi_lock();
    mine = _cffi_state == _CFFI_NOT_STARTED;
    recursive = _cffi_state == _CFFI_STARTING && _cffi_starter == me;
    if (mine) {
        _cffi_starter = me;
        _cffi_store(&_cffi_state, _CFFI_STARTING);
    }
    _cffi_unlock();
    if (recursive)
        return _cffi_exports[_CFFI_EXPORT_CALL_PYTHON] == NULL ? -1 : 0;
    if (!mine) {
        _cffi_wait_without_gil();
        return _cffi_load(&_cffi_state) == _CFFI_STARTED ? 0 : -1;
    }
    status = _cffi_start();
    _cffi_lock();
    _cffi_store(&_cffi_state, status == 0 ? _CFFI_STARTED : _CFFI_FAILED);
    _cffi_wake_all();
    _cffi_unlock();
    return status;
}

static int cffi_start_python(void)
{
    int saved = errno, status;

    if (_cffi_load(&_cffi_state) == _CFFI_STARTED)
        return 0;
    status = _cffi_start_once();
    errno = saved;
    return status;
}

static void _cffi_call_embedded(struct _cffi_externpy_s *function, char *data)
{
    int saved = errno;

    if (cffi_start_python() == 0) {
        _cffi_export(_CFFI_EXPORT_CALL_PYTHON, void (*)(struct _cffi_externpy_s *, char *))(function, data);
        return;
    }
    fprintf(stderr, "cffi: %s() returns 0: its library could not be started\n", function->name);
    memset(data, 0, function->size_of_result);
    errno = saved;
}
