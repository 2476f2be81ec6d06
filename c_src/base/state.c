/* state.c: the life of the module's state. */
#include "base/state.h"

#include "base/attach.h"

#include <stdlib.h>

AT_IMPORT static int state_intern_strings(State *state)
{
#define STATE_STRING(member, text)                                                                                     \
    state->member = PyUnicode_InternFromString(text);                                                                  \
    if (state->member == NULL)                                                                                         \
        return -1;
#include "base/state.def"
    return 0;
}

/* ---- the end of the interpreter ----
 *
 * The garbage collector does not look into plain cdata. A function given for extern "Python" that has one among its globals therefore
 * keeps the module alive, and the module keeps the function. But when an interpreter ends, it empties the dicts of the modules that are
 * left. The guard is in there, and lets go of such functions. */

static void guard_free(PyObject *guard)
{
    State *state = PyCapsule_GetPointer(guard, NULL);
    state->guard = NULL;
    for (StateRoot *root = state->roots; root != NULL; root = root->next)
        Py_CLEAR(root->object);
}

AT_IMPORT static int guard_add(State *state)
{
    PyObject *guard = PyCapsule_New(state, NULL, guard_free);
    int result = guard == NULL ? -1 : PyModule_AddObjectRef(state->module, "_guard", guard);
    state->guard = guard;
    Py_XDECREF(guard);
    return result;
}

/* ---- types ---- */

AT_IMPORT static PyTypeObject *new_type(State *state, PyType_Spec *spec, PyTypeObject *base)
{
    PyObject *bases = base == NULL ? NULL : PyTuple_Pack(1, base);
    if (base != NULL && bases == NULL)
        return NULL;
    PyObject *type = PyType_FromModuleAndSpec(state->module, spec, bases);
    Py_XDECREF(bases);
    return (PyTypeObject *)type;
}

#if !Py_TPFLAGS_DISALLOW_INSTANTIATION
/* What the flag would do. */
static void disallow_instantiation(PyTypeObject *type, const PyType_Spec *spec)
{
    bool makes_instances = false;
    for (PyType_Slot *slot = spec->slots; slot->slot != 0; slot++)
        makes_instances |= slot->slot == Py_tp_new;
    if (!makes_instances)
        type->tp_new = NULL;
}
#else
#define disallow_instantiation(type, spec) ((void)0)
#endif

AT_IMPORT int state_make_type(State *state, PyType_Spec *spec, PyTypeObject *base, PyTypeObject **where)
{
    PyTypeObject *type = new_type(state, spec, base);
    if (type == NULL)
        return -1;
    disallow_instantiation(type, spec);
    ft_immortal((PyObject *)type);
    if (!FT_CLAIM_POINTER(*where, type))
        Py_DECREF(type);
    return 0;
}

PyTypeObject *state_new_type(State *state, PyTypeObject **where, int (*make)(State *state))
{
    if (state->is_cleared) {
        PyErr_SetString(PyExc_RuntimeError,
                        "cannot make C data of a new kind: the module _cffi_backend is being unloaded");
        return NULL;
    }
    return make(state) < 0 ? NULL : FT_LOAD_POINTER(*where);
}

AT_IMPORT int state_add_type(State *state, const char *name, PyTypeObject *type)
{
    return type == NULL ? -1 : PyModule_AddObjectRef(state->module, name, (PyObject *)type);
}

/* ---- life ---- */

AT_IMPORT int state_init(State *state, PyObject *module)
{
    const char *debug = getenv("CFFI_DEBUG");
    state->module = module;
    state->debug = debug != NULL && strcmp(debug, "") != 0 && strcmp(debug, "0") != 0;
    for (size_t i = 0; i < FREE_COUNT; i++)
        state->free_lists[i].room = state->debug ? 0 : FREELIST_MAX;
    state->completing_lock = PyThread_allocate_lock();
    if (state->completing_lock == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    state->attach = attach_target_new();
    if (state->attach == NULL || state_intern_strings(state) < 0 || guard_add(state) < 0)
        return -1;
    state->interned = PyDict_New();
    state->ffi_error =
        PyErr_NewExceptionWithDoc("ffi.error", "A C type or declaration that the runtime cannot use.", NULL, NULL);
    return state->interned == NULL || state->ffi_error == NULL ? -1 : 0;
}

int state_visit(State *state, visitproc visit, void *arg)
{
#define STATE_TYPE(member)   Py_VISIT(state->member);
#define STATE_OBJECT(member) Py_VISIT(state->member);
#include "base/state.def"
    for (size_t i = 0; i < sizeof state->primitives / sizeof *state->primitives; i++)
        Py_VISIT(state->primitives[i]);
    Py_VISIT(state->void_pointer);
    Py_VISIT(state->char_array);
    for (StateRoot *root = state->roots; root != NULL; root = root->next)
        Py_VISIT(root->object);
    int result = 0;
    for (size_t i = 0; i < FREE_COUNT && result == 0; i++)
        result = freelist_visit(&state->free_lists[i], visit, arg);
    return result;
}

void state_clear(State *state)
{
    state->is_cleared = true;
    for (size_t i = 0; i < sizeof state->primitives / sizeof *state->primitives; i++)
        Py_CLEAR(state->primitives[i]);
    Py_CLEAR(state->void_pointer);
    Py_CLEAR(state->char_array);
    for (StateRoot *root = state->roots; root != NULL; root = root->next)
        Py_CLEAR(root->object);
    for (size_t i = 0; i < FREE_COUNT; i++)
        freelist_close(&state->free_lists[i]);
#define STATE_TYPE(member)         Py_CLEAR(state->member);
#define STATE_OBJECT(member)       Py_CLEAR(state->member);
#define STATE_STRING(member, text) Py_CLEAR(state->member);
#include "base/state.def"
}

void state_free(State *state)
{
    state_clear(state);
    if (state->guard != NULL)
        (void)PyCapsule_SetDestructor(state->guard, NULL);
    if (state->completing_lock != NULL)
        PyThread_free_lock(state->completing_lock);
    state->completing_lock = NULL;
    if (state->attach != NULL)
        attach_target_close(state->attach);
    state->attach = NULL;
    if (state->debug_registry != NULL)
        state->debug_registry_free(state);
}
