/* cdata_handle.h: ffi.new_handle(): a void * that stands for a Python object. */
#ifndef CFFI_DATA_CDATA_HANDLE_H
#define CFFI_DATA_CDATA_HANDLE_H

#include "data/cdata.h"
#include "data/handle_table.h"

/* A new handle: a cdata of type `ct` (void * or another pointer) that keeps `object` alive and whose value names it. */
PyObject *cdata_handle_new(CType *ct, PyObject *object);

/* ffi.from_handle(): the object of the handle whose value `cd` has (new reference). TypeError when `cd` is no pointer,
 * RuntimeError for NULL, SystemError when no live handle has this value. */
PyObject *cdata_handle_get(State *state, CData *cd);
/* The same for a `void *` of a live handle; otherwise NULL without an exception. */
static inline PyObject *cdata_handle_get_quick(State *state, const CData *cd);

int cdata_handle_init(State *state);           /* makes the table */
PyTypeObject *cdata_handle_type(State *state); /* borrowed */

/* The object of the handle at `address`, new reference; NULL without an exception. */
static inline PyObject *cdata_handle_find(State *state, const char *address)
{
    PyObject *object = NULL;
    if (LIKELY(state->handle_table != NULL)) {
        FT_LOCK(state->handles);
        object = handle_table_get(state->handle_table, address);
        Py_XINCREF(object);
        FT_UNLOCK();
    }
    return object;
}

static inline PyObject *cdata_handle_get_quick(State *state, const CData *cd)
{
    return LIKELY(cd->ctype->flags & CTYPE_VOID_POINTER) ? cdata_handle_find(state, cd->data) : NULL;
}

#endif
