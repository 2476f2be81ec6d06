/* cdata_handle.h: ffi.new_handle(): a void * that stands for a Python object. */
#ifndef CFFI_DATA_CDATA_HANDLE_H
#define CFFI_DATA_CDATA_HANDLE_H

#include "data/cdata.h"

/* A new handle: a cdata of type `ct` (void * or another pointer) that keeps `object` alive and whose value names it. */
PyObject *cdata_handle_new(CType *ct, PyObject *object);

/* ffi.from_handle(): the object of the handle whose value `cd` has (new reference). TypeError when `cd` is no pointer,
 * RuntimeError for NULL, SystemError when no live handle has this value. */
PyObject *cdata_handle_get(State *state, CData *cd);

int cdata_handle_init(State *state);

#endif
