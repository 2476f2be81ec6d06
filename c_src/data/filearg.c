/* filearg.c: a Python file where C takes a FILE *. */
#include "data/filearg.h"

#include "base/os.h"
#include "types/err.h"

/* The attribute of the Python file that keeps its FILE *; no module uses the name for anything else. */
#define KEPT_AS "__cffi_FILE"

int filearg_check(PyObject *object)
{
    PyObject *io = PyImport_ImportModule("io");
    PyObject *base = io == NULL ? NULL : PyObject_GetAttrString(io, "IOBase");
    int result = base == NULL ? -1 : PyObject_IsInstance(object, base);
    Py_XDECREF(base);
    Py_XDECREF(io);
    return result;
}

static void capsule_destructor(PyObject *capsule)
{
    os_file_close(PyCapsule_GetPointer(capsule, KEPT_AS));
}

/* "xb+" -> "wb+": the file is there by now; the rest is the same in C. */
static int mode_of(PyObject *file, char mode[8])
{
    PyObject *text = PyObject_GetAttrString(file, "mode");
    const char *utf8 = text == NULL ? NULL : PyUnicode_AsUTF8(text);
    if (utf8 != NULL) {
        snprintf(mode, 8, "%s", utf8);
        if (mode[0] == 'x')
            mode[0] = 'w';
    }
    Py_XDECREF(text);
    return utf8 == NULL ? -1 : 0;
}

/* What Python has not written yet comes first. */
static int flush(PyObject *file)
{
    PyObject *result = PyObject_CallMethod(file, "flush", NULL);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* A FILE * of its own for the descriptor, kept by `file`. */
static char *open_kept(PyObject *file)
{
    char mode[8];
    int descriptor = PyObject_AsFileDescriptor(file);
    void *stream = descriptor < 0 || mode_of(file, mode) < 0 ? NULL : os_file_open(descriptor, mode);
    PyObject *capsule = stream == NULL ? NULL : PyCapsule_New(stream, KEPT_AS, capsule_destructor);
    if (stream != NULL && capsule == NULL)
        os_file_close(stream);
    if (capsule != NULL && PyObject_SetAttrString(file, KEPT_AS, capsule) < 0)
        stream = NULL;
    Py_XDECREF(capsule);
    return stream;
}

char *filearg_get(PyObject *file)
{
    if (flush(file) < 0)
        return NULL;
    PyObject *capsule = PyObject_GetAttrString(file, KEPT_AS);
    if (capsule == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError))
            return NULL;
        PyErr_Clear();
        return open_kept(file);
    }
    char *stream = PyCapsule_GetPointer(capsule, KEPT_AS);
    Py_DECREF(capsule);
    return stream;
}
