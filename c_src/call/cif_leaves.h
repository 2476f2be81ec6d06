/* cif_leaves.h: how records that libffi has no description for, unions and structs with overlapping members, are passed. */
#ifndef CFFI_CALL_CIF_LEAVES_H
#define CFFI_CALL_CIF_LEAVES_H

#include <ffi.h>

#include "types/ctype.h"

/* Describes a complete `record` by elements for which libffi chooses the registers that the C compiler chooses for the numbers
 * and pointers in it. Returns how many there are, 0 when there is no such description; stores them unless `elements` is NULL. */
Py_ssize_t cif_leaves(const CType *record, ffi_type **elements);

#endif
