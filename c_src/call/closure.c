/* closure.c: ffi.callback(): a C function pointer that calls a Python function. */
#include "call/closure.h"

#include <stdio.h>

#include "base/attach.h"
#include "base/errno_tls.h"
#include "call/call_fast.h"
#include "call/cif.h"
#include "call/pycall.h"
#include "call/thunk.h"
#include "types/err.h"

typedef struct {
    CData head;  /* data: the address of the code */
    PyCall call; /* callable NULL after tp_clear */
    struct Closure *closure;
} ClosureObject;

/* What the code gets when it is called. No memory of Python's: when the interpreter ends before the program does, this is all that
 * is left, and is left on purpose, so that C code that still calls gets the error value. */
typedef struct Closure {
    ffi_closure *memory; /* as libffi allocated it; the code is at head.data of the object; NULL with a thunk */
    int thunk;           /* its number, -1 with `memory`; `fast` explains its registers */
    const CallPlan *plan;
    const FastPlan *fast;
    AttachTarget *target;  /* counted */
    ClosureObject *object; /* borrowed; NULL when the interpreter is gone */
    size_t result_size;
    char error_value[]; /* as libffi expects a result */
} Closure;

/* ---- called from C ---- */

/* With the GIL. The object is kept while its function runs, which may drop the last reference to it. */
static void run_object(Closure *closure, void *result, void **args)
{
    ClosureObject *object = closure->object;
    if (object == NULL || object->call.callable == NULL) {
        memcpy(result, closure->error_value, closure->result_size);
        return;
    }
    Py_INCREF(object);
    pycall_run(&object->call, (char *const *)args, result, closure->error_value);
    cif_widen_result(closure->plan, result);
    Py_DECREF(object);
}

static void called_from_c(ffi_cif *Py_UNUSED(cif), void *result, void **args, void *context)
{
    Closure *closure = context;
    Attach attach;
    errno_save();
    if (LIKELY(attach_enter(closure->target, &attach))) {
        run_object(closure, result, args);
        attach_leave(&attach);
    } else {
        memcpy(result, closure->error_value, closure->result_size);
    }
    errno_restore();
}

#if PLATFORM_REGISTERS

COLD static RegisterWord say_late(void)
{
    fprintf(stderr, "cffi: C code called a callback whose cdata object is gone. Keep it alive. Returning 0.\n");
    return (RegisterWord){.integer = 0};
}

static void run_thunk(Closure *closure, Registers *registers, RegisterWord *result)
{
    char *addresses[FAST_MOST_IN_REGISTERS];
    ClosureObject *object = closure->object;
    if (UNLIKELY(object == NULL || object->call.callable == NULL)) {
        memcpy(result, closure->error_value, closure->result_size);
        return;
    }
    fast_addresses(closure->fast, registers, addresses);
    Py_INCREF(object);
    pycall_run(&object->call, addresses, (char *)result, closure->error_value);
    cif_widen_result(closure->plan, (char *)result);
    Py_DECREF(object);
}

RegisterWord closure_enter(void *context, Registers *registers)
{
    Closure *closure = context;
    Attach attach;
    RegisterWord result = {.integer = 0};
    if (UNLIKELY(closure == NULL))
        return say_late();
    errno_save();
    if (LIKELY(attach_return(closure->target, &attach) || attach_enter(closure->target, &attach))) {
        run_thunk(closure, registers, &result);
        attach_leave(&attach);
    } else {
        memcpy(&result, closure->error_value, closure->result_size);
    }
    errno_restore();
    return result;
}

/* The code of `closure` as a thunk; false when there is none that serves. */
static bool take_thunk(Closure *closure, CType *ct, void **code)
{
    closure->fast = fast_plan(ct);
    if (closure->fast == NULL || !fast_is_in_registers(closure->fast))
        return false;
    closure->thunk = thunk_take(closure);
    if (closure->thunk >= 0)
        *code = thunk_address(closure->thunk);
    return closure->thunk >= 0;
}

static void give_back_thunk(Closure *closure)
{
    if (closure->thunk >= 0)
        thunk_give_back(closure->thunk);
}

#else

static bool take_thunk(Closure *Py_UNUSED(closure), CType *Py_UNUSED(ct), void **Py_UNUSED(code))
{
    return false;
}

static void give_back_thunk(Closure *Py_UNUSED(closure))
{
}

#endif

/* ---- making ---- */

/* libffi's reason becomes the cause of the error. */
static CallPlan *plan_of(CType *ct)
{
    CallPlan *plan = ct->u.function.variadic ? NULL : cif_plan(ct);
    if (plan != NULL || (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_NotImplementedError)))
        return plan;
    PyObject *cause = PyErr_Occurred() ? PyErr_GetRaisedException() : NULL;
    err_raise(PyExc_NotImplementedError, "%s: callback with unsupported argument or return type or with '...'",
              ct->name);
    PyObject *error = PyErr_GetRaisedException();
    if (cause != NULL)
        PyException_SetCause(error, cause); /* takes over the reference */
    PyErr_SetRaisedException(error);
    return NULL;
}

static void closure_free(Closure *closure)
{
    give_back_thunk(closure);
    if (closure->memory != NULL)
        ffi_closure_free(closure->memory);
    attach_target_unref(closure->target);
    PyMem_RawFree(closure);
}

static Closure *closure_make(CType *ct, CallPlan *plan, PyObject *error, void **code)
{
    size_t result_size = pycall_result_size(ct);
    Closure *closure = PyMem_RawCalloc(1, sizeof *closure + result_size);
    if (closure == NULL)
        return (Closure *)PyErr_NoMemory();
    closure->result_size = result_size;
    closure->plan = plan;
    closure->thunk = -1;
    closure->target = attach_target_ref(ct->state->attach);
    if (pycall_error_value(ct, error, closure->error_value) < 0)
        goto failed;
    cif_widen_result(plan, closure->error_value);
    if (take_thunk(closure, ct, code))
        return closure;
    closure->memory = ffi_closure_alloc(sizeof *closure->memory, code);
    if (closure->memory == NULL) {
        err_raise(PyExc_MemoryError, "%s: no memory for the code of a callback, or the system forbids it", ct->name);
        goto failed;
    }
    if (ffi_prep_closure_loc(closure->memory, &plan->cif, called_from_c, closure, *code) == FFI_OK)
        return closure;
    err_raise(PyExc_SystemError, "libffi cannot make the callback of '%s'", ct->name);
failed:
    closure_free(closure);
    return NULL;
}

static PyTypeObject *closure_type(State *state);

PyObject *closure_new(CType *ct, PyObject *callable, PyObject *error, PyObject *onerror)
{
    PyCall call;
    void *code = NULL;
    if (ct->kind != KIND_FUNCTION)
        return err_null(PyExc_TypeError, "expected a function ctype, got '%s'", ct->name);
    CallPlan *plan = plan_of(ct);
    if (plan == NULL || attach_target_watch(ct->state->attach) < 0 || pycall_init(&call, ct, callable, onerror) < 0)
        return NULL;
    Closure *closure = closure_make(ct, plan, error, &code);
    ClosureObject *object = closure == NULL ? NULL : cdata_take(ct->state, FREE_CLOSURE, closure_type);
    if (object == NULL) {
        pycall_clear(&call);
        if (closure != NULL)
            closure_free(closure);
        return NULL;
    }
    cdata_head_init(&object->head, ct, code, -1, 0);
    object->call = call;
    object->closure = closure;
    closure->object = object;
    PyObject_GC_Track(object);
    return (PyObject *)object;
}

/* ---- the Python type ---- */

static int closure_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    ClosureObject *object = (ClosureObject *)self;
    int result = pycall_visit(&object->call, visit, arg);
    return result != 0 ? result : cdata_head_visit(&object->head, visit, arg);
}

static int closure_tp_clear(PyObject *self)
{
    pycall_clear(&((ClosureObject *)self)->call);
    return 0;
}

static void closure_tp_dealloc(PyObject *self)
{
    ClosureObject *object = (ClosureObject *)self;
    Closure *closure = object->closure;
    PyObject_GC_UnTrack(self);
    if (attach_target_is_open(closure->target)) {
        closure_free(closure);
    } else { /* left for C code that may still call; the type is left too, since its plan is used */
        closure->object = NULL;
        Py_INCREF(object->head.ctype);
    }
    pycall_clear(&object->call);
    cdata_head_keep(&object->head, FREE_CLOSURE);
}

static PyObject *closure_tp_repr(PyObject *self)
{
    ClosureObject *object = (ClosureObject *)self;
    return object->call.callable == NULL ? cdata_repr_with(&object->head, "calling nothing any more")
                                         : cdata_repr_with(&object->head, "calling %R", object->call.callable);
}

static PyType_Slot closure_slots[] = {
    {Py_tp_dealloc, closure_tp_dealloc},
    {Py_tp_traverse, closure_tp_traverse},
    {Py_tp_clear, closure_tp_clear},
    {Py_tp_repr, closure_tp_repr},
    {Py_tp_doc, PyDoc_STR("A pointer to C code that calls a Python function; the code lives as long as this object.")},
    {0, NULL},
};

static PyType_Spec closure_spec = {
    .name = "_cffi_backend.__CDataOwnGC",
    .basicsize = sizeof(ClosureObject),
    .flags = CDATA_TYPE_FLAGS | Py_TPFLAGS_HAVE_GC,
    .slots = closure_slots,
};

static int make_type(State *state)
{
    return cdata_make_type(state, &closure_spec, &state->cdata_closure_type);
}

static PyTypeObject *closure_type(State *state)
{
    return state_type(state, &state->cdata_closure_type, make_type);
}
