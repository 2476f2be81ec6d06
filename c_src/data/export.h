/* export.h: the buffer protocol of cdata: memoryview(cdata), numpy.asarray(cdata); with format and shape (PEP 3118). */
#ifndef CFFI_DATA_EXPORT_H
#define CFFI_DATA_EXPORT_H

#include "data/cdata.h"

/* The buffer slots of the cdata types. Arrays and records have one; TypeError for the rest. */
int export_get(PyObject *self, Py_buffer *view, int flags);
void export_release(PyObject *self, Py_buffer *view);

/* `size` plain bytes of `cd`, exported by `self`. The memory cannot be released until export_end(). */
int export_bytes(PyObject *self, CData *cd, Py_ssize_t size, Py_buffer *view, int flags);
void export_end(CData *cd);

#endif
