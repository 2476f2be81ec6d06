/* ctype_make.h: constructors. Each returns a new reference to *the* interned ctype of that shape, or NULL with an exception. */
#ifndef CFFI_TYPES_CTYPE_MAKE_H
#define CFFI_TYPES_CTYPE_MAKE_H

#include "types/ctype.h"

CType *ctype_void(State *state);
CType *ctype_primitive(State *state, int number);            /* PRIM_*; PRIM_VOID gives void */
CType *ctype_pointer_to(CType *item);                        /* NotImplementedError-free for any item; of a function type: see below */
CType *ctype_array_of(CType *item, Py_ssize_t length);       /* -1: open; ValueError/OverflowError/TypeError for bad ones */

/* A pointer to function. `invoke` and `abi` come from call/ (abi 0 -> the default). */
CType *ctype_function(State *state, CType *result, CType *const *arguments, Py_ssize_t count, bool variadic, int abi);

/* A fresh record or enum (not interned: nominal types). `name` is complete, as it is shown: "struct foo", "foo_t", "enum e". */
CType *ctype_record(State *state, const char *name, bool is_union);
CType *ctype_enum(State *state, const char *name, CType *base, PyObject *names, PyObject *values);

/* The two-way door between "pointer to function" and function types of C text: the name of a ctype with `declarator`
 * inserted: ("int(*)(int)", "f") -> "int(*f)(int)". New str. `declarator` NULL or "" gives the name itself. */
PyObject *ctype_name_with(CType *ct, const char *declarator);

#endif
