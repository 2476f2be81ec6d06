/* compat.c: what older Pythons lack and is too long for compat.h. */
#include "base/py.h"

#ifdef PyErr_FormatUnraisable

/* Calls sys.unraisablehook with the five members of its argument. */
static PyObject *call_hook(PyObject *exception, PyObject *message)
{
    PyObject *hook = PySys_GetObject("unraisablehook"); /* borrowed */
    PyObject *type = PySys_GetObject("UnraisableHookArgs"); /* borrowed */
    PyObject *traceback = PyException_GetTraceback(exception);
    PyObject *members = NULL, *args = NULL, *result = NULL;
    if (hook == NULL || type == NULL)
        goto done;
    members = Py_BuildValue("(OOOOO)", Py_TYPE(exception), exception, traceback == NULL ? Py_None : traceback, message, Py_None);
    args = members == NULL ? NULL : PyObject_CallFunctionObjArgs(type, members, NULL);
    result = args == NULL ? NULL : PyObject_CallFunctionObjArgs(hook, args, NULL);
done:
    Py_XDECREF(traceback);
    Py_XDECREF(members);
    Py_XDECREF(args);
    return result;
}

void compat_format_unraisable(const char *format, ...)
{
    PyObject *exception = PyErr_GetRaisedException();
    va_list arguments;
    va_start(arguments, format);
    PyObject *message = PyUnicode_FromFormatV(format, arguments);
    va_end(arguments);
    PyObject *result = message == NULL || exception == NULL ? NULL : call_hook(exception, message);
    if (result == NULL) { /* the hook failed or is gone: say at least what happened */
        PyErr_Clear();
        if (exception != NULL) {
            PyErr_SetRaisedException(Py_NewRef(exception));
            PyErr_WriteUnraisable(message);
        }
    }
    Py_XDECREF(result);
    Py_XDECREF(message);
    Py_XDECREF(exception);
}

#else
typedef int compat_is_empty; /* ISO C has no empty translation units */
#endif
