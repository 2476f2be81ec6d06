/* ffi.h: the FFI object: the types of one module and what can be done with them. */
#ifndef CFFI_API_FFI_H
#define CFFI_API_FFI_H

#include "api/namecache.h"
#include "ctx/decode.h"
#include "ctx/realize.h"

struct ModuleUse;

typedef struct {
    TablesOwner head;
    PyObject *name;                       /* const, owned str: of the module; NULL: made without arguments */
    PyObject *types;                      /* owned dict: C type as text -> ctype (api/typearg.c) */
    NameCache recent_types;               /* in front of `types` */
    PyObject *function_types;             /* owned dict: the same for function types, "int(int)" */
    PyObject *included;                   /* const, owned tuple of FFI, in the order of head.tables.includes */
    PyObject *once;                       /* owned dict: what init_once() did */
    struct _cffi_type_context_s *decoded; /* const, owned or NULL: the tables of an out-of-line ABI module */
    struct ModuleUse *use;                /* const, of a C module: see api/module_record.h */
    PyObject *lib;                        /* const, owned: the Lib of a C module */
    bool is_inline;                       /* const: what is not in the caches is asked for (api/inline_ffi.h) */
    PyObject *weakrefs;
} FFIObject;

static inline Tables *ffi_tables(FFIObject *ffi)
{
    return &ffi->head.tables;
}

static inline State *ffi_state(FFIObject *ffi)
{
    return ffi->head.tables.state;
}

static inline bool ffi_check(State *state, PyObject *object)
{
    return PyObject_TypeCheck(object, state->ffi_type);
}

/* The FFI of a C module; it has no tables yet. */
FFIObject *ffi_new(State *state, PyObject *name);

/* Gives a new FFI its tables; `included` is a tuple of FFI. `opcodes` and `incomplete` are for realize_init_module(); NULL: not that
 * of a compiled module. 0 or -1. */
int ffi_set_tables(FFIObject *ffi, const struct _cffi_type_context_s *ctx, const _cffi_opcode_t *opcodes,
                   const struct _cffi_extension_s *incomplete, PyObject *included);

PyObject *ffi_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);

/* The methods of one argument, X(name, parameter, doc): in the FFI of modules without keywords, which costs less; in-line by keyword,
 * too, as they have always been. */
#define FFI_METHODS_OF_ONE(X)                                                                                          \
    X(typeof, "cdecl", "Return the ctype that a text names, or of a cdata or a function of a lib.")                    \
    X(sizeof, "cdecl", "Return the bytes of a type given as text or ctype, or of a cdata.")                            \
    X(alignof, "cdecl", "Return the alignment in bytes of a type given as text or ctype, or of a cdata's.")            \
    X(new_handle, "x", "Return a 'void *' that stands for the Python object `x`, as long as it is kept.")              \
    X(from_handle, "x", "Return the Python object that a handle from new_handle() stands for.")                        \
    X(release, "cdata",                                                                                                \
      "Give back now what a cdata from new(), gc() or from_buffer() owns. It cannot be used afterwards.")

#define FFI_DECLARE(name, parameter, doc) PyObject *ffi_m_##name(PyObject *self, PyObject *value);
FFI_METHODS_OF_ONE(FFI_DECLARE)
#undef FFI_DECLARE

extern PyMethodDef ffi_methods[]; /* api/ffi_methods.c */
extern PyGetSetDef ffi_getset[];

int ffi_init(State *state);

PyObject *ffi_null_new(State *state); /* what stands for NULL in the dict of the type (ffi_null.c) */

#endif
