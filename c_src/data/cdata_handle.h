/* cdata_handle.h: ffi.new_handle(): a void * that stands for a Python object. */
#ifndef CFFI_DATA_CDATA_HANDLE_H
#define CFFI_DATA_CDATA_HANDLE_H

#include "data/cdata.h"
#include "data/handle_table.h"

typedef struct {
    CData head;
    PyObject *object; /* owned; in the slot, too, which is at head.data; NULL when cleared by the garbage collector */
    bool entered;     /* whether there is a slot; under the lock of the table */
    struct DebugBlock *block; /* const, owned: debug mode only, otherwise NULL */
} CDataHandle;

/* A new handle: a cdata of type `ct` (void * or another pointer) that keeps `object` alive and whose value names it. */
PyObject *cdata_handle_new(CType *ct, PyObject *object);

/* ffi.from_handle(): the object of the handle whose value `cd` has (new reference). TypeError when `cd` is no pointer,
 * RuntimeError for NULL, SystemError when no live handle has this value. */
PyObject *cdata_handle_get(State *state, CData *cd);
/* The same for a handle itself, which lives as long as it is used, and for nearly every `void *` of a live one.
 * Otherwise NULL without an exception. */
static inline PyObject *cdata_handle_get_quick(State *state, PyObject *value);

int cdata_handle_init(State *state);           /* makes the table */
PyTypeObject *cdata_handle_type(State *state); /* borrowed */

static inline PyObject *cdata_handle_get_quick(State *state, PyObject *value)
{
    PyObject *object = NULL;
    CData *cd = (CData *)value;
    if (Py_IS_TYPE(value, state->cdata_handle_type))
        return Py_XNewRef(((CDataHandle *)value)->object);
    if (!Py_IS_TYPE(value, state->cdata_type) || !(cd->ctype->flags & CTYPE_VOID_POINTER) ||
        state->handle_table == NULL)
        return NULL;
    FT_LOCK(state->handles);
    object = Py_XNewRef((PyObject *)handle_table_get_quick(state->handle_table, cd->data));
    FT_UNLOCK();
    return object;
}

#endif
