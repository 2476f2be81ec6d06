/* lib_func.c: lib.f of a C module: an ordinary built-in function object.
 *
 * The interpreter has the fastest paths for built-in functions, and tools know them, so lib.f is one. What it calls is a function
 * of call/call_fast.c, which needs nothing of the module but the address of the C function, or the wrapper in the module when registers do not do.
 * Its __self__ is an object of its own, which owns the method table entry and answers everybody as the Lib does. */
#include "api/lib_func.h"

#include "api/declaration.h"
#include "api/module_record.h"
#include "call/call_fast.h"
#include "types/err.h"

typedef struct {
    FastFunction fast; /* plan NULL: `def` is on the wrapper in the module */
    PyMethodDef def;   /* const; `ml_doc` is owned */
    CType *type;       /* const, owned */
    PyObject *lib;     /* owned; NULL after tp_clear */
} LibFunction;

/* ---- making ---- */

static int method_flags(int operation)
{
    return operation == _CFFI_OP_CPYTHON_BLTN_N   ? METH_NOARGS
           : operation == _CFFI_OP_CPYTHON_BLTN_O ? METH_O
                                                  : METH_VARARGS;
}

/* Modules that were made before `holds_gil` was added say so by the size. */
static bool holds_gil(const struct _cffi_extension_s *extension, int row)
{
    return extension != NULL && extension->size > offsetof(struct _cffi_extension_s, holds_gil) &&
           extension->holds_gil != NULL && extension->holds_gil(row);
}

static void choose_call(LibFunction *function, const struct _cffi_global_s *global, bool with_gil)
{
    FastFunction *fast = &function->fast;
    fast->names.name = global->name;
    fast->address = global->size_or_direct_fn;
    fast->plan = fast->address == NULL ? NULL : fast_plan(function->type);
    function->def.ml_name = global->name;
    function->def.ml_meth = (PyCFunction)(uintptr_t)global->address;
    function->def.ml_flags = method_flags(_CFFI_GETOP(global->type_op));
    (void)with_gil; /* the wrapper knows */
#if PLATFORM_REGISTERS
    if (fast->plan != NULL)
        function->def.ml_meth = fast_function_method(fast->plan, with_gil, &function->def.ml_flags);
#endif
}

static PyTypeObject *stand_in_type(State *state);

/* Takes over `doc`; `names` are those of the parameters. */
static PyObject *make_function(LibObject *lib, int index, CType *type, char *doc, const char *names)
{
    const struct _cffi_extension_s *extension = module_record_extension(lib->ffi->use);
    PyTypeObject *stand_in = stand_in_type(ffi_state(lib->ffi));
    LibFunction *function = stand_in == NULL ? NULL : PyObject_GC_New(LibFunction, stand_in);
    if (function == NULL) {
        PyMem_Free(doc);
        return NULL;
    }
    function->def.ml_doc = doc;
    function->type = (CType *)Py_NewRef((PyObject *)type);
    function->lib = Py_NewRef((PyObject *)lib);
    function->fast.names.parameters = names;
    choose_call(function, &ffi_tables(lib->ffi)->ctx->globals[index], holds_gil(extension, index));
    PyObject_GC_Track((PyObject *)function);
    PyObject *result = PyCFunction_NewEx(&function->def, (PyObject *)function, lib->name);
    Py_DECREF(function);
    return result;
}

PyObject *lib_func_new(LibObject *lib, int index)
{
    Tables *tables = ffi_tables(lib->ffi);
    const struct _cffi_global_s *global = &tables->ctx->globals[index];
    const char *names = declaration_names(module_record_extension(lib->ffi->use), index);
    const char *module = PyUnicode_AsUTF8(lib->name);
    PyObject *result = NULL;
    char *doc;
    CType *type = module == NULL ? NULL : realize_slot(tables, _CFFI_GETARG(global->type_op));
    if (type == NULL)
        return NULL;
    if (type->kind != KIND_FUNCTION)
        err_raise(tables->state->ffi_error, "the type tables of this module are damaged: '%s' of function %.200s",
                  type->name, global->name);
    else if ((doc = declaration_doc(type, global->name, names, module, ".lib")) != NULL)
        result = make_function(lib, index, type, doc, names);
    Py_DECREF(type);
    return result;
}

/* ---- recognising ---- */

int lib_func_address(State *state, PyObject *object, char **address, CType **ctype)
{
    if (!PyCFunction_CheckExact(object) || PyCFunction_GET_SELF(object) == NULL ||
        Py_TYPE(PyCFunction_GET_SELF(object)) != state->lib_function_type)
        return 0;
    LibFunction *function = (LibFunction *)PyCFunction_GET_SELF(object);
    if (((PyCFunctionObject *)object)->m_ml != &function->def)
        return 0; /* a method of the Python type below */
    *address = function->fast.address;
    *ctype = function->type;
    return 1;
}

/* ---- the Python type: a stand-in of the Lib ---- */

static PyObject *stand_in_tp_getattro(PyObject *self, PyObject *name)
{
    LibFunction *function = (LibFunction *)self;
    return function->lib == NULL ? PyObject_GenericGetAttr(self, name) : PyObject_GetAttr(function->lib, name);
}

static PyObject *stand_in_tp_repr(PyObject *self)
{
    LibFunction *function = (LibFunction *)self;
    return function->lib == NULL ? PyUnicode_FromString("<Lib object>") : PyObject_Repr(function->lib);
}

static Py_hash_t stand_in_tp_hash(PyObject *self)
{
    return PyObject_Hash(((LibFunction *)self)->lib);
}

static PyObject *stand_in_tp_richcompare(PyObject *self, PyObject *other, int operation)
{
    PyObject *lib = ((LibFunction *)self)->lib;
    if (Py_TYPE(other) == Py_TYPE(self))
        other = ((LibFunction *)other)->lib;
    if (operation != Py_EQ && operation != Py_NE)
        Py_RETURN_NOTIMPLEMENTED;
    return PyBool_FromLong((lib == other) == (operation == Py_EQ));
}

static int stand_in_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((LibFunction *)self)->type);
    Py_VISIT(((LibFunction *)self)->lib);
    return 0;
}

static int stand_in_tp_clear(PyObject *self)
{
    Py_CLEAR(((LibFunction *)self)->lib);
    return 0;
}

static void stand_in_tp_dealloc(PyObject *self)
{
    LibFunction *function = (LibFunction *)self;
    PyTypeObject *type = Py_TYPE(self);
    CType *ct = function->type;
    PyObject_GC_UnTrack(self);
    Py_CLEAR(function->lib);
    PyMem_Free((void *)(uintptr_t)function->def.ml_doc);
    PyObject_GC_Del(self);
    Py_DECREF(type);
    Py_DECREF(ct); /* last: it may take the module along */
}

static PyType_Slot stand_in_slots[] = {
    {Py_tp_dealloc, stand_in_tp_dealloc},
    {Py_tp_traverse, stand_in_tp_traverse},
    {Py_tp_clear, stand_in_tp_clear},
    {Py_tp_getattro, stand_in_tp_getattro},
    {Py_tp_repr, stand_in_tp_repr},
    {Py_tp_hash, stand_in_tp_hash},
    {Py_tp_richcompare, stand_in_tp_richcompare},
    {Py_tp_doc, PyDoc_STR("What a function of a Lib is bound to: the Lib, with what the call needs.")},
    {0, NULL},
};

/* Tools show the name in that of the function: Lib.f. */
static PyType_Spec stand_in_spec = {
    .name = "_cffi_backend.Lib",
    .basicsize = sizeof(LibFunction),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = stand_in_slots,
};

static int make_type(State *state)
{
    return state_make_type(state, &stand_in_spec, NULL, &state->lib_function_type);
}

static PyTypeObject *stand_in_type(State *state)
{
    return state_type(state, &state->lib_function_type, make_type);
}
