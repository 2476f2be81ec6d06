/* typestr.h: C types written as text, "unsigned long(*)(int[5], struct foo *, ...)", turned into opcodes. Pure C.
 *
 * The opcodes go to an array of the caller's, in the format of a module's type table (cffi_abi.h): POINTER,
 * ARRAY, FUNCTION … index slots of that same array; STRUCT_UNION, ENUM and TYPENAME index the tables of `ctx`.
 * Nothing is allocated; time is linear in the text; too big a type is an error. */
#ifndef CFFI_CTX_TYPESTR_H
#define CFFI_CTX_TYPESTR_H

#include <stddef.h>

#include "cffi_abi.h"

typedef struct {
    const struct _cffi_type_context_s *ctx; /* where names are looked up, before the standard ones */
    _cffi_opcode_t *output;
    int output_size;
    const char *error;     /* after a failure: what is wrong (static text) */
    size_t error_position; /* and where: bytes from the start of the text */
} TypeStr;

#define TYPESTR_OUTPUT_SIZE 500 /* enough for any type that a person writes */

/* The slot of the type that `text` (null-terminated) says, or -1 with `error` and `error_position` set. */
int typestr_parse(TypeStr *parse, const char *text);

/* The value of the integer constant or enumerator number `index` of ctx->globals: false when it is no such thing.
 * *negative: the value is to be read as signed. *differs (may be NULL): the C compiler found another value than the
 * declaration says. */
_Bool typestr_constant(const struct _cffi_type_context_s *ctx, int index, unsigned long long *value, _Bool *negative,
                       _Bool *differs);

#endif
