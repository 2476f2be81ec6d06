/* lib_var.c: constants and global variables of a lib. */
#include "api/lib_var.h"

#include "base/errno_tls.h"
#include "data/from_c.h"
#include "data/to_c.h"
#include "types/ctype_make.h"
#include "types/err.h"

/* ---- variables ---- */

static bool is_open_array(const CType *ct)
{
    return ct->kind == KIND_ARRAY && ct->u.array.length < 0;
}

/* The type that row `index` declares, complete when it is a record. New reference. */
static CType *declared_type(LibObject *lib, int index)
{
    Tables *tables = ffi_tables(lib->ffi);
    CType *ct = realize_slot(tables, _CFFI_GETARG(tables->ctx->globals[index].type_op));
    if (ct != NULL && ctype_complete(ct) < 0)
        Py_CLEAR(ct);
    return ct;
}

/* ffi.error when the C compiler says another size than the declaration. 0 or -1. */
static int check_size(LibObject *lib, CType *ct, int index)
{
    const struct _cffi_global_s *global = &ffi_tables(lib->ffi)->ctx->globals[index];
    size_t size = (size_t)(uintptr_t)global->size_or_direct_fn;
    if (size == 0 || ct->size < 0 || (size_t)ct->size == size)
        return 0;
    return err_raise(ct->state->ffi_error,
                     "global variable '%.200s' should be %zd bytes according to the cdef, but is actually %zd",
                     global->name, ct->size, (Py_ssize_t)size);
}

/* `owner` keeps `name`. */
static GlobSupport *new_variable(CType *ct, char *address, const char *name, PyObject *owner)
{
    PyTypeObject *type = lib_var_type(ct->state);
    GlobSupport *variable = type == NULL ? NULL : PyObject_GC_New(GlobSupport, type);
    if (variable == NULL)
        return NULL;
    variable->type = (CType *)Py_NewRef((PyObject *)ct);
    variable->read_as = is_open_array(ct) ? (CType *)Py_NewRef((PyObject *)ct->u.array.pointer) : NULL;
    variable->address = address;
    variable->fetch = NULL;
    variable->name = name;
    variable->read_only = false;
    variable->owner = Py_NewRef(owner);
    PyObject_GC_Track(variable);
    return variable;
}

PyObject *lib_var_new(LibObject *lib, int index, char *address, void *(*fetch)(void))
{
    const char *name = ffi_tables(lib->ffi)->ctx->globals[index].name;
    CType *ct = declared_type(lib, index);
    GlobSupport *variable =
        ct == NULL || check_size(lib, ct, index) < 0 ? NULL : new_variable(ct, address, name, (PyObject *)lib->ffi);
    if (variable != NULL)
        variable->fetch = fetch;
    Py_XDECREF(ct);
    return (PyObject *)variable;
}

PyObject *lib_var_at(CType *ct, char *address, PyObject *name, bool read_only)
{
    const char *text = PyUnicode_AsUTF8(name);
    GlobSupport *variable = text == NULL ? NULL : new_variable(ct, address, text, name);
    if (variable != NULL)
        variable->read_only = read_only;
    return (PyObject *)variable;
}

COLD static char *err_address_null(GlobSupport *variable)
{
    return err_null(variable->type->state->ffi_error, "global variable '%.200s' is at address NULL", variable->name);
}

/* Where the variable is now. NULL with an exception. */
static char *address_of(GlobSupport *variable)
{
    if (variable->fetch == NULL)
        return variable->address;
    errno_restore();
    char *address = variable->fetch();
    errno_save();
    return LIKELY(address != NULL) ? address : err_address_null(variable);
}

PyObject *lib_var_read(GlobSupport *variable)
{
    char *address = address_of(variable);
    if (UNLIKELY(address == NULL))
        return NULL;
    if (UNLIKELY(variable->read_as != NULL))
        return cdata_view(variable->read_as, address);
    if (UNLIKELY(variable->type->conv == CONV_NONE))
        return err_null(PyExc_TypeError, "cdata '%s' is opaque", variable->type->name);
    return from_c(variable->type, address);
}

int lib_var_write(GlobSupport *variable, PyObject *value)
{
    if (UNLIKELY(variable->read_only))
        return err_raise(PyExc_AttributeError, "cannot write to constant '%.200s'", variable->name);
    char *address = address_of(variable);
    if (UNLIKELY(address == NULL))
        return -1;
    if (UNLIKELY(variable->type->conv == CONV_NONE))
        return err_raise(PyExc_TypeError, "'%s' is opaque", variable->type->name);
    return to_c(variable->type, address, value);
}

PyObject *lib_var_addressof(GlobSupport *variable)
{
    char *address = address_of(variable);
    CType *pointer = address == NULL ? NULL : ctype_pointer_to(variable->type);
    PyObject *result = pointer == NULL ? NULL : cdata_view(pointer, address);
    Py_XDECREF(pointer);
    return result;
}

/* ---- constants ---- */

COLD static PyObject *err_unknown_size(LibObject *lib, int index, CType *ct)
{
    return err_null(ct->state->ffi_error, "constant '%.200s' is of type '%s', whose size is not known",
                    ffi_tables(lib->ffi)->ctx->globals[index].name, ct->name);
}

/* An array or record that owns its memory, so that it lives as long as somebody uses it. */
static PyObject *fetch_owned(CType *ct, void (*fetch)(char *))
{
    CData *owned = NULL;
    if (ct->kind == KIND_ARRAY) {
        owned = (CData *)cdata_own_new(ct, NULL);
        if (owned != NULL)
            fetch(owned->data);
        return (PyObject *)owned;
    }
    char *memory = PyMem_Calloc(1, ct->size > 0 ? (size_t)ct->size : 1);
    if (memory == NULL)
        return PyErr_NoMemory();
    fetch(memory);
    owned = (CData *)cdata_own_copy(ct, memory);
    PyMem_Free(memory);
    return (PyObject *)owned;
}

PyObject *lib_var_constant(LibObject *lib, int index, void (*fetch)(char *))
{
    _Alignas(16) char value[64] = {0}; /* for any primitive or pointer */
    PyObject *result = NULL;
    CType *ct = declared_type(lib, index);
    if (ct == NULL)
        return NULL;
    if (ct->size < 0)
        result = err_unknown_size(lib, index, ct);
    else if (ct->kind == KIND_ARRAY || ctype_is_record(ct))
        result = fetch_owned(ct, fetch);
    else {
        fetch(value);
        result = from_c(ct, value);
    }
    Py_DECREF(ct);
    return result;
}

PyObject *lib_var_constant_at(LibObject *lib, int index, char *address)
{
    PyObject *result;
    CType *ct = declared_type(lib, index);
    if (ct == NULL)
        return NULL;
    if (is_open_array(ct))
        result = cdata_view(ct->u.array.pointer, address);
    else
        result = ct->size < 0 ? err_unknown_size(lib, index, ct) : from_c(ct, address);
    Py_DECREF(ct);
    return result;
}

/* ---- the type ---- */

static int globsupport_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    GlobSupport *variable = (GlobSupport *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(variable->type);
    Py_VISIT(variable->read_as);
    Py_VISIT(variable->owner);
    return 0;
}

void lib_var_tp_dealloc(PyObject *self)
{
    GlobSupport *variable = (GlobSupport *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_DECREF(variable->type);
    Py_XDECREF(variable->read_as);
    Py_DECREF(variable->owner);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyType_Slot globsupport_slots[] = {
    {Py_tp_traverse, globsupport_tp_traverse},
    {Py_tp_dealloc, lib_var_tp_dealloc},
    {0, NULL},
};
static PyType_Spec globsupport_spec = {
    .name = "_cffi_backend.__FFIGlobSupport",
    .basicsize = sizeof(GlobSupport),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = globsupport_slots,
};

static int make_type(State *state)
{
    return state_make_type(state, &globsupport_spec, NULL, &state->globsupport_type);
}

PyTypeObject *lib_var_type(State *state)
{
    return state_type(state, &state->globsupport_type, make_type);
}
