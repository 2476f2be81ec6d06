/* decorator.c: ffi.callback("…") and ffi.def_extern(…) as decorators: callables that wait for the Python function. */
#include "api/decorator.h"

#include "call/closure.h"
#include "call/externpy.h"
#include "ctx/search.h"
#include "types/err.h"

/* `self` of these built-in functions is a tuple of what the decorator was given, None for nothing. */

static PyObject *or_none(PyObject *object)
{
    return object == NULL ? Py_None : object;
}

/* ---- callback ---- */

static PyObject *make_callback(PyObject *self, PyObject *callable)
{
    return closure_new((CType *)PyTuple_GET_ITEM(self, 0), callable, PyTuple_GET_ITEM(self, 1),
                       PyTuple_GET_ITEM(self, 2));
}

static PyMethodDef callback_def = {"callback_decorator", make_callback, METH_O,
                                   PyDoc_STR("Makes a callback of a Python function: @ffi.callback(\"int(int)\").")};

static PyObject *new_decorator(PyMethodDef *def, PyObject *self)
{
    PyObject *decorator = self == NULL ? NULL : PyCFunction_New(def, self);
    Py_XDECREF(self);
    return decorator;
}

PyObject *decorator_callback(CType *function, PyObject *error, PyObject *onerror)
{
    return new_decorator(&callback_def, PyTuple_Pack(3, function, or_none(error), or_none(onerror)));
}

/* ---- def_extern ---- */

COLD static int err_no_function(FFIObject *ffi, PyObject *name)
{
    return err_raise(ffi_state(ffi)->ffi_error, "ffi.def_extern('%U'): no 'extern \"Python\"' function with this name",
                     name);
}

/* Attaches `callable` to the extern "Python" function called `name`. 0 or -1. */
static int define(FFIObject *ffi, PyObject *name, PyObject *callable, PyObject *error, PyObject *onerror)
{
    Py_ssize_t length;
    Tables *tables = ffi_tables(ffi);
    const char *text = PyUnicode_AsUTF8AndSize(name, &length);
    int index = text == NULL ? -1 : search_globals(realize_context(tables), text, (size_t)length);
    if (text == NULL)
        return -1;
    if (index < 0 || _CFFI_GETOP(tables->ctx->globals[index].type_op) != _CFFI_OP_EXTERN_PYTHON)
        return err_no_function(ffi, name);
    const struct _cffi_global_s *global = &tables->ctx->globals[index];
    CType *function = realize_slot(tables, _CFFI_GETARG(global->type_op));
    int result = function == NULL ? -1 : externpy_define(global->address, function, callable, error, onerror);
    Py_XDECREF(function);
    return result;
}

static PyObject *make_extern(PyObject *self, PyObject *callable)
{
    PyObject *name = PyTuple_GET_ITEM(self, 1);
    name = name == Py_None ? PyObject_GetAttrString(callable, "__name__") : Py_NewRef(name);
    int result = -1;
    if (name != NULL && !PyUnicode_Check(name))
        err_raise(PyExc_TypeError, "ffi.def_extern(): expected a string as the name of the function, not %.200s",
                  Py_TYPE(name)->tp_name);
    else if (name != NULL)
        result = define((FFIObject *)PyTuple_GET_ITEM(self, 0), name, callable, PyTuple_GET_ITEM(self, 2),
                        PyTuple_GET_ITEM(self, 3));
    Py_XDECREF(name);
    return result < 0 ? NULL : Py_NewRef(callable);
}

static PyMethodDef def_extern_def = {
    "def_extern_decorator", make_extern, METH_O,
    PyDoc_STR("Attaches a Python function to the C function of its name: @ffi.def_extern().")};

PyObject *decorator_def_extern(FFIObject *ffi, PyObject *name, PyObject *error, PyObject *onerror)
{
    return new_decorator(&def_extern_def, PyTuple_Pack(4, ffi, or_none(name), or_none(error), or_none(onerror)));
}
