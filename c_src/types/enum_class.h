/* enum_class.h: a C enum as a class of Python's module enum, and its values as members of it. */
#ifndef CFFI_TYPES_ENUM_CLASS_H
#define CFFI_TYPES_ENUM_CLASS_H

#include "types/ctype.h"

/* The IntEnum, or IntFlag, with the enumerators of `ct`. It is made once; from then on values of `ct` are read as its
 * members (CONV_ENUM). TypeError when `ct` is no enum, ValueError when it has a class of the other kind. New reference. */
PyObject *enum_class_of(CType *ct, bool flag);

/* The member for an int read as a `ct` whose conv is CONV_ENUM: of an IntFlag also a combination; else, when there is
 * none, the int itself. Takes over `number`, which may be NULL. New reference. */
PyObject *enum_class_member_steal(CType *ct, PyObject *number);

#endif
