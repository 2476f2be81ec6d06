/* realize.h: from the tables of a module to ctypes.
 *
 * A type table is an array of slots. A slot is an opcode until its type is realized, then a pointer to the ctype,
 * which the table owns. Wrappers in generated modules read such pointers without asking, so only this file writes
 * them, once each. `opcodes` keeps the slots as they were: what a slot means does not depend on what was realized
 * before. */
#ifndef CFFI_CTX_REALIZE_H
#define CFFI_CTX_REALIZE_H

#include "cffi_abi.h"
#include "types/ctype.h"

typedef struct Tables {
    State *state;    /* const */
    PyObject *owner; /* const, borrowed: the object that this is part of */
    const struct _cffi_type_context_s
        *ctx; /* its `types` are changed; replaced when the module is shared (api/module_record.h) */
    const struct _cffi_extension_s
        *incomplete;               /* NULL, or its complete_tables() is to be called before `ctx` is read */
    const _cffi_opcode_t *opcodes; /* const: what `ctx->types` began as; borrowed or */
    _cffi_opcode_t *own_opcodes;   /* const, owned or NULL */
    struct Tables **includes;      /* const, owned array; the owner keeps what they are part of alive */
    int include_count;
} Tables;

/* The head of the objects that own tables: FFI objects, `source` of lazy records. */
typedef struct {
    PyObject_HEAD
    Tables tables;
} TablesOwner;

/* `includes` is taken over (PyMem_Malloc), also on failure. 0 or -1. */
int realize_init(Tables *tables, State *state, PyObject *owner, const struct _cffi_type_context_s *ctx,
                 Tables **includes, int include_count);

/* The same for a compiled module, which says what its slots began as; `incomplete` may be NULL. */
void realize_init_module(Tables *tables, State *state, PyObject *owner, const struct _cffi_type_context_s *ctx,
                         const _cffi_opcode_t *opcodes, const struct _cffi_extension_s *incomplete, Tables **includes,
                         int include_count);
int realize_visit(Tables *tables, visitproc visit, void *arg);
void realize_clear(Tables *tables); /* gives everything back; the slots are opcodes again */

void realize_complete(Tables *tables);

/* `ctx`, to be read: every use of tables begins here. */
static inline const struct _cffi_type_context_s *realize_context(Tables *tables)
{
    if (UNLIKELY(FT_LOAD_POINTER(tables->incomplete) != NULL))
        realize_complete(tables);
    return tables->ctx;
}

/* The type of slot `index`; a function type and a pointer to it are the same ctype. NULL with ffi.error when the
 * tables say something impossible, or with the exception of what making the type found. */
CType *realize_slot(Tables *tables, Py_ssize_t index);

/* The same for opcodes that typestr_parse() made with tables->ctx. *is_function: a function type, not a pointer to
 * one. */
CType *realize_parsed(Tables *tables, const _cffi_opcode_t *opcodes, int count, int slot, bool *is_function);

/* The value of an integer constant or enumerator: a Python int, or NULL with ffi.error when the C compiler disagrees
 * with its declaration. `index` is one for which typestr_constant() is true. */
PyObject *realize_constant(Tables *tables, int index);

#endif
