/* buffer.h: the type `buffer` (ffi.buffer): the bytes of a cdata; and ffi.memmove(). */
#ifndef CFFI_DATA_BUFFER_H
#define CFFI_DATA_BUFFER_H

#include "data/cdata.h"

/* ffi.buffer(cd, size): a writable view of `size` bytes (-1: all of them) that keeps `cd` alive. `cd` is a pointer or
 * an array. The type itself is callable from Python too: buffer(cdata, size=-1). */
PyObject *buffer_new(CData *cd, Py_ssize_t size);

/* ffi.memmove(dest, src, n): each a pointer or array cdata, or an object with the buffer protocol (`dest` writable). 0
 * or -1. */
int buffer_memmove(PyObject *dest, PyObject *src, Py_ssize_t n);

int buffer_init(State *state);

#endif
