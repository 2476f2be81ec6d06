/* inline_ffi.c: the base of the FFI class of the in-line modes. Its Python part parses declarations and makes ctypes and variables
 * one by one; all that programs do again and again is answered from the caches of the FFI and its libraries. */
#include "api/inline_ffi.h"

#include "api/args.h"
#include "api/dynlib.h"
#include "api/lib.h"
#include "api/lib_pointer.h"
#include "api/lib_var.h"
#include "api/typearg.h"
#include "types/err.h"

/* ---- what the Python part is asked ---- */

CType *inline_ffi_resolve(FFIObject *ffi, PyObject *text, bool function)
{
    PyObject *found = PyObject_CallMethod((PyObject *)ffi, "_resolve", "OO", text, function ? Py_True : Py_False);
    if (found != NULL && !ctype_check(found)) {
        err_raise(PyExc_TypeError, "_resolve() must return a ctype, not %.200s", Py_TYPE(found)->tp_name);
        Py_CLEAR(found);
    }
    return (CType *)found;
}

void inline_ffi_explain(FFIObject *ffi, CType *ct)
{
    if (!PyErr_ExceptionMatches(PyExc_TypeError))
        return;
    PyObject *refusal = PyErr_GetRaisedException();
    PyObject *nothing = PyObject_CallMethod((PyObject *)ffi, "_explain", "O", ct);
    if (nothing != NULL) {
        Py_DECREF(nothing);
        PyErr_SetRaisedException(refusal);
        return;
    }
    PyObject *reason = PyErr_GetRaisedException();
    PyException_SetContext(reason, refusal);
    PyErr_SetRaisedException(reason);
}

/* ---- what the Python part uses ---- */

/* _forget(): every text may mean something else from now on. */
static PyObject *inline_ffi_m_forget(PyObject *self, PyObject *Py_UNUSED(unused))
{
    typearg_forget((FFIObject *)self);
    return Py_NewRef(Py_None);
}

/* _remember(text, ctype, function) */
static PyObject *inline_ffi_m_remember(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"_remember", 3, 3, {"text", "ctype", "function"}};
    PyObject *values[3];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *ct = args_str(&spec, 0, values[0]) == NULL ? NULL : args_ctype(&spec, 1, values[1]);
    int function = ct == NULL ? -1 : PyObject_IsTrue(values[2]);
    if (function < 0 || typearg_remember((FFIObject *)self, values[0], ct, function != 0) < 0)
        return NULL;
    return Py_NewRef(Py_None);
}

/* _forget_names(lib): so may every name of that library. */
static PyObject *inline_ffi_m_forget_names(PyObject *self, PyObject *value)
{
    if (!lib_check(ffi_state((FFIObject *)self), value))
        return err_null(PyExc_TypeError, "_forget_names() argument 1 must be _cffi_backend.Lib, not %.200s",
                        Py_TYPE(value)->tp_name);
    lib_forget((LibObject *)value);
    return Py_NewRef(Py_None);
}

/* _new_library(CLibrary, finder) */
static PyObject *inline_ffi_m_new_library(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"_new_library", 2, 2, {"library", "finder"}};
    PyObject *values[2];
    FFIObject *ffi = (FFIObject *)self;
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    if (Py_TYPE(values[0]) != ffi_state(ffi)->library_type)
        return err_null(PyExc_TypeError, "_new_library() argument 1 must be _cffi_backend.CLibrary, not %.200s",
                        Py_TYPE(values[0])->tp_name);
    return lib_new_declared(ffi, values[0], values[1]);
}

/* _variable(ctype, pointer to it, name, may it not be written): what a finder returns for a global variable. */
static PyObject *inline_ffi_m_variable(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"_variable", 4, 4, {"ctype", "address", "name", "read_only"}};
    PyObject *values[4];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    CData *address = ct == NULL ? NULL : args_cdata(&spec, 1, values[1]);
    int read_only = address == NULL ? -1 : PyObject_IsTrue(values[3]);
    return read_only < 0 ? NULL : lib_var_at(ct, address->data, values[2], read_only != 0);
}

/* _function(pointer to it, name, names of the parameters, library): what a finder returns for a function. */
static PyObject *inline_ffi_m_function(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"_function", 4, 4, {"address", "name", "parameters", "library"}};
    PyObject *values[4];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CData *address = args_cdata(&spec, 0, values[0]);
    for (int i = 1; address != NULL && i < 4; i++)
        if (args_str(&spec, i, values[i]) == NULL)
            return NULL;
    if (address == NULL)
        return NULL;
    if (address->ctype->kind != KIND_FUNCTION)
        return err_null(PyExc_TypeError, "_function() argument 1 must be a pointer to a function, not cdata '%s'",
                        address->ctype->name);
    return lib_pointer_new(address->ctype, address->data, values[1], values[2], values[3]);
}

/* ---- by keyword ---- */

#define BY_KEYWORD(name, parameter, doc)                                                                               \
    static PyObject *inline_ffi_m_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)   \
    {                                                                                                                  \
        static const ArgsSpec spec = {#name, 1, 1, {parameter}};                                                       \
        PyObject *value = args_one(&spec, args, nargs, kwnames);                                                       \
        return UNLIKELY(value == NULL) ? NULL : ffi_m_##name(self, value);                                             \
    }
FFI_METHODS_OF_ONE(BY_KEYWORD)

/* ---- the type ---- */

#define METHOD(name, parameter, doc)                                                                                   \
    {#name, (PyCFunction)(void (*)(void))inline_ffi_m_##name, METH_FASTCALL | METH_KEYWORDS,                           \
     PyDoc_STR(#name "(" parameter ")\n--\n\n" doc)},

static PyMethodDef inline_ffi_methods[] = {
    {"_forget", inline_ffi_m_forget, METH_NOARGS, PyDoc_STR("_forget(): forgets what the texts of types mean.")},
    {"_remember", (PyCFunction)(void (*)(void))inline_ffi_m_remember, METH_FASTCALL,
     PyDoc_STR(
         "_remember(text, ctype, function): from now on `text` (as a function type, if `function`) means `ctype`.")},
    {"_forget_names", inline_ffi_m_forget_names, METH_O,
     PyDoc_STR("_forget_names(lib): forgets what the names of the library are.")},
    {"_new_library", (PyCFunction)(void (*)(void))inline_ffi_m_new_library, METH_FASTCALL,
     PyDoc_STR(
         "_new_library(library, finder): the Lib whose names `finder.find(name)` finds and `finder.names()` lists.")},
    {"_function", (PyCFunction)(void (*)(void))inline_ffi_m_function, METH_FASTCALL,
     PyDoc_STR("_function(address, name, parameters, library): what find() returns for a function.")},
    {"_variable", (PyCFunction)(void (*)(void))inline_ffi_m_variable, METH_FASTCALL,
     PyDoc_STR("_variable(ctype, address, name, read_only): what find() returns for a global variable.")},
    FFI_METHODS_OF_ONE(METHOD){NULL, NULL, 0, NULL},
};
static PyType_Slot inline_ffi_slots[] = {
    {Py_tp_doc, PyDoc_STR("The base of the FFI class of the in-line modes.")},
    {Py_tp_new, ffi_tp_new},
    {Py_tp_methods, inline_ffi_methods},
    {0, NULL},
};
static PyType_Spec inline_ffi_spec = {
    .name = "_cffi_backend._InlineFFI",
    .basicsize = sizeof(FFIObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = inline_ffi_slots,
};

static int make_type(State *state)
{
    return state_make_type(state, &inline_ffi_spec, state->ffi_type, &state->inline_ffi_type);
}

PyTypeObject *inline_ffi_type(State *state)
{
    return state_type(state, &state->inline_ffi_type, make_type);
}
