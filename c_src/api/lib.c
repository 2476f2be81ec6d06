/* lib.c: the Lib object: the functions, constants and global variables of a module as attributes.
 *
 * An attribute is made at its first access and kept in `values`; from then on it is one look-up. A variable is kept
 * as an object that knows where the variable is. */
#include "api/lib.h"

#include "api/dynlib.h"
#include "api/lib_func.h"
#include "api/lib_pointer.h"
#include "api/lib_var.h"
#include "ctx/search.h"
#include "types/err.h"

/* ---- making attributes ---- */

/* Where the opened library has `name`. NULL with ffi.error. */
static char *symbol(LibObject *lib, const char *name)
{
    PyObject *error = ffi_state(lib->ffi)->ffi_error;
    if (lib->library == NULL)
        return err_null(error, "'%.200s' can only be read from an opened library", name);
    return dynlib_symbol(lib->library, name, error);
}

static PyObject *make_extern_python(LibObject *lib, const struct _cffi_global_s *global)
{
    CType *ct = realize_slot(ffi_tables(lib->ffi), _CFFI_GETARG(global->type_op));
    PyObject *result = ct == NULL ? NULL : cdata_view(ct, global->size_or_direct_fn);
    Py_XDECREF(ct);
    return result;
}

static PyObject *make_variable(LibObject *lib, int index, const struct _cffi_global_s *global)
{
    char *address = lib->library != NULL ? symbol(lib, global->name) : global->address;
    return address == NULL ? NULL : lib_var_new(lib, index, address, NULL);
}

static PyObject *make_opened(LibObject *lib, int index, const struct _cffi_global_s *global)
{
    char *address = symbol(lib, global->name);
    return address == NULL ? NULL : lib_var_constant_at(lib, index, address);
}

/* A function of an opened library. */
static PyObject *make_opened_function(LibObject *lib, const struct _cffi_global_s *global)
{
    char *address = symbol(lib, global->name);
    CType *ct = address == NULL ? NULL : realize_slot(ffi_tables(lib->ffi), _CFFI_GETARG(global->type_op));
    PyObject *name = ct == NULL ? NULL : PyUnicode_FromString(global->name);
    PyObject *result = name == NULL                ? NULL
                       : ct->kind == KIND_FUNCTION ? lib_pointer_new(ct, address, name, NULL, lib->name)
                                                   : cdata_view(ct, address);
    Py_XDECREF(name);
    Py_XDECREF(ct);
    return result;
}

/* What lib->values gets for row `index`. */
static PyObject *make_value(LibObject *lib, int index)
{
    Tables *tables = ffi_tables(lib->ffi);
    const struct _cffi_global_s *global = &tables->ctx->globals[index];
    uintptr_t address = (uintptr_t)global->address;
    switch (_CFFI_GETOP(global->type_op)) {
    case _CFFI_OP_CPYTHON_BLTN_V:
    case _CFFI_OP_CPYTHON_BLTN_N:
    case _CFFI_OP_CPYTHON_BLTN_O:
        return lib_func_new(lib, index);
    case _CFFI_OP_CONSTANT_INT:
    case _CFFI_OP_ENUM:
        return realize_constant(tables, index);
    case _CFFI_OP_CONSTANT:
        return lib_var_constant(lib, index, (void (*)(char *))address);
    case _CFFI_OP_GLOBAL_VAR:
        return make_variable(lib, index, global);
    case _CFFI_OP_GLOBAL_VAR_F:
        return lib_var_new(lib, index, NULL, (void *(*)(void))address);
    case _CFFI_OP_EXTERN_PYTHON:
        return make_extern_python(lib, global);
    case _CFFI_OP_DLOPEN_FUNC:
        return make_opened_function(lib, global);
    case _CFFI_OP_DLOPEN_CONST:
        return make_opened(lib, index, global);
    default:
        return err_null(PyExc_NotImplementedError, "'%.200s' has opcode %d: made for a newer cffi?", global->name,
                        _CFFI_GETOP(global->type_op));
    }
}

/* ---- looking up ---- */

static int lib_find(LibObject *lib, PyObject *name, PyObject **value);

/* In the Lib of the included modules. 1 found, 0 not, -1 error. */
static int find_in_libs(LibObject *lib, PyObject *name, PyObject **value)
{
    int found = 0;
    for (Py_ssize_t i = 0; found == 0 && lib->libs != NULL && i < PyTuple_GET_SIZE(lib->libs); i++)
        found = lib_find((LibObject *)PyTuple_GET_ITEM(lib->libs, i), name, value);
    return found;
}

/* Names that an ABI module includes are looked for in the same library, under the declarations of the included
 * module. */
static int find_in_included_ffis(LibObject *lib, PyObject *name, PyObject **value)
{
    PyObject *included = lib->ffi->included;
    int found = 0;
    for (Py_ssize_t i = 0; found == 0 && lib->libs == NULL && included != NULL && i < PyTuple_GET_SIZE(included); i++) {
        PyObject *other = lib_new((FFIObject *)PyTuple_GET_ITEM(included, i), lib->name, NULL, lib->library);
        found = other == NULL ? -1 : lib_find((LibObject *)other, name, value);
        Py_XDECREF(other);
    }
    return found;
}

static int find_in_tables(LibObject *lib, PyObject *name, PyObject **value)
{
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(name, &length);
    if (text == NULL)
        return -1;
    int index = search_globals(realize_context(ffi_tables(lib->ffi)), text, (size_t)length);
    if (index >= 0) {
        *value = make_value(lib, index);
        if (*value != NULL && lib->library == NULL)
            ft_immortal(*value); /* a C module is never unloaded */
        return *value == NULL ? -1 : 1;
    }
    int found = find_in_libs(lib, name, value);
    return found == 0 ? find_in_included_ffis(lib, name, value) : found;
}

static int find_by_finder(LibObject *lib, PyObject *name, PyObject **value)
{
    *value = PyObject_CallMethod(lib->finder, "find", "O", name);
    if (*value != Py_NotImplemented)
        return *value == NULL ? -1 : 1;
    Py_CLEAR(*value);
    return 0;
}

/* An attribute that is not yet in lib->values: makes it and stores it there. */
static int find_new(LibObject *lib, PyObject *name, PyObject **value)
{
    int found = lib->finder != NULL ? find_by_finder(lib, name, value) : find_in_tables(lib, name, value);
    if (found > 0) {
        PyObject *made = *value; /* another thread may have been first */
        found = PyDict_SetDefaultRef(lib->values, name, made, value) < 0 ? -1 : 1;
        Py_DECREF(made);
    }
    return found;
}

/* Threads that ask again and again for a function of an opened library get one that they share without waiting. 1 or -1. */
static int share(LibObject *lib, PyObject *name, PyObject **value)
{
    PyObject *shared = lib_pointer_share(*value);
    if (shared == NULL)
        return PyErr_Occurred() ? -1 : 1;
    Py_SETREF(*value, shared);
    return PyDict_SetItem(lib->values, name, shared) < 0 ? -1 : 1;
}

/* *value = what lib->values has for `name`, new reference: 1; 0 there is no such name; -1 error. */
static int lib_find(LibObject *lib, PyObject *name, PyObject **value)
{
    int found = PyDict_GetItemRef(lib->values, name, value);
    if (found == 0)
        found = find_new(lib, name, value);
    if (!FT_FREE_LISTS && found > 0)
        found = share(lib, name, value);
    if (found > 0)
        namecache_put(&lib->recent, name, *value, false);
    return found;
}

COLD static PyObject *err_no_attribute(LibObject *lib, PyObject *name)
{
    return err_null(PyExc_AttributeError, "cffi library '%U' has no function, constant or global variable named '%U'",
                    lib->name, name);
}

/* ---- what a module has ---- */

/* The names that `wanted` accepts, in the order of the table. New list. */
static PyObject *names(LibObject *lib, bool (*wanted)(int operation))
{
    const struct _cffi_type_context_s *ctx = realize_context(ffi_tables(lib->ffi));
    if (lib->finder != NULL)
        return PyObject_CallMethod(lib->finder, "names", NULL);
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && i < ctx->num_globals; i++) {
        if (!wanted(_CFFI_GETOP(ctx->globals[i].type_op)))
            continue;
        PyObject *name = PyUnicode_FromString(ctx->globals[i].name);
        if (name == NULL || PyList_Append(list, name) < 0)
            Py_CLEAR(list);
        Py_XDECREF(name);
    }
    return list;
}

static bool any_operation(int Py_UNUSED(operation))
{
    return true;
}

/* "from lib import *" would copy the value of a variable. */
static bool no_variable(int operation)
{
    return operation != _CFFI_OP_GLOBAL_VAR && operation != _CFFI_OP_GLOBAL_VAR_F;
}

/* lib.__dict__: everything, as a new dict. */
static PyObject *all_values(LibObject *lib)
{
    PyObject *list = names(lib, any_operation);
    PyObject *dict = list == NULL ? NULL : PyDict_New();
    for (Py_ssize_t i = 0; dict != NULL && i < PyList_GET_SIZE(list); i++) {
        PyObject *value = NULL;
        if (lib_find(lib, PyList_GET_ITEM(list, i), &value) < 0 ||
            PyDict_SetItem(dict, PyList_GET_ITEM(list, i), value) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(value);
    }
    Py_XDECREF(list);
    return dict;
}

/* The attributes that make a Lib look like a module to import and help(). */
static PyObject *module_attribute(LibObject *lib, PyObject *name)
{
    const char *text = PyUnicode_AsUTF8(name);
    if (text == NULL)
        return NULL;
    if (strcmp(text, "__all__") == 0)
        return names(lib, no_variable);
    if (strcmp(text, "__dict__") == 0)
        return all_values(lib);
    if (strcmp(text, "__class__") == 0)
        return Py_NewRef((PyObject *)&PyModule_Type);
    if (strcmp(text, "__name__") == 0)
        return PyUnicode_FromFormat("%U.lib", lib->name);
    if (strcmp(text, "__loader__") == 0 || strcmp(text, "__spec__") == 0)
        return Py_NewRef(Py_None);
    return err_no_attribute(lib, name);
}

/* ---- the protocol ---- */

/* The value of a variable, for the object that stands for it, which is kept: reading may run Python code. */
NOINLINE static PyObject *read_variable(PyObject *variable)
{
    Py_INCREF(variable);
    PyObject *result = lib_var_read((GlobSupport *)variable);
    Py_DECREF(variable);
    return result;
}

/* An attribute that lib->recent does not have. */
NOINLINE static PyObject *get_slow(LibObject *lib, PyObject *name)
{
    PyObject *value = NULL;
    int found = lib_find(lib, name, &value);
    if (found <= 0)
        return found < 0 ? NULL : module_attribute(lib, name);
    if (!lib_var_check(value))
        return value;
    PyObject *result = read_variable(value);
    Py_DECREF(value);
    return result;
}

static PyObject *lib_tp_getattro(PyObject *self, PyObject *name)
{
    LibObject *lib = (LibObject *)self;
    PyObject *value = namecache_get_borrowed(&lib->recent, name);
    if (LIKELY(value != NULL && !lib_var_check(value)))
        return Py_NewRef(value);
    return value != NULL ? read_variable(value) : get_slow(lib, name);
}

static int lib_tp_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    LibObject *lib = (LibObject *)self;
    PyObject *found = Py_XNewRef(namecache_get_borrowed(&lib->recent, name));
    if (UNLIKELY(found == NULL) && lib_find(lib, name, &found) <= 0)
        return PyErr_Occurred() ? -1 : (err_no_attribute(lib, name), -1);
    int result = -1;
    if (UNLIKELY(value == NULL))
        err_raise(PyExc_AttributeError, "C attribute '%U' cannot be deleted", name);
    else if (UNLIKELY(!lib_var_check(found)))
        err_raise(PyExc_AttributeError, "cannot write to function or constant '%U' of '%U'", name, lib->name);
    else
        result = lib_var_write((GlobSupport *)found, value);
    Py_DECREF(found);
    return result;
}

static PyObject *lib_tp_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<Lib object for '%U'>", ((LibObject *)self)->name);
}

static PyObject *lib_m_dir(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return names((LibObject *)self, any_operation);
}

PyObject *lib_addressof(LibObject *lib, PyObject *name)
{
    PyObject *value = NULL, *result = NULL;
    char *address;
    CType *ct;
    int found = lib_find(lib, name, &value);
    if (found <= 0)
        return found < 0 ? NULL : err_no_attribute(lib, name);
    if (lib_var_check(value))
        result = lib_var_addressof((GlobSupport *)value);
    else if (lib_func_address(ffi_state(lib->ffi), value, &address, &ct) > 0)
        result = cdata_view(ct, address);
    else if (cdata_check(value) && ((CData *)value)->ctype->kind == KIND_FUNCTION)
        result = Py_NewRef(value);
    else
        err_raise(PyExc_AttributeError, "cannot take the address of the constant '%U'", name);
    Py_DECREF(value);
    return result;
}

void lib_forget(LibObject *lib)
{
    namecache_clear(&lib->recent);
    PyDict_Clear(lib->values);
}

int lib_close(LibObject *lib)
{
    if (lib->library == NULL)
        return 0;
    lib_forget(lib);
    return dynlib_close(lib->library);
}

/* ---- life ---- */

AT_IMPORT PyObject *lib_new(FFIObject *ffi, PyObject *name, PyObject *libs, PyObject *library)
{
    PyObject *values = PyDict_New();
    LibObject *lib = values == NULL ? NULL : PyObject_GC_New(LibObject, ffi_state(ffi)->lib_type);
    if (lib == NULL) {
        Py_XDECREF(values);
        return NULL;
    }
    lib->values = values;
    lib->ffi = (FFIObject *)Py_NewRef((PyObject *)ffi);
    lib->name = Py_NewRef(name);
    lib->library = Py_XNewRef(library);
    lib->libs = Py_XNewRef(libs);
    lib->finder = NULL;
    lib->weakrefs = NULL;
    memset(&lib->recent, 0, sizeof lib->recent);
    PyObject_GC_Track(lib);
    return (PyObject *)lib;
}

PyObject *lib_new_declared(FFIObject *ffi, PyObject *library, PyObject *finder)
{
    PyObject *lib = lib_new(ffi, dynlib_name_borrowed(library), NULL, library);
    if (lib != NULL)
        ((LibObject *)lib)->finder = Py_NewRef(finder);
    return lib;
}

static int lib_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    LibObject *lib = (LibObject *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(lib->values);
    namecache_visit(&lib->recent, visit, arg);
    Py_VISIT(lib->ffi);
    Py_VISIT(lib->library);
    Py_VISIT(lib->libs);
    Py_VISIT(lib->finder);
    return 0;
}

static int lib_tp_clear(PyObject *self)
{
    lib_forget((LibObject *)self);
    return 0;
}

static void lib_tp_dealloc(PyObject *self)
{
    LibObject *lib = (LibObject *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (lib->weakrefs != NULL)
        PyObject_ClearWeakRefs(self);
    namecache_free(&lib->recent);
    Py_DECREF(lib->values);
    Py_XDECREF(lib->library);
    Py_XDECREF(lib->libs);
    Py_XDECREF(lib->finder);
    Py_DECREF(lib->name);
    Py_DECREF(lib->ffi);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyMethodDef lib_methods[] = {
    {"__dir__", lib_m_dir, METH_NOARGS, PyDoc_STR("The names of the functions, constants and global variables.")},
    {NULL, NULL, 0, NULL},
};
static PyMemberDef lib_members[] = {
    COMPAT_MEMBER_WEAKREFS(LibObject, weakrefs),
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot lib_slots[] = {
    {Py_tp_getattro, lib_tp_getattro}, {Py_tp_setattro, lib_tp_setattro}, {Py_tp_repr, lib_tp_repr},
    {Py_tp_traverse, lib_tp_traverse}, {Py_tp_clear, lib_tp_clear},       {Py_tp_dealloc, lib_tp_dealloc},
    {Py_tp_methods, lib_methods},      {Py_tp_members, lib_members},      {0, NULL},
};
static PyType_Spec lib_spec = {
    .name = "_cffi_backend.Lib",
    .basicsize = sizeof(LibObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = lib_slots,
};

AT_IMPORT int lib_init(State *state)
{
    state->function_address = lib_func_address;
    return state_make_type(state, &lib_spec, NULL, &state->lib_type);
}
