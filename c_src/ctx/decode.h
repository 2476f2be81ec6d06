/* decode.h: the tables of an out-of-line ABI module, which come as Python bytes and tuples, as a context in memory.
 *
 *   _types           opcodes, 4 bytes each, big-endian and signed; after ARRAY the length itself
 *   _globals         alternately opcode(4) + name, and an int: the value of a constant or enumerator, else 0
 *   _struct_unions   tuples: type_index(4) + flags(4) + name, then a field each: opcode(4) [+ bits(4)] + name
 *   _enums           type_index(4) + primitive(4) + name + NUL + enumerators
 *   _typenames       type_index(4) + name
 */
#ifndef CFFI_CTX_DECODE_H
#define CFFI_CTX_DECODE_H

#include "base/py.h"
#include "cffi_abi.h"

typedef struct {
    const char *module_name; /* for messages */
    PyObject *types;         /* bytes, or NULL: none; so for all */
    PyObject *globals;       /* tuple */
    PyObject *struct_unions; /* tuple */
    PyObject *enums;         /* tuple */
    PyObject *typenames;     /* tuple */
} DecodeInput;

/* A context that owns all that it points to, the tables with the names included, to be freed with decode_free(). NULL with ValueError or
 * TypeError that names the table and the row: whatever is in the input, reading the result does not leave its memory. */
struct _cffi_type_context_s *decode_tables(const DecodeInput *input);
void decode_free(struct _cffi_type_context_s *ctx);

#endif
