/* cif_type.h: what libffi calls a C type. */
#ifndef CFFI_CALL_CIF_TYPE_H
#define CFFI_CALL_CIF_TYPE_H

#include <ffi.h>

#include "types/ctype.h"

/* ffi_types of structs, made for one plan; a list. */
struct RecordLayout;

/* The ffi_type for a `ct` passed as `place` ("argument", "return value"); those of structs are added to *records. NULL with
 * TypeError (an incomplete type) or NotImplementedError that says what libffi cannot pass, and where it can be. */
ffi_type *cif_type(CType *ct, const char *place, struct RecordLayout **records);

void cif_type_free(struct RecordLayout *records);

/* Whether a character type is extended with its sign: char as the compiler has it, wchar_t as the platform has it. */
bool cif_char_is_signed(const CType *ct);
/* The same for any type: whether it is an integer or character type of that kind. */
static inline bool cif_is_signed(const CType *ct)
{
    return ct->kind == KIND_SIGNED || (ct->kind == KIND_CHAR && cif_char_is_signed(ct));
}

#endif
