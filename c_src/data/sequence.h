/* sequence.h: lists and tuples, the initializers of arrays and records, as one thing. */
#ifndef CFFI_DATA_SEQUENCE_H
#define CFFI_DATA_SEQUENCE_H

#include "base/py.h"

static inline bool sequence_check(PyObject *object)
{
    return PyList_Check(object) || PyTuple_Check(object);
}

static inline Py_ssize_t sequence_length(PyObject *sequence)
{
    return PyList_Check(sequence) ? PyList_GET_SIZE(sequence) : PyTuple_GET_SIZE(sequence);
}

/* New reference; NULL with IndexError when a list has become shorter. */
static inline PyObject *sequence_item(PyObject *sequence, Py_ssize_t index)
{
    return PyList_Check(sequence) ? PyList_GetItemRef(sequence, index) : Py_NewRef(PyTuple_GET_ITEM(sequence, index));
}

#endif
