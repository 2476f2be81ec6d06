/* cdata_own.h: cdata that own their memory: ffi.new(), results of C functions, ffi.new_allocator(). */
#ifndef CFFI_DATA_CDATA_OWN_H
#define CFFI_DATA_CDATA_OWN_H

#include "data/cdata.h"

/* A cdata with CDATA_OWNS_RECORD. Its p[0] holds a reference to it, and it knows its p[0] without holding one. */
typedef struct {
    CData head;
    PyObject *record; /* under FT_LOCK. With the GIL: the p[0] while CDATA_RECORD_ALIVE, after that its memory, to be used again;
                         without: a weak reference to p[0]. NULL at first */
} CDataOwner;

/* What an allocator of ffi.new_allocator() was made of (api/ keeps it; borrowed here). */
typedef struct {
    PyObject *alloc; /* NULL: our own memory; otherwise called with the size, returns a pointer cdata */
    PyObject *free;  /* NULL or called with what `alloc` returned; only with `alloc` */
    bool clear;      /* zero the memory before the initializer is stored */
} CDataAllocator;

/* The call of an allocator: like cdata_own_new(), with memory from `allocator`. MemoryError when `alloc` returns NULL. */
PyObject *cdata_own_allocated(CType *ct, PyObject *initializer, const CDataAllocator *allocator);

/* p[0] of an owner: the record, which keeps `p` alive; the same object as long as it lives. New reference. */
PyObject *cdata_own_record(CData *p);

/* The memory of `p` goes: marks `p` and its p[0] as released. Under FT_LOCK of `p`. */
void cdata_own_mark_released(CDataOwner *p);

/* For the tp_dealloc of an owner: p[0] is dead by then. */
void cdata_own_forget_record(CDataOwner *p);

/* The owner whose memory `record`, a p[0], is in; NULL for other cdata. Borrowed. */
CData *cdata_own_owner_borrowed(CData *record);

/* "owning 12 bytes" or "RELEASED" for an owner, an owned array or record. */
PyObject *cdata_own_tp_repr(PyObject *self);

int cdata_own_release(CData *cd); /* for cdata_release.c; 0 or -1 */
int cdata_own_init(State *state);

#endif
