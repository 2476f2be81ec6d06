/* typearg.h: an argument that says a C type: a str, a ctype, and where it makes sense a cdata or a function of a lib. */
#ifndef CFFI_API_TYPEARG_H
#define CFFI_API_TYPEARG_H

#include "api/ffi.h"

enum {
    TYPEARG_CDATA = 1,    /* the type of a cdata or of a function of a lib, too */
    TYPEARG_FUNCTION = 2, /* "int(int)" means the pointer to such a function (ffi.callback) */
};

/* The type, new reference. NULL with TypeError, with ffi.error that shows where in the text, or with what making the type raised. */
CType *typearg_get_slow(FFIObject *ffi, PyObject *argument, int accept);

static inline CType *typearg_get(FFIObject *ffi, PyObject *argument, int accept)
{
    PyObject *found;
    if (LIKELY(PyUnicode_CheckExact(argument))) {
        if (LIKELY(PyDict_GetItemRef(ffi->types, argument, &found) > 0))
            return (CType *)found;
        if (PyErr_Occurred())
            return NULL;
    } else if (ctype_check(argument))
        return (CType *)Py_NewRef(argument);
    return typearg_get_slow(ffi, argument, accept);
}

#endif
