/* typearg.h: an argument that says a C type: a str, a ctype, sometimes a cdata or a function of a lib. */
#ifndef CFFI_API_TYPEARG_H
#define CFFI_API_TYPEARG_H

#include "api/ffi.h"

enum {
    TYPEARG_CDATA = 1,    /* the type of a cdata or of a function of a lib, too */
    TYPEARG_FUNCTION = 2, /* "int(int)" means the pointer to such a function (ffi.callback) */
};

/* The type, to be given to typearg_drop(). NULL with TypeError, with ffi.error that shows where in the text, or with what making the
 * type raised. */
CType *typearg_get_slow(FFIObject *ffi, PyObject *argument, int accept);

/* Every text may mean something else from now on. */
void typearg_forget(FFIObject *ffi);

/* Remembers what a text means; `function`: where a function type stands for a pointer to it. 0 or -1. */
int typearg_remember(FFIObject *ffi, PyObject *text, CType *ct, bool function);

static inline CType *typearg_get(FFIObject *ffi, PyObject *argument, int accept)
{
    PyObject *found = namecache_get_borrowed(&ffi->recent_types, argument);
    if (UNLIKELY(found == NULL) && ctype_check(argument))
        found = argument;
    if (UNLIKELY(found == NULL))
        return typearg_get_slow(ffi, argument, accept);
    FT_HOLD((CType *)found);
    return (CType *)found;
}

static inline void typearg_drop(CType *ct)
{
    if (ct != NULL)
        FT_DROP(ct);
}

#endif
