/* lib_pointer.c: lib.f of an opened library. */
#include "api/lib_pointer.h"

#include "api/declaration.h"
#include "call/call_fast.h"
#include "types/err.h"

typedef struct {
    CData head;
    const FastPlan *plan; /* const, borrowed from the type; NULL: the type says how to call */
    FastNames names;      /* const: in the next two */
    PyObject *name;       /* const, owned str */
    PyObject *parameters; /* const, owned str or NULL */
    PyObject *library;    /* const, owned str */
    FT_SHARED
} LibPointer;

/* ---- calling ---- */

COLD static PyObject *err_keywords(const LibPointer *pointer)
{
    return err_null(PyExc_TypeError, "%U() takes no keyword arguments: C passes arguments by position", pointer->name);
}

/* Says which function it was. */
COLD static PyObject *err_name_function(const LibPointer *pointer)
{
    PyObject *exception = err_take_ours();
    if (exception != NULL)
        err_raise((PyObject *)Py_TYPE(exception), "%U(): %S", pointer->name, exception);
    Py_XDECREF(exception);
    return NULL;
}

static inline bool has_keywords(PyObject *kwnames)
{
    return UNLIKELY(kwnames != NULL && PyTuple_GET_SIZE(kwnames) > 0);
}

/* By the plan, when there is one. */
#if PLATFORM_REGISTERS
static PyObject *planned_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    LibPointer *pointer = (LibPointer *)self;
    if (has_keywords(kwnames))
        return err_keywords(pointer);
    return fast_call_named(pointer->plan, pointer->head.data, args, PyVectorcall_NARGS(nargsf), &pointer->names);
}
#else
#define planned_vectorcall cdata_vectorcall
#endif

static PyObject *pointer_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    LibPointer *pointer = (LibPointer *)self;
    CType *function = pointer->head.ctype;
    if (has_keywords(kwnames))
        return err_keywords(pointer);
    CTypeInvoke invoke = (CTypeInvoke)FT_LOAD_POINTER(function->u.function.invoke);
    PyObject *result = invoke(function, pointer->head.data, args, PyVectorcall_NARGS(nargsf));
    return LIKELY(result != NULL) ? result : err_name_function(pointer);
}

/* ---- making ---- */

PyObject *lib_pointer_new(CType *function, char *address, PyObject *name, PyObject *names, PyObject *library)
{
    const char *text = PyUnicode_AsUTF8(name);
    const char *parameters = names == NULL ? NULL : PyUnicode_AsUTF8(names);
    PyTypeObject *type = function->state->lib_pointer_type;
    if (text == NULL || (names != NULL && parameters == NULL))
        return NULL;
    LibPointer *pointer = type == NULL ? NULL : (LibPointer *)type->tp_alloc(type, 0);
    if (pointer == NULL)
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    cdata_head_init(&pointer->head, function, address, -1, 0);
    FT_SHARED_INIT(pointer);
    pointer->plan = function->u.function.variadic ? NULL : fast_plan(function);
    pointer->head.vectorcall = pointer->plan != NULL ? planned_vectorcall : pointer_vectorcall;
    pointer->names = (FastNames){text, parameters};
    pointer->name = Py_NewRef(name);
    pointer->parameters = Py_XNewRef(names);
    pointer->library = Py_NewRef(library);
    return (PyObject *)pointer;
}

static void pointer_tp_dealloc(PyObject *self)
{
    LibPointer *pointer = (LibPointer *)self;
    Py_DECREF(pointer->name);
    Py_XDECREF(pointer->parameters);
    Py_DECREF(pointer->library);
    cdata_head_free(&pointer->head);
}

/* ---- sharing ---- */

PyObject *lib_pointer_share(PyObject *value)
{
    LibPointer *old = (LibPointer *)value;
    if (FT_FREE_LISTS || Py_TYPE(value)->tp_dealloc != pointer_tp_dealloc || FT_PINNED(old))
        return NULL;
    FT_TAKE(old);
    if (!FT_PINNED(old))
        return NULL;
    PyObject *shared = lib_pointer_new(old->head.ctype, old->head.data, old->name, old->parameters, old->library);
    if (shared != NULL) {
        FT_PIN((LibPointer *)shared);
        ft_immortal(shared);
    }
    return shared;
}

/* ---- what Python tools ask for ---- */

static PyObject *never_called(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(unused))
{
    Py_RETURN_NONE;
}

/* A built-in function as compiled modules have it, for its signature and its text. `doc` must outlive it. */
static PyObject *make_builtin(const LibPointer *pointer, PyMethodDef *def)
{
    const char *library = PyUnicode_AsUTF8(pointer->library);
    char *doc = library == NULL
                    ? NULL
                    : declaration_doc(pointer->head.ctype, pointer->names.name, pointer->names.parameters, library, "");
    if (doc == NULL)
        return NULL;
    *def = (PyMethodDef){pointer->names.name, never_called, METH_NOARGS, doc};
    PyObject *builtin = PyCFunction_NewEx(def, NULL, NULL);
    if (builtin == NULL)
        PyMem_Free(doc);
    return builtin;
}

static PyObject *pointer_g_doc(PyObject *self, void *Py_UNUSED(closure))
{
    PyMethodDef def;
    PyObject *builtin = make_builtin((LibPointer *)self, &def);
    if (builtin == NULL)
        return NULL;
    PyObject *doc = PyObject_GetAttrString(builtin, "__doc__");
    Py_DECREF(builtin);
    PyMem_Free((char *)def.ml_doc);
    return doc;
}

static PyObject *pointer_g_signature(PyObject *self, void *Py_UNUSED(closure))
{
    PyMethodDef def;
    PyObject *builtin = make_builtin((LibPointer *)self, &def);
    if (builtin == NULL)
        return NULL;
    PyObject *inspect = PyImport_ImportModule("inspect");
    PyObject *signature = inspect == NULL ? NULL : PyObject_CallMethod(inspect, "signature", "O", builtin);
    Py_XDECREF(inspect);
    Py_DECREF(builtin);
    PyMem_Free((char *)def.ml_doc);
    return signature;
}

static PyObject *pointer_g_name(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(((LibPointer *)self)->name);
}

/* It is bound to nothing, as built-in functions; but whoever has this method is a routine to pydoc and inspect. */
static PyObject *pointer_tp_descr_get(PyObject *self, PyObject *Py_UNUSED(object), PyObject *Py_UNUSED(type))
{
    return Py_NewRef(self);
}

static PyGetSetDef pointer_getset[] = {
    {"__name__", pointer_g_name, NULL, "The name of the C function.", NULL},
    {"__qualname__", pointer_g_name, NULL, "The name of the C function.", NULL},
    {"__doc__", pointer_g_doc, NULL, "The declaration, and which library it is from.", NULL},
    {"__signature__", pointer_g_signature, NULL, "The parameters: an inspect.Signature.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

/* ---- the type ---- */

static PyType_Slot pointer_slots[] = {
    {Py_tp_dealloc, pointer_tp_dealloc},
    {Py_tp_descr_get, pointer_tp_descr_get},
    {Py_tp_getset, pointer_getset},
    {0, NULL},
};

static PyType_Spec pointer_spec = {
    .name = "_cffi_backend.__CDataLibFunction",
    .basicsize = sizeof(LibPointer),
    .flags = CDATA_TYPE_FLAGS,
    .slots = pointer_slots,
};

int lib_pointer_init(State *state)
{
    return cdata_make_type(state, &pointer_spec, NULL, &state->lib_pointer_type);
}
