/* inline_ffi.h: the base of the FFI class of the in-line modes: an FFI that asks its Python part (cffi_runtime/ffi.py) for what
 * its caches do not have. */
#ifndef CFFI_API_INLINE_FFI_H
#define CFFI_API_INLINE_FFI_H

#include "api/ffi.h"

/* The ctype that `text` names; `function`: of a pointer to it, if it names a function type. It is remembered there, under the lock
 * of the declarations. New reference. */
CType *inline_ffi_resolve(FFIObject *ffi, PyObject *text, bool function);

/* Called when new(ct) has failed: the exception becomes the one that says why a struct is incomplete, if that is known. */
void inline_ffi_explain(FFIObject *ffi, CType *ct);

PyTypeObject *inline_ffi_type(State *state); /* borrowed */

#endif
