/* once.c: ffi.init_once().
 *
 * The dict has for each tag a tuple with the result, or the lock that is held while it is computed. */
#include "api/once.h"

/* A lock that the same thread may take again: a function that asks for its own tag recurses, which Python reports,
 * and does not hang. */
static PyObject *new_lock(void)
{
    PyObject *module = PyImport_ImportModule("_thread");
    PyObject *lock = module == NULL ? NULL : PyObject_CallMethod(module, "RLock", NULL);
    Py_XDECREF(module);
    return lock;
}

/* With the lock held: the result. */
static PyObject *compute(PyObject *results, PyObject *function, PyObject *tag)
{
    PyObject *entry, *value = NULL;
    if (PyDict_GetItemRef(results, tag, &entry) < 0)
        return NULL;
    if (entry != NULL && PyTuple_CheckExact(entry)) /* another thread has computed it meanwhile */
        value = Py_NewRef(PyTuple_GET_ITEM(entry, 0));
    else {
        value = PyObject_CallNoArgs(function);
        PyObject *done = value == NULL ? NULL : PyTuple_Pack(1, value);
        if (done == NULL || PyDict_SetItem(results, tag, done) < 0)
            Py_CLEAR(value);
        Py_XDECREF(done);
    }
    Py_XDECREF(entry);
    return value;
}

/* Gives the lock back, whether or not there is an exception. 0 or -1. */
static int release(PyObject *lock)
{
    PyObject *exception = PyErr_GetRaisedException();
    PyObject *released = PyObject_CallMethod(lock, "release", NULL);
    Py_XDECREF(released);
    if (exception != NULL)
        PyErr_SetRaisedException(exception);
    return released == NULL ? -1 : 0;
}

static PyObject *compute_locked(PyObject *results, PyObject *lock, PyObject *function, PyObject *tag)
{
    PyObject *taken = PyObject_CallMethod(lock, "acquire", NULL);
    if (taken == NULL)
        return NULL;
    Py_DECREF(taken);
    PyObject *value = compute(results, function, tag);
    if (release(lock) < 0)
        Py_CLEAR(value);
    return value;
}

PyObject *once_call(PyObject *results, PyObject *function, PyObject *tag)
{
    PyObject *entry, *result = NULL;
    int found = PyDict_GetItemRef(results, tag, &entry);
    if (found == 0) {
        PyObject *lock = new_lock();
        found = lock == NULL ? -1 : PyDict_SetDefaultRef(results, tag, lock, &entry);
        Py_XDECREF(lock);
    }
    if (found < 0)
        return NULL;
    if (PyTuple_CheckExact(entry))
        result = Py_NewRef(PyTuple_GET_ITEM(entry, 0));
    else
        result = compute_locked(results, entry, function, tag);
    Py_DECREF(entry);
    return result;
}
