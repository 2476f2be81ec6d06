/* pycall.c: a Python function that C code calls. */
#include "call/pycall.h"

#include "data/from_c.h"
#include "data/to_c.h"
#include "types/err.h"

#define ON_STACK 8

/* What was going on when the exception was set. */
static const char *const while_calling = "";
static const char *const while_converting = ", trying to convert the result back to C";

/* ---- life ---- */

int pycall_init(PyCall *call, CType *function, PyObject *callable, PyObject *onerror)
{
    if (!PyCallable_Check(callable))
        return err_raise(PyExc_TypeError, "expected a callable object, not %.200s", Py_TYPE(callable)->tp_name);
    if (onerror == Py_None)
        onerror = NULL;
    if (onerror != NULL && !PyCallable_Check(onerror))
        return err_raise(PyExc_TypeError, "expected a callable object for 'onerror', not %.200s",
                         Py_TYPE(onerror)->tp_name);
    call->function = (CType *)Py_NewRef(function);
    call->in_slots = true;
    for (Py_ssize_t i = 0; i < function->u.function.argument_count; i++)
        call->in_slots &= !pycall_is_by_address(function->u.function.arguments[i]);
    call->callable = Py_NewRef(callable);
    call->onerror = Py_XNewRef(onerror);
    return 0;
}

int pycall_visit(PyCall *call, visitproc visit, void *arg)
{
    Py_VISIT(call->function);
    Py_VISIT(call->callable);
    Py_VISIT(call->onerror);
    return 0;
}

void pycall_clear(PyCall *call)
{
    Py_CLEAR(call->callable);
    Py_CLEAR(call->onerror);
    Py_CLEAR(call->function);
}

/* ---- results ---- */

size_t pycall_result_size(const CType *function)
{
    const CType *result = function->u.function.result;
    if (result->kind == KIND_VOID)
        return 0;
    return result->size < (Py_ssize_t)sizeof(void *) ? sizeof(void *) : (size_t)result->size;
}

static int store_result(CType *function, char *result, PyObject *value)
{
    CType *ct = function->u.function.result;
    if (ct->kind == KIND_VOID)
        return value == Py_None ? 0
                                : err_raise(PyExc_TypeError, "callback with the return type 'void' must return None");
    if (ctype_is_record(ct))
        memset(result, 0, (size_t)ct->size);
    return to_c(ct, result, value);
}

int pycall_error_value(CType *function, PyObject *value, char *result)
{
    memset(result, 0, pycall_result_size(function));
    return value == NULL || value == Py_None ? 0 : store_result(function, result, value);
}

/* ---- failures ---- */

/* Both exceptions are lost for the callers in C: shown one after the other. */
COLD static void report_failed_onerror(const PyCall *call, PyObject *exception, const char *action)
{
    PyObject *second = PyErr_GetRaisedException();
    PyErr_SetRaisedException(Py_NewRef(exception));
    PyErr_FormatUnraisable("Exception ignored from cffi callback %R%s", call->callable, action);
    PyErr_SetRaisedException(second);
    PyErr_FormatUnraisable("Exception ignored during handling of the above exception by 'onerror'");
}

/* onerror(type, exception, traceback) may return a result; None means the error value. */
COLD static int call_onerror(const PyCall *call, PyObject *exception, char *result)
{
    PyObject *traceback = PyException_GetTraceback(exception);
    PyObject *value = PyObject_CallFunctionObjArgs(call->onerror, (PyObject *)Py_TYPE(exception), exception,
                                                   traceback == NULL ? Py_None : traceback, NULL);
    int status = value == NULL ? -1 : value == Py_None ? 0 : store_result(call->function, result, value);
    Py_XDECREF(traceback);
    Py_XDECREF(value);
    return status;
}

/* Deals with the exception that is set; `result` holds the error value and may be given another one by onerror. */
COLD static void handle_failure(const PyCall *call, const char *action, char *result, const char *error_value)
{
    if (call->onerror == NULL) {
        PyErr_FormatUnraisable("Exception ignored from cffi callback %R%s", call->callable, action);
        return;
    }
    PyObject *exception = PyErr_GetRaisedException();
    if (call_onerror(call, exception, result) < 0) {
        memcpy(result, error_value, pycall_result_size(call->function));
        report_failed_onerror(call, exception, action);
    }
    Py_DECREF(exception);
}

/* ---- the call ---- */

/* An argument as Python sees it; a record is copied, since the memory at `data` is gone after the call. */
static ALWAYS_INLINE PyObject *convert_argument(CType *ct, const char *data)
{
    switch (ct->conv) {
    case CONV_I32:
        return PyLong_FromLong(*(const int32_t *)(const void *)data);
    case CONV_POINTER:
        return cdata_view(ct, *(char *const *)(const void *)data);
    case CONV_RECORD:
        return cdata_own_copy(ct, data);
    default:
        return from_c(ct, data);
    }
}

/* Where the arguments are: at addresses, or (`addresses` NULL) in slots. */
typedef struct {
    char *const *addresses;
    char *slots;
} Arguments;

static ALWAYS_INLINE char *argument_at(Arguments arguments, Py_ssize_t i)
{
    return arguments.addresses != NULL ? arguments.addresses[i] : arguments.slots + i * PYCALL_SLOT;
}

/* Calls with the converted arguments, for which there is room at values[1] and after; values[0] is the callee's. */
static ALWAYS_INLINE PyObject *call_with(const PyCall *call, Arguments arguments, PyObject **values)
{
    const CTypeFunction *function = &call->function->u.function;
    Py_ssize_t count = function->argument_count, converted = 0;
    PyObject *result = NULL;
    for (; converted < count; converted++) {
        values[converted + 1] = convert_argument(function->arguments[converted], argument_at(arguments, converted));
        if (UNLIKELY(values[converted + 1] == NULL))
            break;
    }
    if (LIKELY(converted == count))
        result = PyObject_Vectorcall(call->callable, values + 1, (size_t)count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    while (converted > 0)
        Py_DECREF(values[converted--]);
    return result;
}

NOINLINE static PyObject *call_with_many(const PyCall *call, Arguments arguments)
{
    PyObject **values = PyMem_New(PyObject *, (size_t)call->function->u.function.argument_count + 1);
    if (values == NULL)
        return PyErr_NoMemory();
    PyObject *result = call_with(call, arguments, values);
    PyMem_Free(values);
    return result;
}

static ALWAYS_INLINE PyObject *call_python(const PyCall *call, Arguments arguments)
{
    PyObject *values[ON_STACK + 1];
    values[0] = values[1] = NULL; /* for the eyes of compilers, when there are no arguments */
    if (UNLIKELY(call->function->u.function.argument_count > ON_STACK))
        return call_with_many(call, arguments);
    return call_with(call, arguments, values);
}

/* Whether `value` was a small int for an int, and is stored. */
static ALWAYS_INLINE bool store_usual_result(const CType *ct, char *result, PyObject *value)
{
    Py_ssize_t small;
    if (ct->conv != CONV_I32 || !PyLong_CheckExact(value) || !compat_long_small(value, &small))
        return false;
    *(int32_t *)(void *)result = (int32_t)small;
    return true;
}

NOINLINE static void fail(const PyCall *call, const char *action, char *result, const char *error_value)
{
    memcpy(result, error_value, pycall_result_size(call->function));
    handle_failure(call, action, result, error_value);
}

static ALWAYS_INLINE void run(const PyCall *call, Arguments arguments, char *result, const char *error_value)
{
    PyObject *value = call_python(call, arguments);
    if (UNLIKELY(value == NULL)) {
        fail(call, while_calling, result, error_value);
        return;
    }
    bool stored = store_usual_result(call->function->u.function.result, result, value) ||
                  store_result(call->function, result, value) == 0;
    Py_DECREF(value);
    if (UNLIKELY(!stored))
        fail(call, while_converting, result, error_value);
}

void pycall_run(const PyCall *call, char *const *arguments, char *result, const char *error_value)
{
    run(call, (Arguments){arguments, NULL}, result, error_value);
}

/* ---- slots ---- */

bool pycall_is_by_address(const CType *ct)
{
    if (LIKELY(ct->kind <= KIND_FLOAT && ct->size <= PYCALL_SLOT))
        return false;
    return ctype_is_record(ct) || ct->kind == KIND_LONG_DOUBLE || ct->conv == CONV_CLONG_DOUBLE ||
           ct->conv == CONV_I128 || ct->conv == CONV_U128;
}

/* The addresses of arguments some of which lie elsewhere. */
NOINLINE static void run_addressed(const PyCall *call, char *slots, const char *error_value)
{
    const CTypeFunction *function = &call->function->u.function;
    char *on_stack[16];
    char **addresses = function->argument_count <= 16 ? on_stack : PyMem_New(char *, (size_t)function->argument_count);
    if (addresses == NULL) {
        memcpy(slots, error_value, pycall_result_size(call->function));
        PyErr_NoMemory();
        PyErr_WriteUnraisable(call->callable);
        return;
    }
    for (Py_ssize_t i = 0; i < function->argument_count; i++) {
        char *slot = slots + i * PYCALL_SLOT;
        addresses[i] = pycall_is_by_address(function->arguments[i]) ? *(char **)(void *)slot : slot;
    }
    run(call, (Arguments){addresses, NULL}, slots, error_value);
    if (addresses != on_stack)
        PyMem_Free(addresses);
}

void pycall_run_slots(const PyCall *call, char *slots, const char *error_value)
{
    if (LIKELY(call->in_slots))
        run(call, (Arguments){NULL, slots}, slots, error_value);
    else
        run_addressed(call, slots, error_value);
}
