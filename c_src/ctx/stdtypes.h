/* stdtypes.h: type names that need no declaration and are no primitives: bool, FILE, the names of Windows. Pure C. */
#ifndef CFFI_CTX_STDTYPES_H
#define CFFI_CTX_STDTYPES_H

#include <stddef.h>

typedef struct {
    const char *name;
    const char *meaning; /* a C type, which may use other such names */
} StdType;

extern const StdType stdtypes[]; /* sorted by name */
extern const int stdtypes_count;

/* The meaning of `name` (`length` bytes), or NULL. */
const char *stdtypes_find(const char *name, size_t length);

#endif
