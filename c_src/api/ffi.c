/* ffi.c: the FFI object: how it is made and what it keeps. */
#include "api/ffi.h"

#include "api/module_record.h"
#include "base/os.h"
#include "base/version.h"
#include "data/cdata.h"
#include "types/ctype_make.h"
#include "types/err.h"

static const struct _cffi_type_context_s no_tables; /* of FFI() without arguments */

/* ---- making ---- */

static void ffi_tp_dealloc(PyObject *self);

/* The state behind FFI or a subclass, which has a tp_dealloc of its own. */
AT_IMPORT static State *state_behind(PyTypeObject *type)
{
    while (type->tp_dealloc != ffi_tp_dealloc)
        type = type->tp_base;
    return state_of_type(type);
}

AT_IMPORT PyObject *ffi_tp_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    State *state = state_behind(type);
    PyObject *no_arguments = state == NULL ? NULL : PyTuple_New(0);
    /* not tp_alloc(): up to Python 3.12 it is object() that prepares attributes of Python classes for quick access */
    FFIObject *ffi = no_arguments == NULL ? NULL : (FFIObject *)PyBaseObject_Type.tp_new(type, no_arguments, NULL);
    Py_XDECREF(no_arguments);
    if (ffi == NULL)
        return NULL;
    ffi->is_inline = state->inline_ffi_type != NULL && PyType_IsSubtype(type, state->inline_ffi_type);
    ffi->types = PyDict_New();
    ffi->function_types = PyDict_New();
    ffi->once = PyDict_New();
    if (ffi->types == NULL || ffi->function_types == NULL || ffi->once == NULL ||
        realize_init(ffi_tables(ffi), state, (PyObject *)ffi, &no_tables, NULL, 0) < 0)
        Py_CLEAR(ffi);
    return (PyObject *)ffi;
}

/* The tables of a tuple of FFI objects. NULL with an exception. */
AT_IMPORT static Tables **tables_of(State *state, PyObject *included)
{
    Py_ssize_t count = PyTuple_GET_SIZE(included);
    Tables **result = PyMem_New(Tables *, count + 1);
    if (result == NULL)
        return (Tables **)PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PyTuple_GET_ITEM(included, i);
        if (!ffi_check(state, item)) {
            PyMem_Free(result);
            return err_null(PyExc_TypeError, "FFI(): _includes must contain FFI objects, not %.200s",
                            Py_TYPE(item)->tp_name);
        }
        result[i] = ffi_tables((FFIObject *)item);
    }
    return result;
}

AT_IMPORT int ffi_set_tables(FFIObject *ffi, const struct _cffi_type_context_s *ctx, const _cffi_opcode_t *opcodes,
                             const struct _cffi_extension_s *incomplete, PyObject *included)
{
    int count = (int)PyTuple_GET_SIZE(included);
    State *state = ffi_state(ffi);
    Tables **includes = tables_of(state, included);
    if (includes == NULL)
        return -1;
    realize_clear(ffi_tables(ffi));
    ffi->included = Py_NewRef(included);
    if (opcodes == NULL)
        return realize_init(ffi_tables(ffi), state, (PyObject *)ffi, ctx, includes, count);
    realize_init_module(ffi_tables(ffi), state, (PyObject *)ffi, ctx, opcodes, incomplete, includes, count);
    return 0;
}

AT_IMPORT FFIObject *ffi_new(State *state, PyObject *name)
{
    FFIObject *ffi = (FFIObject *)ffi_tp_new(state->ffi_type, NULL, NULL);
    if (ffi != NULL)
        ffi->name = Py_NewRef(name);
    return ffi;
}

static int decode_into(FFIObject *ffi, const DecodeInput *input, PyObject *included)
{
    ffi->decoded = decode_tables(input);
    if (ffi->decoded == NULL)
        return -1;
    PyObject *includes = included == NULL ? PyTuple_New(0) : Py_NewRef(included);
    int result = includes == NULL ? -1 : ffi_set_tables(ffi, ffi->decoded, NULL, NULL, includes);
    Py_XDECREF(includes);
    return result;
}

/* FFI(), or FFI(module_name, _version=…, _types=…, …) in the file of an out-of-line ABI module. */
static int ffi_tp_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"module_name", "_version",   "_types",    "_globals", "_struct_unions",
                               "_enums",      "_typenames", "_includes", NULL};
    FFIObject *ffi = (FFIObject *)self;
    DecodeInput input = {.module_name = "?"};
    PyObject *name = NULL, *included = NULL;
    int version = -1;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|UiSO!O!O!O!O!:FFI", keywords, &name, &version, &input.types,
                                     &PyTuple_Type, &input.globals, &PyTuple_Type, &input.struct_unions, &PyTuple_Type,
                                     &input.enums, &PyTuple_Type, &input.typenames, &PyTuple_Type, &included))
        return -1;
    if (ffi->included != NULL)
        return err_raise(PyExc_ValueError, "cannot call FFI.__init__() more than once");
    if (name != NULL && (input.module_name = PyUnicode_AsUTF8(name)) == NULL)
        return -1;
    if (version != -1 && version != _CFFI_VERSION_EXTENDED &&
        (version < _CFFI_VERSION_MIN || version > _CFFI_VERSION_MAX))
        return err_raise(
            PyExc_ImportError,
            "cffi out-of-line Python module '%.200s' has unknown version 0x%x; this is cffi %s, which knows 0x%x to "
            "0x%x: upgrade cffi, or generate the module again",
            input.module_name, version, CFFI_VERSION, _CFFI_VERSION_MIN, _CFFI_VERSION_MAX);
    ffi->name = Py_XNewRef(name);
    return decode_into(ffi, &input, included);
}

/* ---- life ---- */

static int ffi_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    FFIObject *ffi = (FFIObject *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(ffi->types);
    Py_VISIT(ffi->function_types);
    Py_VISIT(ffi->included);
    Py_VISIT(ffi->once);
    Py_VISIT(ffi->lib);
    namecache_visit(&ffi->recent_types, visit, arg);
    return realize_visit(ffi_tables(ffi), visit, arg);
}

/* The tables stay: wrappers may still read them. Lazy records among them let go of this object by themselves. */
static int ffi_tp_clear(PyObject *self)
{
    FFIObject *ffi = (FFIObject *)self;
    namecache_free(&ffi->recent_types);
    PyDict_Clear(ffi->types);
    PyDict_Clear(ffi->function_types);
    PyDict_Clear(ffi->once);
    Py_CLEAR(ffi->lib);
    return 0;
}

static void ffi_tp_dealloc(PyObject *self)
{
    FFIObject *ffi = (FFIObject *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    PyObject_ClearWeakRefs(self);
    namecache_clear(&ffi->recent_types);
    realize_clear(ffi_tables(ffi));
    if (ffi->use != NULL)
        module_record_leave(ffi->use);
    decode_free(ffi->decoded);
    Py_XDECREF(ffi->name);
    Py_XDECREF(ffi->types);
    Py_XDECREF(ffi->function_types);
    Py_XDECREF(ffi->included);
    Py_XDECREF(ffi->once);
    Py_XDECREF(ffi->lib);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---- the type ---- */

AT_IMPORT static int add_flag(void *type, const char *name, long value)
{
    PyObject *number = PyLong_FromLong(value);
    int result = number == NULL ? -1 : PyObject_SetAttrString(type, name, number);
    Py_XDECREF(number);
    return result;
}

/* FFI.NULL, FFI.error and their like. */
AT_IMPORT static int add_attributes(State *state)
{
    PyObject *type = (PyObject *)state->ffi_type;
    PyObject *null = ffi_null_new(state);
    int result = null == NULL ? -1 : PyObject_SetAttrString(type, "NULL", null);
    Py_XDECREF(null);
    if (result < 0 || PyObject_SetAttrString(type, "error", state->ffi_error) < 0 ||
        PyObject_SetAttrString(type, "CData", (PyObject *)state->cdata_type) < 0 ||
        PyObject_SetAttrString(type, "CType", (PyObject *)state->ctype_type) < 0 ||
        PyObject_SetAttrString(type, "buffer", (PyObject *)state->buffer_type) < 0)
        return -1;
    return os_library_flags(add_flag, type);
}

PyDoc_STRVAR(ffi_doc, "The C types of a module, and what can be done with C types and C data.");

static PyMemberDef ffi_members[] = {
    COMPAT_MEMBER_WEAKREFS(FFIObject, weakrefs),
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot ffi_slots[] = {
    {Py_tp_doc, (void *)ffi_doc}, {Py_tp_new, ffi_tp_new},
    {Py_tp_init, ffi_tp_init},    {Py_tp_traverse, ffi_tp_traverse},
    {Py_tp_clear, ffi_tp_clear},  {Py_tp_dealloc, ffi_tp_dealloc},
    {Py_tp_methods, ffi_methods}, {Py_tp_getset, ffi_getset},
    {Py_tp_members, ffi_members}, {0, NULL},
};
static PyType_Spec ffi_spec = {
    .name = "_cffi_backend.FFI",
    .basicsize = sizeof(FFIObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = ffi_slots,
};

AT_IMPORT int ffi_init(State *state)
{
    if (state_make_type(state, &ffi_spec, NULL, &state->ffi_type) < 0)
        return -1;
    return add_attributes(state) < 0 ? -1 : state_add_type(state, "FFI", state->ffi_type);
}
