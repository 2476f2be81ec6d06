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

PyObject *err_take_ours(void)
{
    PyObject *exception = PyErr_GetRaisedException();
    if (exception == NULL || is_ours(exception))
        return exception;
    PyErr_SetRaisedException(exception);
    return NULL;
}

int err_add_argument(CType *function, Py_ssize_t index)
{
    PyObject *exception = err_take_ours();
    if (exception != NULL)
        err_raise((PyObject *)Py_TYPE(exception), "%S (argument %zd of '%s')", exception, index + 1, function->name);
    Py_XDECREF(exception);
    return -1;
}

/* New str: the name of parameter `index`, empty when there is none. `names` is "a,b" or NULL. */
static PyObject *err_parameter_name(const char *names, Py_ssize_t index)
{
    for (; names != NULL && index > 0; index--) {
        names = strchr(names, ',');
        if (names != NULL)
            names++;
    }
    return names == NULL ? PyUnicode_FromString("")
                         : PyUnicode_DecodeUTF8(names, (Py_ssize_t)strcspn(names, ","), "replace");
}

int err_name_argument(const char *function, const char *names, Py_ssize_t index)
{
    PyObject *exception = err_take_ours();
    PyObject *name = exception == NULL ? NULL : err_parameter_name(names, index);
    if (name != NULL) {
        bool known = PyUnicode_GET_LENGTH(name) > 0;
        err_raise((PyObject *)Py_TYPE(exception), "%s(): argument %zd%s%U%s: %S", function, index + 1,
                  known ? " ('" : "", name, known ? "')" : "", exception);
    }
    Py_XDECREF(name);
    Py_XDECREF(exception);
    return -1;
}
