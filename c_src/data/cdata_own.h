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

/* The call of an allocator: like cdata_own_new(), with memory from `allocator`. MemoryError when `alloc` returns NULL. */
PyObject *cdata_own_allocated(CType *ct, PyObject *initializer, const CDataAllocator *allocator);

/* p[0] of a pointer to a record that owns it (CDATA_OWNS_RECORD): the record, which keeps `p` alive; the same object as long as it
 * lives. New reference. */
PyObject *cdata_own_record(CData *p);

/* Called by the owner: its record view, if there is one, is released or unlinked. */
void cdata_own_record_released(CData *p);

/* The number of bytes an owning cdata has, for repr and ffi.buffer(); -1 when it does not own memory. */
Py_ssize_t cdata_own_size(CData *cd);

int cdata_own_init(State *state);

#endif
