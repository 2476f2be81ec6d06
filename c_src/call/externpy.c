/* externpy.c: extern "Python": C functions of a compiled module that call a Python function given with ffi.def_extern(). */
#include "call/externpy.h"

#include <stdio.h>

#include "base/attach.h"
#include "base/errno_tls.h"
#include "call/pycall.h"
#include "types/err.h"

/* A handler: what def_extern() was given, as a tuple. */
enum { HANDLER_FUNCTION, HANDLER_CALLABLE, HANDLER_ONERROR /* or None */, HANDLER_ERROR /* bytes */ };

/* What one interpreter has given for one C function. The C function has them in a list, which is only ever added to: it is read by
 * threads without a GIL. Never freed, since the C function is not either. */
typedef struct Definition {
    StateRoot root;          /* the handler; NULL when the module was cleared */
    State *state;            /* valid while inside the interpreter */
    AttachTarget *target;    /* const, counted */
    struct Definition *next; /* const */
    char error_value[]; /* the result when the interpreter cannot be entered; changed under the lock of the module */
} Definition;

static Definition *definitions(struct _cffi_externpy_s *externpy)
{
    return ATOMIC_LOAD_POINTER(externpy->reserved1);
}

/* ---- finding the interpreter ---- */

static Definition *find_definition(Definition *first, const PyInterpreterState *interpreter)
{
    for (Definition *definition = first; definition != NULL; definition = definition->next) {
        if (attach_target_interpreter(definition->target) == interpreter && !attach_target_is_gone(definition->target))
            return definition;
    }
    return NULL;
}

/* The definition of the interpreter that this thread belongs to. A thread that belongs to none (or it is not known to which) takes the
 * main interpreter, then the latest one that can be entered, then one that cannot: it has an error value. */
static Definition *choose_definition(Definition *first)
{
    PyThreadState *mine = PyGILState_GetThisThreadState();
    Definition *chosen = mine == NULL ? NULL : find_definition(first, PyThreadState_GetInterpreter(mine));
    if (chosen != NULL || (mine != NULL && COMPAT_GILSTATE_KNOWS_INTERPRETERS))
        return chosen;
    chosen = find_definition(first, PyInterpreterState_Main());
    for (Definition *next = first; chosen == NULL && next != NULL; next = next->next) {
        if (attach_target_is_open(next->target))
            chosen = next;
    }
    return chosen != NULL ? chosen : first;
}

/* ---- called from C ---- */

static inline bool is_by_address(const CType *ct)
{
    if (LIKELY(ct->kind <= KIND_FLOAT && ct->size <= 8))
        return false;
    return ctype_is_record(ct) || ct->kind == KIND_LONG_DOUBLE || ct->conv == CONV_CLONG_DOUBLE ||
           ct->conv == CONV_I128 || ct->conv == CONV_U128;
}

/* Where each argument lies. A complex number lies in the array itself, also one that is longer than a slot: generated
 * modules let only the last argument be such a one. */
static void convert_addresses(const CTypeFunction *function, char *args, char **addresses)
{
    for (Py_ssize_t i = 0; i < function->argument_count; i++) {
        const CType *ct = function->arguments[i];
        char *slot = args + 8 * i;
        addresses[i] = is_by_address(ct) ? *(char **)(void *)slot : slot;
    }
}

static void run_call(const PyCall *call, char *args, const char *error_value)
{
    const CTypeFunction *function = &call->function->u.function;
    char *on_stack[16];
    char **addresses = function->argument_count <= 16 ? on_stack : PyMem_New(char *, (size_t)function->argument_count);
    if (addresses == NULL) {
        memcpy(args, error_value, pycall_result_size(call->function));
        PyErr_NoMemory();
        PyErr_WriteUnraisable(call->callable);
        return;
    }
    convert_addresses(function, args, addresses);
    pycall_run(call, addresses, args, error_value);
    if (addresses != on_stack)
        PyMem_Free(addresses);
}

/* With the GIL. The handler is kept while its function runs, which may define another one. */
static bool run_definition(Definition *definition, char *args)
{
    PyObject *handler;
    FT_LOCK(definition->state->module);
    handler = Py_XNewRef(definition->root.object);
    FT_UNLOCK();
    if (handler == NULL)
        return false;
    PyObject *onerror = PyTuple_GET_ITEM(handler, HANDLER_ONERROR);
    PyCall call = {
        .function = (CType *)PyTuple_GET_ITEM(handler, HANDLER_FUNCTION),
        .callable = PyTuple_GET_ITEM(handler, HANDLER_CALLABLE),
        .onerror = onerror == Py_None ? NULL : onerror,
    };
    run_call(&call, args, PyBytes_AS_STRING(PyTuple_GET_ITEM(handler, HANDLER_ERROR)));
    Py_DECREF(handler);
    return true;
}

COLD static void say_undefined(const struct _cffi_externpy_s *externpy, char *args)
{
    fprintf(stderr,
            "extern \"Python\": function %s() called, but no code was attached to it yet with @ffi.def_extern().  "
            "Returning 0.\n",
            externpy->name);
    memset(args, 0, externpy->size_of_result);
}

/* When the interpreter is not the one that this thread made a C call from a moment ago. */
NOINLINE static void call_from_anywhere(struct _cffi_externpy_s *externpy, char *args)
{
    Attach attach;
    bool ran = false;
    Definition *definition = choose_definition(definitions(externpy));
    if (definition == NULL) {
        say_undefined(externpy, args);
        return;
    }
    if (attach_enter(definition->target, &attach)) {
        ran = run_definition(definition, args);
        attach_leave(&attach);
    }
    if (!ran)
        memcpy(args, definition->error_value, externpy->size_of_result);
}

void externpy_call(struct _cffi_externpy_s *externpy, char *args)
{
    Attach attach;
    Definition *first = definitions(externpy);
    errno_save();
    if (LIKELY(first != NULL && attach_return(first->target, &attach))) {
        bool ran = run_definition(first, args);
        attach_leave(&attach);
        if (UNLIKELY(!ran))
            memcpy(args, first->error_value, externpy->size_of_result);
    } else {
        call_from_anywhere(externpy, args);
    }
    errno_restore();
}

/* ---- defining ---- */

static Definition *definition_of(struct _cffi_externpy_s *externpy, State *state)
{
    for (Definition *definition = definitions(externpy); definition != NULL; definition = definition->next) {
        if (definition->target == state->attach)
            return definition;
    }
    return NULL;
}

/* Makes the definition of this interpreter and adds it to the list of the C function. Under the lock of the module. */
static Definition *add_definition(struct _cffi_externpy_s *externpy, State *state, size_t error_size)
{
    Definition *definition = PyMem_RawCalloc(1, sizeof *definition + error_size);
    if (definition == NULL)
        return (Definition *)PyErr_NoMemory();
    definition->state = state;
    definition->target = attach_target_ref(state->attach);
    definition->root.next = state->roots;
    state->roots = &definition->root;
    void *first;
    do {
        first = definitions(externpy);
        definition->next = first;
    } while (!ATOMIC_SET_POINTER_IF(externpy->reserved1, first, (void *)definition));
    return definition;
}

/* Stores *handler and gives back what it replaces in its place, for the caller to release. */
static int replace_locked(struct _cffi_externpy_s *externpy, State *state, PyObject **handler)
{
    PyObject *error = PyTuple_GET_ITEM(*handler, HANDLER_ERROR);
    size_t size = (size_t)PyBytes_GET_SIZE(error);
    Definition *definition = definition_of(externpy, state);
    if (definition == NULL)
        definition = add_definition(externpy, state, size);
    if (definition == NULL)
        return -1;
    memcpy(definition->error_value, PyBytes_AS_STRING(error), size);
    PyObject *old = definition->root.object;
    definition->root.object = *handler;
    *handler = old;
    return 0;
}

static PyObject *new_error_value(const struct _cffi_externpy_s *externpy, CType *function, PyObject *error)
{
    size_t size = pycall_result_size(function);
    if (size < externpy->size_of_result)
        size = externpy->size_of_result;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (bytes == NULL)
        return NULL;
    memset(PyBytes_AS_STRING(bytes), 0, size);
    if (pycall_error_value(function, error, PyBytes_AS_STRING(bytes)) < 0)
        Py_CLEAR(bytes);
    return bytes;
}

static PyObject *new_handler(const struct _cffi_externpy_s *externpy, CType *function, PyObject *callable,
                             PyObject *error, PyObject *onerror)
{
    PyCall call;
    if (pycall_init(&call, function, callable, onerror) < 0)
        return NULL;
    PyObject *error_value = new_error_value(externpy, function, error);
    PyObject *handler = error_value == NULL ? NULL
                                            : PyTuple_Pack(4, function, callable,
                                                           call.onerror == NULL ? Py_None : call.onerror, error_value);
    Py_XDECREF(error_value);
    pycall_clear(&call);
    return handler;
}

static int complete(CType *ct)
{
    int known = ctype_is_record(ct) ? ctype_complete(ct) : 1;
    return known != 0 ? known : err_raise(PyExc_TypeError, "ctype '%s' has incomplete type", ct->name);
}

/* The layouts of records are needed when the function is called, which is no time for errors. */
static int complete_types(const CTypeFunction *function)
{
    for (Py_ssize_t i = 0; i < function->argument_count; i++) {
        if (complete(function->arguments[i]) < 0)
            return -1;
    }
    return complete(function->result);
}

int externpy_define(struct _cffi_externpy_s *externpy, CType *function, PyObject *callable, PyObject *error,
                    PyObject *onerror)
{
    State *state = function->state;
    int result;
    if (complete_types(&function->u.function) < 0)
        return -1;
    PyObject *handler = new_handler(externpy, function, callable, error, onerror);
    if (handler == NULL)
        return -1;
    FT_LOCK(state->module);
    result = replace_locked(externpy, state, &handler);
    FT_UNLOCK();
    Py_XDECREF(handler);
    return result;
}
