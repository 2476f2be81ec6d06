/* cdata_own.h: cdata that own their memory: ffi.new(), results of C functions, ffi.new_allocator(). */
#ifndef CFFI_DATA_CDATA_OWN_H
#define CFFI_DATA_CDATA_OWN_H

#include "data/cdata.h"

/* What an allocator of ffi.new_allocator() was made of (api/ keeps it; borrowed here). */
typedef struct {
    PyObject *alloc; /* NULL: our own memory; otherwise called with the size, returns a pointer cdata */
    PyObject *free;  /* NULL or called with what `alloc` returned; only with `alloc` */
    bool clear;      /* zero the memory before the initializer is stored */
} CDataAllocator;

/* The call of an allocator: like cdata_own_new(), with memory from `allocator`. MemoryError when `alloc` gives NULL. */
PyObject *cdata_own_allocated(CType *ct, PyObject *initializer, const CDataAllocator *allocator);

/* "owning 12 bytes", or "RELEASED". */
PyObject *cdata_own_tp_repr(PyObject *self);

struct DebugBlock *cdata_own_block_borrowed(CData *cd); /* debug mode; NULL: none */
int cdata_own_release(CData *cd);                       /* for cdata_release.c; 0 or -1 */
PyTypeObject *cdata_own_type(State *state);             /* borrowed */

#endif
