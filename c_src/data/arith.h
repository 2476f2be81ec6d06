/* arith.h: pointer arithmetic and comparison of cdata. Slots of the cdata types (data/cdata.c). */
#ifndef CFFI_DATA_ARITH_H
#define CFFI_DATA_ARITH_H

#include "data/cdata.h"

PyObject *arith_add(PyObject *left, PyObject *right);
PyObject *arith_subtract(PyObject *left, PyObject *right);
PyObject *arith_compare(PyObject *left, PyObject *right, int operation);

#endif
