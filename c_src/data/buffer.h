/* buffer.h: the type `buffer` (ffi.buffer): the bytes of a cdata; and the buffer protocol of cdata objects. */
#ifndef CFFI_DATA_BUFFER_H
#define CFFI_DATA_BUFFER_H

#include "data/cdata.h"

/* ffi.buffer(cd, size): a writable view of `size` bytes (-1: all of them) that keeps `cd` alive. `cd` is a pointer or an array.
 * The type itself is callable from Python too: buffer(cdata, size=-1). */
PyObject *buffer_new(CData *cd, Py_ssize_t size);

/* ffi.memmove(dest, src, n): each a pointer or array cdata, or an object with the buffer protocol (`dest` writable). 0 or -1. */
int buffer_memmove(PyObject *dest, PyObject *src, Py_ssize_t n);

/* The buffer protocol of a cdata array or record: format and shape (PEP 3118). */
int buffer_get(PyObject *self, Py_buffer *view, int flags);
void buffer_release(PyObject *self, Py_buffer *view);

int buffer_init(State *state);

#endif
