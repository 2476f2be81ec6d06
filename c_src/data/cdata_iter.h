/* cdata_iter.h: the iterator over an array. */
#ifndef CFFI_DATA_CDATA_ITER_H
#define CFFI_DATA_CDATA_ITER_H

#include "data/cdata.h"

PyObject *cdata_iter_new(PyObject *array); /* tp_iter of the cdata types; TypeError for anything but an array */

PyTypeObject *cdata_iter_type(State *state); /* borrowed */

#endif
