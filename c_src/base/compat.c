/* compat.c: what older Pythons lack and is too long for compat.h. */
#include "base/py.h"

#include <frameobject.h>

#ifdef PyErr_FormatUnraisable

/* Before 3.13 a message can be given to sys.unraisablehook only by calling it; the type of its argument cannot be reached, and the
 * hook that Python starts with takes no other: what that one would write is written here. */

static int write_to_stderr(PyObject *exception, PyObject *traceback, PyObject *message)
{
    PyObject *file = PySys_GetObject("stderr"); /* borrowed */
    if (file == NULL || file == Py_None)
        return 0;
    if (PyFile_WriteObject(message, file, Py_PRINT_RAW) < 0 || PyFile_WriteString(":\n", file) < 0)
        return -1;
    PyErr_Display((PyObject *)Py_TYPE(exception), exception, traceback);
    return 0;
}

static int call_hook(PyObject *hook, PyObject *exception, PyObject *traceback, PyObject *message)
{
    PyObject *types = PyImport_ImportModule("types");
    PyObject *make = types == NULL ? NULL : PyObject_GetAttrString(types, "SimpleNamespace");
    PyObject *members =
        Py_BuildValue("{sOsOsOsOsO}", "exc_type", Py_TYPE(exception), "exc_value", exception, "exc_traceback",
                      traceback == NULL ? Py_None : traceback, "err_msg", message, "object", Py_None);
    PyObject *empty = PyTuple_New(0);
    PyObject *args = make == NULL || members == NULL || empty == NULL ? NULL : PyObject_Call(make, empty, members);
    PyObject *result = args == NULL ? NULL : PyObject_CallFunctionObjArgs(hook, args, NULL);
    Py_XDECREF(types);
    Py_XDECREF(make);
    Py_XDECREF(members);
    Py_XDECREF(empty);
    Py_XDECREF(args);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static int report(PyObject *exception, PyObject *message)
{
    PyObject *hook = PySys_GetObject("unraisablehook");      /* borrowed */
    PyObject *first = PySys_GetObject("__unraisablehook__"); /* borrowed */
    PyObject *traceback = PyException_GetTraceback(exception);
    Py_XINCREF(hook);
    int result = hook == NULL || hook == first ? write_to_stderr(exception, traceback, message)
                                               : call_hook(hook, exception, traceback, message);
    Py_XDECREF(hook);
    Py_XDECREF(traceback);
    return result;
}

/* Like PyErr_GetRaisedException(); an exception that was raised by C code gets the place that called it as its traceback. */
static PyObject *take_exception(void)
{
    PyFrameObject *frame = PyEval_GetFrame(); /* borrowed */
    PyObject *exception = PyErr_GetRaisedException();
    PyObject *traceback = exception == NULL ? NULL : PyException_GetTraceback(exception);
    if (exception != NULL && traceback == NULL && frame != NULL) {
        PyErr_SetRaisedException(exception);
        PyTraceBack_Here(frame);
        exception = PyErr_GetRaisedException();
    }
    Py_XDECREF(traceback);
    return exception;
}

void compat_format_unraisable(const char *format, ...)
{
    PyObject *exception = take_exception();
    va_list arguments;
    va_start(arguments, format);
    PyObject *message = exception == NULL ? NULL : PyUnicode_FromFormatV(format, arguments);
    va_end(arguments);
    if (message == NULL || report(exception, message) < 0)
        PyErr_WriteUnraisable(NULL); /* what went wrong with reporting */
    Py_XDECREF(message);
    Py_XDECREF(exception);
}

#else
typedef int compat_is_empty; /* ISO C has no empty translation units */
#endif
