/* lib_pointer.c: lib.f of an opened library. */
#include "api/lib_pointer.h"

#include "api/declaration.h"
#include "call/call_fast.h"
#include "types/err.h"

/* What is known about one. */
typedef struct {
    PyObject_HEAD
    CType *type;          /* const, owned */
    PyObject *name;       /* const, owned str */
    PyObject *parameters; /* const, owned str or NULL */
    PyObject *library;    /* const, owned str */
} About;

typedef struct {
    CDataExtended base;   /* `about` is an About */
    const FastPlan *plan; /* const, borrowed from the type; NULL: the type says how to call */
    FastNames names;      /* const: in the About */
    FT_SHARED
} LibPointer;

/* ---- calling ---- */

COLD static PyObject *err_keywords(const LibPointer *pointer)
{
    return err_null(PyExc_TypeError, "%s() takes no keyword arguments: C passes arguments by position",
                    pointer->names.name);
}

/* Says which function it was. */
COLD static PyObject *err_name_function(const LibPointer *pointer)
{
    PyObject *exception = err_take_ours();
    if (exception != NULL)
        err_raise((PyObject *)Py_TYPE(exception), "%s(): %S", pointer->names.name, exception);
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
    LibPointer *pointer = (LibPointer *)(void *)self;
    if (has_keywords(kwnames))
        return err_keywords(pointer);
    return fast_call_named(pointer->plan, pointer->base.plain.head.data, args, PyVectorcall_NARGS(nargsf),
                           &pointer->names);
}
#else
#define planned_vectorcall cdata_vectorcall
#endif

static PyObject *pointer_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    LibPointer *pointer = (LibPointer *)(void *)self;
    CType *function = pointer->base.plain.head.ctype;
    if (has_keywords(kwnames))
        return err_keywords(pointer);
    CTypeInvoke invoke = (CTypeInvoke)FT_LOAD_POINTER(function->u.function.invoke);
    PyObject *result = invoke(function, pointer->base.plain.head.data, args, PyVectorcall_NARGS(nargsf));
    return LIKELY(result != NULL) ? result : err_name_function(pointer);
}

/* ---- making ---- */

static PyTypeObject *about_type(State *state);

static PyObject *about_new(CType *function, PyObject *name, PyObject *parameters, PyObject *library)
{
    PyTypeObject *type = about_type(function->state);
    About *about = type == NULL ? NULL : PyObject_New(About, type);
    if (about == NULL)
        return NULL;
    about->type = (CType *)Py_NewRef((PyObject *)function);
    about->name = Py_NewRef(name);
    about->parameters = Py_XNewRef(parameters);
    about->library = Py_NewRef(library);
    return (PyObject *)about;
}

/* `address` is in the library. */
static PyObject *pointer_new(char *address, PyObject *object)
{
    About *about = (About *)object;
    CType *function = about->type;
    FastNames names = {PyUnicode_AsUTF8(about->name), NULL};
    if (names.name == NULL ||
        (about->parameters != NULL && (names.parameters = PyUnicode_AsUTF8(about->parameters)) == NULL))
        return NULL;
    LibPointer *pointer = (LibPointer *)(void *)cdata_view_extended(function, address, object, sizeof *pointer);
    if (pointer == NULL)
        return NULL;
    pointer->plan = function->u.function.variadic ? NULL : fast_plan(function);
    pointer->names = names;
    pointer->base.plain.head.vectorcall = pointer->plan != NULL ? planned_vectorcall : pointer_vectorcall;
    FT_SHARED_INIT(pointer);
    return (PyObject *)pointer;
}

PyObject *lib_pointer_new(CType *function, char *address, PyObject *name, PyObject *parameters, PyObject *library)
{
    PyObject *about = about_new(function, name, parameters, library);
    PyObject *result = about == NULL ? NULL : pointer_new(address, about);
    Py_XDECREF(about);
    return result;
}

PyObject *lib_pointer_share(PyObject *value)
{
    LibPointer *old = (LibPointer *)(void *)value;
    if (FT_FREE_LISTS || !cdata_check(value) || !(((CData *)value)->flags & CDATA_EXTENDED) || FT_PINNED(old))
        return NULL;
    FT_TAKE(old);
    if (!FT_PINNED(old))
        return NULL;
    PyObject *shared = pointer_new(old->base.plain.head.data, old->base.about);
    if (shared != NULL) {
        FT_PIN((LibPointer *)(void *)shared);
        ft_immortal(shared);
    }
    return shared;
}

/* ---- what Python tools ask for ---- */

static PyObject *never_called(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(unused))
{
    Py_RETURN_NONE;
}

/* An attribute of a built-in function as compiled modules would have it, or what `ask` makes of it. */
static PyObject *ask_builtin(const About *about, PyObject *(*ask)(PyObject *builtin))
{
    const char *name = PyUnicode_AsUTF8(about->name), *library = PyUnicode_AsUTF8(about->library);
    const char *parameters = about->parameters == NULL ? NULL : PyUnicode_AsUTF8(about->parameters);
    char *doc = name == NULL || library == NULL ? NULL : declaration_doc(about->type, name, parameters, library, "");
    PyMethodDef def = {name, never_called, METH_NOARGS, doc}; /* the function lives no longer */
    PyObject *builtin = doc == NULL ? NULL : PyCFunction_NewEx(&def, NULL, NULL);
    PyObject *result = builtin == NULL ? NULL : ask(builtin);
    Py_XDECREF(builtin);
    PyMem_Free(doc);
    return result;
}

static PyObject *ask_doc(PyObject *builtin)
{
    return PyObject_GetAttrString(builtin, "__doc__");
}

static PyObject *ask_signature(PyObject *builtin)
{
    PyObject *inspect = PyImport_ImportModule("inspect");
    PyObject *signature = inspect == NULL ? NULL : PyObject_CallMethod(inspect, "signature", "O", builtin);
    Py_XDECREF(inspect);
    return signature;
}

static PyObject *about_g_name(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(((About *)self)->name);
}

static PyObject *about_g_doc(PyObject *self, void *Py_UNUSED(closure))
{
    return ask_builtin((About *)self, ask_doc);
}

static PyObject *about_g_signature(PyObject *self, void *Py_UNUSED(closure))
{
    return ask_builtin((About *)self, ask_signature);
}

static PyGetSetDef about_getset[] = {
    {"__name__", about_g_name, NULL, "The name of the C function.", NULL},
    {"__doc__", about_g_doc, NULL, "The declaration, and which library it is from.", NULL},
    {"__signature__", about_g_signature, NULL, "The parameters: an inspect.Signature.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

/* ---- the type ---- */

static void about_tp_dealloc(PyObject *self)
{
    About *about = (About *)self;
    CType *ct = about->type;
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF(about->name);
    Py_XDECREF(about->parameters);
    Py_DECREF(about->library);
    PyObject_Free(self);
    Py_DECREF(type);
    Py_DECREF(ct); /* last: it may take the module along */
}

static PyType_Slot about_slots[] = {
    {Py_tp_dealloc, about_tp_dealloc},
    {Py_tp_getset, about_getset},
    {0, NULL},
};

static PyType_Spec about_spec = {
    .name = "_cffi_backend.__LibFunctionAbout",
    .basicsize = sizeof(About),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = about_slots,
};

static int make_type(State *state)
{
    return state_make_type(state, &about_spec, NULL, &state->lib_pointer_type);
}

static PyTypeObject *about_type(State *state)
{
    return state_type(state, &state->lib_pointer_type, make_type);
}
