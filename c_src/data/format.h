/* format.h: C types as format strings of the buffer protocol (PEP 3118, module struct). */
#ifndef CFFI_DATA_FORMAT_H
#define CFFI_DATA_FORMAT_H

#include "types/ctype.h"

/* The format of one `ct`, from PyMem_Malloc(); NULL with an exception. Numbers as in the module struct, "T{...}" for
 * structs with all padding spelled out, "(2,3)" for arrays inside; bytes for unions and bit-fields, which have no
 * format. */
char *format_of(CType *ct);

#endif
