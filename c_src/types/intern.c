/* intern.c: one ctype a shape. The table is read and changed under the lock of the module. */
#include "types/intern.h"

AT_IMPORT PyObject *intern_key(const uintptr_t *words, size_t count)
{
    return PyBytes_FromStringAndSize((const char *)words, (Py_ssize_t)(count * sizeof *words));
}

AT_IMPORT static int find_locked(State *state, PyObject *key, CType **found)
{
    PyObject *reference = NULL;
    int result = state->interned == NULL ? 0 : PyDict_GetItemRef(state->interned, key, &reference);
    if (result > 0)
        result = PyWeakref_GetRef(reference, (PyObject **)found);
    Py_XDECREF(reference);
    return result;
}

AT_IMPORT int intern_find(State *state, PyObject *key, CType **found)
{
    int result;
    *found = NULL;
    FT_LOCK(state->module);
    result = find_locked(state, key, found);
    FT_UNLOCK();
    return result;
}

/* Enters the new `reference` to `ct` unless a living ctype is found. As intern_find(). */
AT_IMPORT static int add_locked(CType *ct, PyObject *key, PyObject *reference, CType **found)
{
    int result = find_locked(ct->state, key, found);
    if (result != 0 || ct->state->interned == NULL)
        return result;
    if (PyDict_SetItem(ct->state->interned, key, reference) < 0)
        return -1;
    ct->intern_key = Py_NewRef(key);
    return 0;
}

AT_IMPORT CType *intern_add_steal(CType *ct, PyObject *key)
{
    CType *found = NULL;
    PyObject *reference = PyWeakref_NewRef((PyObject *)ct, NULL);
    int result = -1;
    if (reference != NULL) {
        FT_LOCK(ct->state->module);
        result = add_locked(ct, key, reference, &found);
        FT_UNLOCK();
        Py_DECREF(reference);
    }
    if (result == 0)
        return ct;
    Py_DECREF(ct);
    return found;
}

/* Deletes the entry unless it is by now that of another, living ctype: that one is stored in *living. */
static void remove_locked(State *state, PyObject *key, CType **living)
{
    int found = find_locked(state, key, living);
    if (found == 0 && state->interned != NULL)
        found = PyDict_DelItem(state->interned, key);
    if (found < 0)
        PyErr_Clear(); /* KeyError: there was a next one, which took the entry with it */
}

void intern_remove(CType *ct)
{
    PyObject *key = ct->intern_key;
    PyObject *exception = NULL;
    CType *living = NULL;
    if (key == NULL)
        return;
    ct->intern_key = NULL;
    exception = PyErr_GetRaisedException();
    FT_LOCK(ct->state->module);
    remove_locked(ct->state, key, &living);
    FT_UNLOCK();
    Py_XDECREF(living);
    PyErr_SetRaisedException(exception);
    Py_DECREF(key);
}
