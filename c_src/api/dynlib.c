/* dynlib.c: a shared library opened at run time: the Python type CLibrary. */
#include "api/dynlib.h"

#include "api/args.h"
#include "api/module_api.h"
#include "base/os.h"
#include "data/from_c.h"
#include "data/to_c.h"
#include "types/err.h"

typedef struct {
    PyObject_HEAD
    void *
        handle; /* by the lock of the object: NULL when closed, unless is_open (the program itself may have the handle NULL) */
    bool is_open;   /* by the lock of the object */
    bool is_ours;   /* const: we opened it */
    PyObject *name; /* const, owned str */
} Dynlib;

/* ---- opening and closing ---- */

static PyTypeObject *library_type(State *state);

static PyObject *new_library(State *state, void *handle, bool is_ours, PyObject *name)
{
    PyTypeObject *type = name == NULL ? NULL : library_type(state);
    Dynlib *library = type == NULL ? NULL : PyObject_New(Dynlib, type);
    if (library == NULL) {
        Py_XDECREF(name);
        if (is_ours)
            os_library_close(handle);
        return NULL;
    }
    library->handle = handle;
    library->is_open = true;
    library->is_ours = is_ours;
    library->name = name;
    return (PyObject *)library;
}

/* A handle that somebody else has opened. */
static PyObject *open_handle(State *state, CData *cd)
{
    if (!(cd->ctype->flags & CTYPE_VOID_POINTER))
        return err_null(PyExc_TypeError, "dlopen() takes a file name or 'void *' handle, not '%s'", cd->ctype->name);
    if (cd->flags & CDATA_RELEASED)
        return cdata_err_null(cd, "open");
    if (cd->data == NULL)
        return err_null(PyExc_RuntimeError, "cannot call dlopen(NULL): the handle is a null pointer");
    return new_library(state, cd->data, false, PyUnicode_FromFormat("%p", (void *)cd->data));
}

static PyObject *open_program(State *state, int flags)
{
    void *handle = os_library_open(Py_None, flags);
    return handle == NULL ? NULL : new_library(state, handle, true, PyUnicode_FromString("<None>"));
}

static PyObject *open_path(State *state, PyObject *source, int flags)
{
    PyObject *name;
    if (!PyUnicode_FSDecoder(source, &name))
        return NULL;
    void *handle = os_library_open(name, flags);
    if (handle != NULL)
        return new_library(state, handle, true, name);
    Py_DECREF(name);
    return NULL;
}

PyObject *dynlib_open(State *state, PyObject *source, int flags)
{
    if (source == Py_None)
        return open_program(state, flags);
    return cdata_check(source) ? open_handle(state, (CData *)source) : open_path(state, source, flags);
}

int dynlib_close(PyObject *self)
{
    Dynlib *library = (Dynlib *)self;
    void *handle;
    bool close;
    FT_LOCK(self);
    handle = library->handle;
    close = library->is_open && library->is_ours;
    library->is_open = false;
    FT_UNLOCK();
    return close ? os_library_close(handle) : 0;
}

static bool dynlib_is_closed(PyObject *self)
{
    bool is_open;
    FT_LOCK(self);
    is_open = ((Dynlib *)self)->is_open;
    FT_UNLOCK();
    return !is_open;
}

PyObject *dynlib_name_borrowed(PyObject *library)
{
    return ((Dynlib *)library)->name;
}

/* ---- symbols ---- */

/* `what` says in the error message what was looked for. */
static char *find_symbol(PyObject *self, const char *what, const char *name, PyObject *missing)
{
    Dynlib *library = (Dynlib *)self;
    void *address = NULL;
    bool is_open;
    FT_LOCK(self);
    is_open = library->is_open;
    if (is_open)
        address = os_library_symbol(library->handle, name);
    FT_UNLOCK();
    if (!is_open)
        return err_null(PyExc_ValueError, "library '%U' has already been closed", library->name);
    if (address == NULL) {
        const char *reason = os_library_error();
        return err_null(missing, "%s '%s' not found in library '%U': %s", what, name, library->name,
                        reason == NULL ? "its address is NULL" : reason);
    }
    return address;
}

char *dynlib_symbol(PyObject *library, const char *name, PyObject *missing)
{
    if (dynlib_is_closed(library))
        return err_null(missing, "library '%U' has been closed", ((Dynlib *)library)->name);
    return find_symbol(library, "symbol", name, missing);
}

/* What stands for an array at `address` whose length is known to nobody: a pointer to its first item. */
static CType *type_at_address(CType *ct)
{
    return ct->kind == KIND_ARRAY && ct->u.array.length < 0 ? ct->u.array.pointer : ct;
}

/* ---- methods ---- */

static PyObject *dynlib_m_load_function(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"load_function", 2, 2, {"ctype", "name"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    const char *name = ct == NULL ? NULL : args_str(&spec, 1, values[1]);
    if (name == NULL)
        return NULL;
    if (ct->kind < KIND_POINTER || ct->kind > KIND_ARRAY)
        return err_null(PyExc_TypeError, "function or pointer or array cdata expected, got '%s'", ct->name);
    char *address = find_symbol(self, "function/symbol", name, PyExc_AttributeError);
    return address == NULL ? NULL : cdata_view(type_at_address(ct), address);
}

static PyObject *dynlib_m_read_variable(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"read_variable", 2, 2, {"ctype", "name"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    const char *name = ct == NULL ? NULL : args_str(&spec, 1, values[1]);
    char *address = name == NULL ? NULL : find_symbol(self, "variable", name, PyExc_KeyError);
    if (address == NULL)
        return NULL;
    CType *pointer = type_at_address(ct);
    return pointer != ct ? cdata_view(pointer, address) : from_c(ct, address);
}

static PyObject *dynlib_m_write_variable(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"write_variable", 3, 3, {"ctype", "name", "value"}};
    PyObject *values[3];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    const char *name = ct == NULL ? NULL : args_str(&spec, 1, values[1]);
    char *address = name == NULL ? NULL : find_symbol(self, "variable", name, PyExc_KeyError);
    return address == NULL || to_c(ct, address, values[2]) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *dynlib_m_close_lib(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return dynlib_close(self) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef dynlib_methods[] = {
    {"load_function", (PyCFunction)(void (*)(void))dynlib_m_load_function, METH_FASTCALL,
     PyDoc_STR("load_function(ctype, name): the symbol's address as a pointer cdata.")},
    {"read_variable", (PyCFunction)(void (*)(void))dynlib_m_read_variable, METH_FASTCALL,
     PyDoc_STR("read_variable(ctype, name): the value of a global variable.")},
    {"write_variable", (PyCFunction)(void (*)(void))dynlib_m_write_variable, METH_FASTCALL,
     PyDoc_STR("write_variable(ctype, name, value): stores into a global variable.")},
    {"close_lib", dynlib_m_close_lib, METH_NOARGS,
     PyDoc_STR("close_lib(): closes the library; a second time does nothing.")},
    {NULL, NULL, 0, NULL},
};

/* ---- the Python type ---- */

static void dynlib_tp_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *exception = PyErr_GetRaisedException();
    if (dynlib_close(self) < 0)
        PyErr_WriteUnraisable(NULL);
    PyErr_SetRaisedException(exception);
    Py_DECREF(((Dynlib *)self)->name);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyObject *dynlib_tp_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<clibrary '%U'>", ((Dynlib *)self)->name);
}

static PyType_Slot dynlib_slots[] = {
    {Py_tp_dealloc, dynlib_tp_dealloc},
    {Py_tp_repr, dynlib_tp_repr},
    {Py_tp_methods, dynlib_methods},
    {Py_tp_doc, PyDoc_STR("A shared library opened by load_library().")},
    {0, NULL},
};

static PyType_Spec dynlib_spec = {
    .name = "_cffi_backend.CLibrary",
    .basicsize = sizeof(Dynlib),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = dynlib_slots,
};

static int make_type(State *state)
{
    return state_make_type(state, &dynlib_spec, NULL, &state->library_type);
}

static PyTypeObject *library_type(State *state)
{
    return state_type(state, &state->library_type, make_type);
}

static int add_flag(void *module, const char *name, long value)
{
    return PyModule_AddIntConstant(module, name, value);
}

int dynlib_add(State *state)
{
    return state_add_type(state, "CLibrary", library_type(state)) < 0 ? -1 : os_library_flags(add_flag, state->module);
}
