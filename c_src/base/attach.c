/* attach.c: entering Python from C code that is called by anybody. */
#include "base/attach.h"

#include <stdlib.h>

#include "base/os.h"

#define WAIT_AT_EXIT 1000 /* milliseconds for which the end of the interpreter waits for threads inside */

struct AttachTarget {
    AttachHead head;
    long references;              /* atomic */
    long is_watched;              /* atomic: at_exit() is registered */
    long inside;                  /* atomic: threads that entered with a state of ours, or are about to */
    unsigned long closing_thread; /* set before `stage` becomes ATTACH_CLOSING */
    int64_t id;                   /* const: of the interpreter; another one may get the same address later */
    bool keeps_states;            /* const: see kept_state() */
    OsThreadKey key;              /* const: the Kept of each thread, when keeps_states */
};

/* The thread state of a foreign thread; freed when the thread ends. */
typedef struct {
    AttachTarget *target; /* counted */
    PyThreadState *state;
} Kept;

/* ---- who may enter ---- */

bool attach_target_is_open(AttachTarget *target)
{
    return ATOMIC_LOAD(target->head.stage) == ATTACH_OPEN && !Py_IsFinalizing();
}

bool attach_target_is_gone(AttachTarget *target)
{
    return ATOMIC_LOAD(target->head.stage) == ATTACH_GONE;
}

PyInterpreterState *attach_target_interpreter(const AttachTarget *target)
{
    return target->head.interpreter;
}

/* The thread that ends the interpreter runs Python until nearly the end. */
static bool is_closing_thread(AttachTarget *target)
{
    return ATOMIC_LOAD(target->head.stage) == ATTACH_CLOSING && target->closing_thread == PyThread_get_thread_ident() &&
           target->id == PyInterpreterState_GetID(target->head.interpreter);
}

/* A thread that has a state of the interpreter: while it is open, or when it is the one that ends it. */
static bool may_enter_with_state(AttachTarget *target)
{
    return LIKELY(ATOMIC_LOAD(target->head.stage) == ATTACH_OPEN) || is_closing_thread(target);
}

/* The others are counted before they look whether it is still open: see wait_for_threads(). */
static bool count_in(AttachTarget *target)
{
    ATOMIC_ADD(target->inside, 1);
    if (attach_target_is_open(target))
        return true;
    ATOMIC_ADD(target->inside, -1);
    return false;
}

/* ---- states of foreign threads ---- */

static void delete_current_state(PyThreadState *state)
{
    PyThreadState_Clear(state);
    PyThreadState_DeleteCurrent();
}

static void PLATFORM_CALLBACK kept_at_thread_exit(void *value)
{
    Kept *kept = value;
    if (count_in(kept->target)) {
        PyEval_RestoreThread(kept->state);
        delete_current_state(kept->state);
        ATOMIC_ADD(kept->target->inside, -1);
    }
    attach_target_unref(kept->target);
    free(kept);
}

/* The same as soon as the thread begins to end, while Python can still see that the state is this thread's: a debug build of Python
 * insists on that. When C code calls Python later than this, the key does it. */
static void kept_at_thread_end(void *argument)
{
    AttachTarget *target = argument;
    Kept *kept = os_thread_key_get(target->key);
    if (kept != NULL && os_thread_key_set(target->key, NULL) == 0)
        kept_at_thread_exit(kept);
}

/* The state of this foreign thread, kept until the thread ends: making one for each call costs more than the call, and
 * threading.local() would forget. Only for the main interpreter: another one cannot end while any of its states is left.
 * NULL: out of memory. */
static PyThreadState *kept_state(AttachTarget *target)
{
    Kept *kept = os_thread_key_get(target->key);
    if (kept != NULL)
        return kept->state;
    kept = malloc(sizeof *kept);
    if (kept == NULL)
        return NULL;
    kept->state = PyThreadState_New(target->head.interpreter);
    kept->target = target;
    if (kept->state == NULL || os_thread_key_set(target->key, kept) < 0) {
        free(kept); /* the state, if there is one, is left to the interpreter: it cannot be deleted from here */
        return NULL;
    }
    attach_target_ref(target);
    os_thread_at_exit(kept_at_thread_end, target);
    return kept->state;
}

/* ---- entering and leaving ---- */

static bool enter_foreign(AttachTarget *target, Attach *attach)
{
    if (!count_in(target))
        return false;
    attach->own = target->keeps_states ? kept_state(target) : PyThreadState_New(target->head.interpreter);
    if (attach->own == NULL) {
        ATOMIC_ADD(target->inside, -1);
        return false;
    }
    attach->counted = true;
    attach->previous = compat_current_thread_state() == NULL ? NULL : PyEval_SaveThread();
    PyEval_RestoreThread(attach->own);
    return true;
}

static bool enter_own(AttachTarget *target, Attach *attach)
{
    PyThreadState *mine = PyGILState_GetThisThreadState();
    attach->target = target;
    attach->returned = attach->own = NULL;
    if (mine == NULL || PyThreadState_GetInterpreter(mine) != target->head.interpreter)
        return enter_foreign(target, attach);
    attach->counted = target->keeps_states && os_thread_key_get(target->key) != NULL;
    if (!(attach->counted ? count_in(target) : may_enter_with_state(target)))
        return false;
    attach->gil_state = PyGILState_Ensure();
    return true;
}

bool attach_enter(AttachTarget *target, Attach *attach)
{
    return attach_return(target, attach) || enter_own(target, attach);
}

static void leave_foreign(Attach *attach)
{
    if (attach->target->keeps_states)
        PyEval_SaveThread();
    else
        delete_current_state(attach->own);
    if (attach->previous != NULL)
        PyEval_RestoreThread(attach->previous);
}

void attach_leave_own(Attach *attach)
{
    AttachTarget *target = attach->target;
    if (UNLIKELY(attach->own != NULL))
        leave_foreign(attach);
    else
        PyGILState_Release(attach->gil_state);
    if (attach->counted)
        ATOMIC_ADD(target->inside, -1);
}

/* ---- the life of a target ---- */

AttachTarget *attach_target_ref(AttachTarget *target)
{
    ATOMIC_ADD(target->references, 1);
    return target;
}

void attach_target_unref(AttachTarget *target)
{
    if (ATOMIC_ADD(target->references, -1) > 0)
        return;
    if (target->keeps_states)
        os_thread_key_free(target->key);
    free(target);
}

void attach_target_close(AttachTarget *target)
{
    ATOMIC_STORE(target->head.stage, ATTACH_GONE);
    attach_target_unref(target);
}

/* Threads inside finish what they do and leave, or could be stopped in the middle of it when they next want the GIL. Those that take
 * longer (or were lost in a fork) are given up. */
static void wait_for_threads(AttachTarget *target)
{
    if (ATOMIC_LOAD(target->inside) == 0 || Py_IsFinalizing()) /* then whoever gives up the GIL does not get it back */
        return;
    Py_BEGIN_ALLOW_THREADS
    for (int waited = 0; waited < WAIT_AT_EXIT && ATOMIC_LOAD(target->inside) > 0; waited++)
        os_sleep(1);
    Py_END_ALLOW_THREADS
}

/* The atexit callback of the interpreter. */
static PyObject *at_exit(PyObject *capsule, PyObject *Py_UNUSED(unused))
{
    AttachTarget *target = PyCapsule_GetPointer(capsule, NULL);
    if (target == NULL)
        return NULL;
    target->closing_thread = PyThread_get_thread_ident();
    if (ATOMIC_LOAD(target->head.stage) == ATTACH_OPEN)
        ATOMIC_STORE(target->head.stage, ATTACH_CLOSING);
    wait_for_threads(target);
    return Py_NewRef(Py_None);
}

static void capsule_free(PyObject *capsule)
{
    attach_target_unref(PyCapsule_GetPointer(capsule, NULL));
}

static PyMethodDef at_exit_def = {"_cffi_at_exit", at_exit, METH_NOARGS, NULL};

static int register_at_exit(AttachTarget *target)
{
    PyObject *capsule = PyCapsule_New(attach_target_ref(target), NULL, capsule_free);
    if (capsule == NULL) {
        attach_target_unref(target);
        return -1;
    }
    PyObject *function = PyCFunction_New(&at_exit_def, capsule);
    PyObject *module = function == NULL ? NULL : PyImport_ImportModule("atexit");
    PyObject *result = module == NULL ? NULL : PyObject_CallMethod(module, "register", "O", function);
    Py_DECREF(capsule);
    Py_XDECREF(function);
    Py_XDECREF(module);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

AT_IMPORT AttachTarget *attach_target_new(void)
{
    AttachTarget *target = calloc(1, sizeof *target);
    if (target == NULL)
        return (AttachTarget *)PyErr_NoMemory();
    target->references = 1;
    target->head.interpreter = PyInterpreterState_Get();
    target->id = PyInterpreterState_GetID(target->head.interpreter);
    target->keeps_states = target->head.interpreter == PyInterpreterState_Main();
    if (target->keeps_states && os_thread_key_make(&target->key, kept_at_thread_exit) < 0) {
        free(target);
        PyErr_SetString(PyExc_RuntimeError, "the system has no thread-specific data key left");
        return NULL;
    }
    return target;
}

int attach_target_watch(AttachTarget *target)
{
    if (LIKELY(ATOMIC_LOAD(target->is_watched)) || Py_IsFinalizing())
        return 0;
    if (register_at_exit(target) < 0) /* another thread may do so, too */
        return -1;
    ATOMIC_STORE(target->is_watched, 1);
    return 0;
}
