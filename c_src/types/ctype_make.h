/* ctype_make.h: constructors. Each returns a new reference to *the* interned ctype of that shape, or NULL with an
 * exception. */
#ifndef CFFI_TYPES_CTYPE_MAKE_H
#define CFFI_TYPES_CTYPE_MAKE_H

#include "types/cname.h"
#include "types/ctype.h"

CType *ctype_void(State *state);
CType *ctype_primitive(State *state, int number); /* PRIM_*; PRIM_VOID gives void */
CType *ctype_char_array_borrowed(State *state);   /* char[], kept by the state */
CType *ctype_pointer_to(CType *item);             /* of a function type (itself a pointer): "int(* *)(int)" */

/* -1: open. ValueError for a negative length or items of unknown size, OverflowError when it is too large. */
CType *ctype_array_of(CType *item, Py_ssize_t length);

/* The open array of what `pointer` points to, kept by it: the type of a slice. Borrowed. */
CType *ctype_open_array_borrowed(CType *pointer);

/* A pointer to function (ctype_func.c). `invoke` and the default `abi` (for 0) come from call/. TypeError for
 * arguments that are void or opaque and for results that are arrays or opaque. An argument of array type becomes
 * a pointer, as in C. */
CType *ctype_function(State *state, CType *result, CType *const *arguments, Py_ssize_t count, bool variadic, int abi);

/* A fresh record (STAGE_OPAQUE) or enum, not interned: nominal types. `name` is complete, as it is shown: "struct
 * foo", "foo_t", "enum e". `names` and `values` are tuples of equal length; the values must fit `base`, an integer
 * type that is no enum. In ctype_struct.c and ctype_enum.c. */
CType *ctype_record(State *state, const char *name, bool is_union);
CType *ctype_enum(State *state, const char *name, CType *base, PyObject *names, PyObject *values);

/* ---- for types/ only ---- */

/* A complete ctype without parts, size or flags, not interned. Takes over `name`, also when it fails. */
CType *ctype_new_steal(State *state, Kind kind, CName name);
int ctype_make_init(State *state); /* makes the standing types */

/* ---- names ---- */

/* The name of a ctype with `declarator` inserted as it is: ("int(*)(int)", "f") -> "int(*f)(int)". New str.
 * `declarator` NULL or "" gives the name itself. */
PyObject *ctype_name_with(CType *ct, const char *declarator);

#endif
