/* cdata_record.h: p[0] of a pointer that owns a record: one object that keeps the pointer alive. */
#ifndef CFFI_DATA_CDATA_RECORD_H
#define CFFI_DATA_CDATA_RECORD_H

#include "data/cdata.h"

/* What a cdata with CDATA_OWNS_RECORD begins with. Its p[0] holds a reference to it; it knows its p[0] without holding
 * one. */
typedef struct {
    CData head;
    PyObject
        *record; /* under FT_LOCK, NULL at first. With the GIL: p[0] while CDATA_RECORD_ALIVE, after that its memory,
                         to be used again; without: a weak reference to p[0] */
} CDataOwner;

/* p[0] of an owner: the same object as long as it lives. New reference. */
PyObject *cdata_record_get(CData *p);

/* The memory of `owner` goes: marks it and its p[0] as released. Under FT_LOCK of `owner`. */
void cdata_record_mark_released(CDataOwner *owner);

/* For the tp_dealloc of an owner: p[0] is dead by then. */
void cdata_record_forget(CDataOwner *owner);

/* The owner whose memory `record`, a p[0], is in; NULL for other cdata. Borrowed. */
CData *cdata_record_owner_borrowed(CData *record);

#endif
