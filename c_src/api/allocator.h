/* allocator.h: ffi.new_allocator(): a callable like ffi.new() with memory from functions of the user. */
#ifndef CFFI_API_ALLOCATOR_H
#define CFFI_API_ALLOCATOR_H

#include "api/ffi.h"

/* `alloc` and `free` may be NULL or None. TypeError for `free` without `alloc`. */
PyObject *allocator_new(FFIObject *ffi, PyObject *alloc, PyObject *free, bool clear);

#endif
