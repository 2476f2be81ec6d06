/* err.c: the wording of all errors about types and values. */
#include "types/err.h"

#include <stdarg.h>

int err_raise(PyObject *exception, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    PyErr_FormatV(exception, format, arguments);
    va_end(arguments);
    return -1;
}

void *err_null(PyObject *exception, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    PyErr_FormatV(exception, format, arguments);
    va_end(arguments);
    return NULL;
}

/* ---- TypeError ---- */

int err_expected(CType *ct, const char *expected, PyObject *got)
{
    return err_raise(PyExc_TypeError, "initializer for ctype '%s' must be a %s, not %.200s", ct->name, expected,
                     Py_TYPE(got)->tp_name);
}

/* ---- OverflowError ---- */

int err_range(CType *ct, PyObject *value)
{
    PyObject *digits = PyObject_Str(value);
    if (digits == NULL) { /* more of them than Python writes */
        PyErr_Clear();
        return err_raise(PyExc_OverflowError, "an integer of that many digits does not fit '%s'", ct->name);
    }
    err_raise(PyExc_OverflowError, "integer %U does not fit '%s'", digits, ct->name);
    Py_DECREF(digits);
    return -1;
}

/* ---- calls ---- */

/* Whether a conversion raised it, and not Python code that the conversion called, whose exceptions are passed on as they are. */
static bool is_ours(PyObject *exception)
{
    PyObject *type = (PyObject *)Py_TYPE(exception);
    PyObject *traceback = PyException_GetTraceback(exception);
    Py_XDECREF(traceback);
    return traceback == NULL && (type == PyExc_TypeError || type == PyExc_OverflowError || type == PyExc_ValueError);
}

int err_add_argument(CType *function, Py_ssize_t index)
{
    PyObject *exception = PyErr_GetRaisedException();
    if (is_ours(exception))
        err_raise((PyObject *)Py_TYPE(exception), "%S (argument %zd of '%s')", exception, index + 1, function->name);
    else
        PyErr_SetRaisedException(Py_NewRef(exception));
    Py_DECREF(exception);
    return -1;
}
