/* cdata_gc.h: ffi.gc(): a cdata with a destructor. */
#ifndef CFFI_DATA_CDATA_GC_H
#define CFFI_DATA_CDATA_GC_H

#include "data/cdata.h"

/* A new cdata equal to `origin`; `destructor(origin)` is called when it is collected or released. `destructor` None:
 * cancels the destructor of `origin`, which came from ffi.gc(), and returns None. `size`: a hint, unused. */
PyObject *cdata_gc_new(CData *origin, PyObject *destructor, Py_ssize_t size);

/* For allocators: a cdata of type `ct` on the memory of `origin`, `destructor` (or NULL) called with `origin` in the
 * end. `bytes`: of the memory. */
PyObject *cdata_gc_allocated(CType *ct, CData *origin, Py_ssize_t length, uint32_t flags, PyObject *destructor,
                             Py_ssize_t bytes);

struct DebugBlock *cdata_gc_block_borrowed(CData *cd); /* debug mode; NULL: none */
int cdata_gc_release(CData *cd);                       /* for cdata_release.c; 0 or -1 */

PyTypeObject *cdata_gc_type(State *state); /* borrowed */

#endif
