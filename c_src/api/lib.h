/* lib.h: the Lib object: the functions, constants and global variables of a module as attributes. */
#ifndef CFFI_API_LIB_H
#define CFFI_API_LIB_H

#include "api/ffi.h"
#include "api/namecache.h"

typedef struct {
    PyObject_HEAD
    PyObject *values;  /* owned dict: name -> value; a GlobSupport object stands for a variable */
    NameCache recent;  /* in front of `values` */
    FFIObject *ffi;    /* const, owned */
    PyObject *name;    /* const, owned str: of the module, or the path of the library */
    PyObject *library; /* const, owned or NULL: what ffi.dlopen() opened (api/dynlib.h) */
    PyObject *libs;    /* const, owned tuple of the Lib of included modules; NULL for an opened library */
    PyObject *finder;  /* const, owned or NULL: of the in-line modes: finds what `values` lacks (cffi_runtime/inline) */
    PyObject *weakrefs;
} LibObject;

static inline bool lib_check(State *state, PyObject *object)
{
    return Py_TYPE(object) == state->lib_type;
}

/* `libs` of a C module, or `library` of an ABI module; the other one NULL. */
PyObject *lib_new(FFIObject *ffi, PyObject *name, PyObject *libs, PyObject *library);

/* The Lib of an in-line FFI. `finder.find(name)` returns the value of a name, what lib_var_at() made, or NotImplemented;
 * `finder.names()` a list. */
PyObject *lib_new_declared(FFIObject *ffi, PyObject *library, PyObject *finder);

/* Lets every name be searched again. */
void lib_forget(LibObject *lib);

/* ffi.addressof(lib, "name"): a pointer cdata; AttributeError for constants and unknown names. */
PyObject *lib_addressof(LibObject *lib, PyObject *name);

/* ffi.dlclose(lib): forgets the attributes, closes the library; nothing happens for the Lib of a C module. 0 or -1. */
int lib_close(LibObject *lib);

int lib_init(State *state);

#endif
