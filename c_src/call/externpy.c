/* externpy.c: extern "Python": C functions of a compiled module that call a Python function given with ffi.def_extern(). */
#include "call/externpy.h"

#include <stdio.h>

#include "base/attach.h"
#include "base/errno_tls.h"
#include "call/pycall.h"
#include "types/err.h"

/* What def_extern() was given. */
typedef struct {
    PyObject_VAR_HEAD /* ob_size: of error_value */
        PyCall call;
    char error_value[];
} Handler;

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

/* With the GIL. The handler is kept while its function runs, which may define another one. */
static ALWAYS_INLINE bool run_definition(Definition *definition, char *args)
{
    Handler *handler;
    FT_LOCK(definition->state->module);
    handler = (Handler *)Py_XNewRef(definition->root.object);
    FT_UNLOCK();
    if (UNLIKELY(handler == NULL || handler->call.callable == NULL)) { /* the module was cleared */
        Py_XDECREF(handler);
        return false;
    }
    pycall_run_slots(&handler->call, args, handler->error_value);
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
static int replace_locked(struct _cffi_externpy_s *externpy, State *state, Handler **handler)
{
    size_t size = (size_t)Py_SIZE(*handler);
    Definition *definition = definition_of(externpy, state);
    if (definition == NULL)
        definition = add_definition(externpy, state, size);
    if (definition == NULL)
        return -1;
    memcpy(definition->error_value, (*handler)->error_value, size);
    Handler *old = (Handler *)definition->root.object;
    definition->root.object = (PyObject *)*handler;
    *handler = old;
    return 0;
}

static PyTypeObject *handler_type(State *state);

static Handler *new_handler(const struct _cffi_externpy_s *externpy, CType *function, PyObject *callable,
                            PyObject *error, PyObject *onerror)
{
    PyCall call;
    size_t size = pycall_result_size(function);
    if (size < externpy->size_of_result)
        size = externpy->size_of_result;
    if (pycall_init(&call, function, callable, onerror) < 0)
        return NULL;
    PyTypeObject *type = handler_type(function->state);
    Handler *handler = type == NULL ? NULL : PyObject_GC_NewVar(Handler, type, (Py_ssize_t)size);
    if (handler == NULL) {
        pycall_clear(&call);
        return NULL;
    }
    handler->call = call;
    memset(handler->error_value, 0, size);
    PyObject_GC_Track(handler);
    if (pycall_error_value(function, error, handler->error_value) < 0)
        Py_CLEAR(handler);
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
    if (complete_types(&function->u.function) < 0 || attach_target_watch(state->attach) < 0)
        return -1;
    Handler *handler = new_handler(externpy, function, callable, error, onerror);
    if (handler == NULL)
        return -1;
    FT_LOCK(state->module);
    result = replace_locked(externpy, state, &handler);
    FT_UNLOCK();
    Py_XDECREF(handler);
    return result;
}

/* ---- the Python type of handlers ---- */

static int handler_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return pycall_visit(&((Handler *)self)->call, visit, arg);
}

static int handler_tp_clear(PyObject *self)
{
    Handler *handler = (Handler *)self;
    Py_CLEAR(handler->call.callable);
    Py_CLEAR(handler->call.onerror);
    return 0;
}

static void handler_tp_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    CType *function = (CType *)Py_NewRef(((Handler *)self)->call.function);
    PyObject_GC_UnTrack(self);
    pycall_clear(&((Handler *)self)->call);
    PyObject_GC_Del(self);
    Py_DECREF(type);
    Py_DECREF(function); /* last: it may take the module along */
}

static PyType_Slot handler_slots[] = {
    {Py_tp_dealloc, handler_tp_dealloc},
    {Py_tp_traverse, handler_tp_traverse},
    {Py_tp_clear, handler_tp_clear},
    {0, NULL},
};

static PyType_Spec handler_spec = {
    .name = "_cffi_backend.__ExternPython",
    .basicsize = offsetof(Handler, error_value),
    .itemsize = 1,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = handler_slots,
};

static int make_type(State *state)
{
    return state_make_type(state, &handler_spec, NULL, &state->externpy_handler_type);
}

static PyTypeObject *handler_type(State *state)
{
    return state_type(state, &state->externpy_handler_type, make_type);
}
