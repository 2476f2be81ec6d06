/* cdata_release.h: ffi.release(), and `with` on a cdata. */
#ifndef CFFI_DATA_CDATA_RELEASE_H
#define CFFI_DATA_CDATA_RELEASE_H

#include "data/cdata.h"

/* Gives back what `cd` owns (memory of ffi.new(), the destructor of ffi.gc(), the buffer of ffi.from_buffer()); a
 * second time does nothing. ValueError for a cdata that owns nothing. 0 or -1. */
int cdata_release(CData *cd);

/* __enter__ and __exit__. */
PyObject *cdata_release_enter(PyObject *self, PyObject *unused);
PyObject *cdata_release_exit(PyObject *self, PyObject *args);

#endif
