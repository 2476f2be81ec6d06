/* cffi_abi.h: the tables and numbers shared by a generated module and the runtime.  Pure C, valid in C and C++.
 *
 * Every value here is part of a binary interface: modules compiled years ago carry it.  Nothing may be renumbered,
 * reordered or removed; new operations and primitives are added at the end.
 */
#ifndef CFFI_ABI_H
#define CFFI_ABI_H

#include <stddef.h>
#include <stdint.h>

/* ---- versions of the handshake ------------------------------------------------------------------------------- */

#define _CFFI_VERSION_BASIC    0x2601 /* exports 0 .. 24, or .. 25 when the module uses extern "Python" */
#define _CFFI_VERSION_EMBED    0x2701 /* the module is, or may be, embedded */
#define _CFFI_VERSION_CHAR16   0x2801 /* exports 0 .. 27 */
#define _CFFI_VERSION_MIN      0x2601
#define _CFFI_VERSION_MAX      0x28FF
#define _CFFI_VERSION_EXTENDED 0x3001 /* of Python modules: what other runtimes than ours must refuse */

/* ---- opcodes ---------------------------------------------------------------------------------------------------
 *
 *      63 (31)                                  8 7              0
 *     +------------------------------------------+----------------+
 *     | argument, signed                         | operation, odd |
 *     +------------------------------------------+----------------+
 *
 * Operations are odd, so that a slot that holds an aligned pointer to a realized type is told from an opcode.
 */

typedef void *_cffi_opcode_t;

#define _CFFI_OP(operation, argument)                                                                                  \
    ((_cffi_opcode_t)((((uintptr_t)(intptr_t)(argument)) << 8) | (uintptr_t)(operation)))
#define _CFFI_GETOP(opcode)     ((int)((uintptr_t)(opcode)&0xFF))
#define _CFFI_GETARG(opcode)    ((intptr_t)(opcode) >> 8)
#define _CFFI_IS_OPCODE(opcode) (((uintptr_t)(opcode)&1) != 0)

#define _CFFI_OP_PRIMITIVE      1
#define _CFFI_OP_POINTER        3
#define _CFFI_OP_ARRAY          5 /* the next slot holds the length itself */
#define _CFFI_OP_OPEN_ARRAY     7
#define _CFFI_OP_STRUCT_UNION   9
#define _CFFI_OP_ENUM           11
#define _CFFI_OP_FUNCTION       13 /* the parameters follow, then FUNCTION_END */
#define _CFFI_OP_FUNCTION_END   15
#define _CFFI_OP_NOOP           17
#define _CFFI_OP_BITFIELD       19
#define _CFFI_OP_TYPENAME       21
#define _CFFI_OP_CPYTHON_BLTN_V 23
#define _CFFI_OP_CPYTHON_BLTN_N 25
#define _CFFI_OP_CPYTHON_BLTN_O 27
#define _CFFI_OP_CONSTANT       29
#define _CFFI_OP_CONSTANT_INT   31
#define _CFFI_OP_GLOBAL_VAR     33
#define _CFFI_OP_DLOPEN_FUNC    35
#define _CFFI_OP_DLOPEN_CONST   37
#define _CFFI_OP_GLOBAL_VAR_F   39
#define _CFFI_OP_EXTERN_PYTHON  41
/* Ours, in Python modules of _CFFI_VERSION_EXTENDED only: a field whose `field_offset` is the alignment that an attribute asks for at least,
 * and whose `field_size` is what is kept of the alignment of its type; 0: nothing is asked for, all is kept. */
#define _CFFI_OP_ALIGNED_FIELD 43

/* The argument of FUNCTION_END. */
#define _CFFI_FUNCTION_VARIADIC 1
#define _CFFI_FUNCTION_ABI_MASK 0xFE /* these bits: 0 the default ABI, or one of */
#define _CFFI_FUNCTION_STDCALL  2

/* The argument of STRUCT_UNION for the FILE of <stdio.h>. */
#define _CFFI_STRUCT_FILE (-1)

/* ---- primitives: the argument of PRIMITIVE --------------------------------------------------------------------- */

#define _CFFI_PRIM_VOID          0
#define _CFFI_PRIM_BOOL          1
#define _CFFI_PRIM_CHAR          2
#define _CFFI_PRIM_SCHAR         3
#define _CFFI_PRIM_UCHAR         4
#define _CFFI_PRIM_SHORT         5
#define _CFFI_PRIM_USHORT        6
#define _CFFI_PRIM_INT           7
#define _CFFI_PRIM_UINT          8
#define _CFFI_PRIM_LONG          9
#define _CFFI_PRIM_ULONG         10
#define _CFFI_PRIM_LONGLONG      11
#define _CFFI_PRIM_ULONGLONG     12
#define _CFFI_PRIM_FLOAT         13
#define _CFFI_PRIM_DOUBLE        14
#define _CFFI_PRIM_LONGDOUBLE    15
#define _CFFI_PRIM_WCHAR         16
#define _CFFI_PRIM_INT8          17
#define _CFFI_PRIM_UINT8         18
#define _CFFI_PRIM_INT16         19
#define _CFFI_PRIM_UINT16        20
#define _CFFI_PRIM_INT32         21
#define _CFFI_PRIM_UINT32        22
#define _CFFI_PRIM_INT64         23
#define _CFFI_PRIM_UINT64        24
#define _CFFI_PRIM_INTPTR        25
#define _CFFI_PRIM_UINTPTR       26
#define _CFFI_PRIM_PTRDIFF       27
#define _CFFI_PRIM_SIZE          28
#define _CFFI_PRIM_SSIZE         29
#define _CFFI_PRIM_INT_LEAST8    30
#define _CFFI_PRIM_UINT_LEAST8   31
#define _CFFI_PRIM_INT_LEAST16   32
#define _CFFI_PRIM_UINT_LEAST16  33
#define _CFFI_PRIM_INT_LEAST32   34
#define _CFFI_PRIM_UINT_LEAST32  35
#define _CFFI_PRIM_INT_LEAST64   36
#define _CFFI_PRIM_UINT_LEAST64  37
#define _CFFI_PRIM_INT_FAST8     38
#define _CFFI_PRIM_UINT_FAST8    39
#define _CFFI_PRIM_INT_FAST16    40
#define _CFFI_PRIM_UINT_FAST16   41
#define _CFFI_PRIM_INT_FAST32    42
#define _CFFI_PRIM_UINT_FAST32   43
#define _CFFI_PRIM_INT_FAST64    44
#define _CFFI_PRIM_UINT_FAST64   45
#define _CFFI_PRIM_INTMAX        46
#define _CFFI_PRIM_UINTMAX       47
#define _CFFI_PRIM_FLOATCOMPLEX  48
#define _CFFI_PRIM_DOUBLECOMPLEX 49
#define _CFFI_PRIM_CHAR16        50
#define _CFFI_PRIM_CHAR32        51
/* Ours: a module that uses one of these needs our runtime. */
#define _CFFI_PRIM_INT128            52
#define _CFFI_PRIM_UINT128           53
#define _CFFI_PRIM_HALF              54
#define _CFFI_PRIM_LONGDOUBLECOMPLEX 55
#define _CFFI_PRIM_COUNT             56

/* Realizing one of these is an error that says so. */
#define _CFFI_PRIM_UNKNOWN_INTEGER     (-1) /* an integer type of a size that no primitive has */
#define _CFFI_PRIM_UNKNOWN_FLOAT       (-2) /* neither float nor double nor long double */
#define _CFFI_PRIM_UNKNOWN_LONG_DOUBLE (-3) /* long double where a `typedef float... t` was declared */

/* ---- tables; each but `fields` is sorted by name (byte order) --------------------------------------------------- */

struct _cffi_type_context_s;

struct _cffi_global_s {
    const char *name;
    void *address;
    _cffi_opcode_t type_op;
    void *size_or_direct_fn; /* GLOBAL_VAR: size, 0 unknown; CPYTHON_BLTN_*, EXTERN_PYTHON: the plain C function */
};

/* `address` of CONSTANT_INT and of an enumerator is an `int (*)(unsigned long long *)` that gets `&value`. */
struct _cffi_getconst_s {
    unsigned long long value;
    const struct _cffi_type_context_s *ctx;
    int gindex;
};

#define _CFFI_CONST_NOT_POSITIVE 1 /* in its result: value <= 0, to be read as signed */
#define _CFFI_CONST_DIFFERS      2 /* in its result: the C compiler's value is not the one in the cdef */

struct _cffi_struct_union_s {
    const char *name;
    int type_index;
    int flags;             /* _CFFI_F_.. */
    size_t size;           /* _CFFI_SIZE_OPAQUE, _CFFI_SIZE_COMPUTE or the size */
    int alignment;         /* -1 unknown (or opaque), -2 with _CFFI_SIZE_COMPUTE */
    int first_field_index; /* -1 for opaque and external */
    int num_fields;
};

#define _CFFI_F_UNION        0x01
#define _CFFI_F_CHECK_FIELDS 0x02 /* compare with the standard layout when realized */
#define _CFFI_F_PACKED       0x04 /* that standard layout is the packed one */
#define _CFFI_F_EXTERNAL     0x08 /* defined by an included ffi */
#define _CFFI_F_OPAQUE       0x10
#define _CFFI_F_ALIGNED      0x20 /* ours: with _CFFI_SIZE_COMPUTE, `alignment` is the least that an attribute asks for */

#define _CFFI_SIZE_OPAQUE  ((size_t)-1) /* also of an external one */
#define _CFFI_SIZE_COMPUTE ((size_t)-2) /* the runtime lays it out */

struct _cffi_field_s {
    const char *name;
    size_t field_offset;          /* (size_t)-1: compute */
    size_t field_size;            /* (size_t)-1: open array or unknown; of a bit-field the number of bits */
    _cffi_opcode_t field_type_op; /* NOOP(type) or BITFIELD(type) */
};

struct _cffi_enum_s {
    const char *name;
    int type_index;
    int type_prim;
    const char *enumerators; /* "A,B,C"; each is also a global with the opcode ENUM(-1) */
};

struct _cffi_typename_s {
    const char *name;
    int type_index;
};

struct _cffi_type_context_s {
    _cffi_opcode_t *types; /* the runtime overwrites the opcodes: then for the exports only, never to be read */
    const struct _cffi_global_s *globals;
    const struct _cffi_field_s *fields;
    const struct _cffi_struct_union_s *struct_unions;
    const struct _cffi_enum_s *enums;
    const struct _cffi_typename_s *typenames;
    int num_globals;
    int num_struct_unions;
    int num_enums;
    int num_typenames;
    const char *const *includes; /* dotted module names, ended by NULL; or NULL */
    int num_types;
    int flags; /* _CFFI_CTX_.. */
};

#define _CFFI_CTX_EXTERN_PYTHON 1 /* the module wants export 25 */

struct _cffi_externpy_s {
    const char *name;
    size_t size_of_result;
    void *reserved1, *reserved2; /* the runtime's */
};

/* ---- export table: what the runtime puts at each index of a module's `exports` ---------------------------------- */

#define _CFFI_EXPORT_TO_C_I8          1  /* int (*)(PyObject *) */
#define _CFFI_EXPORT_TO_C_U8          2  /* int (*)(PyObject *) */
#define _CFFI_EXPORT_TO_C_I16         3  /* int (*)(PyObject *) */
#define _CFFI_EXPORT_TO_C_U16         4  /* int (*)(PyObject *) */
#define _CFFI_EXPORT_TO_C_I32         5  /* int (*)(PyObject *) */
#define _CFFI_EXPORT_TO_C_U32         6  /* unsigned int (*)(PyObject *) */
#define _CFFI_EXPORT_TO_C_I64         7  /* long long (*)(PyObject *) */
#define _CFFI_EXPORT_TO_C_U64         8  /* unsigned long long (*)(PyObject *) */
#define _CFFI_EXPORT_TO_C_CHAR        9  /* int (*)(PyObject *) */
#define _CFFI_EXPORT_FROM_C_POINTER   10 /* PyObject *(*)(char *, ctype *) */
#define _CFFI_EXPORT_TO_C_POINTER     11 /* char *(*)(PyObject *, ctype *) */
#define _CFFI_EXPORT_UNUSED_12        12 /* not NULL, never called */
#define _CFFI_EXPORT_RESTORE_ERRNO    13 /* void (*)(void) */
#define _CFFI_EXPORT_SAVE_ERRNO       14 /* void (*)(void) */
#define _CFFI_EXPORT_FROM_C_CHAR      15 /* PyObject *(*)(char) */
#define _CFFI_EXPORT_FROM_C_DEREF     16 /* PyObject *(*)(char *, ctype *) */
#define _CFFI_EXPORT_TO_C             17 /* int (*)(char *, ctype *, PyObject *) */
#define _CFFI_EXPORT_FROM_C_STRUCT    18 /* PyObject *(*)(char *, ctype *) */
#define _CFFI_EXPORT_TO_C_WCHAR_T     19 /* wchar_t (*)(PyObject *) */
#define _CFFI_EXPORT_FROM_C_WCHAR_T   20 /* PyObject *(*)(wchar_t) */
#define _CFFI_EXPORT_TO_C_LONG_DOUBLE 21 /* long double (*)(PyObject *) */
#define _CFFI_EXPORT_TO_C_BOOL        22 /* _Bool (*)(PyObject *) */
#define _CFFI_EXPORT_PREPARE_POINTER  23 /* Py_ssize_t (*)(ctype *, PyObject *, char **) */
#define _CFFI_EXPORT_CONVERT_ARRAY    24 /* int (*)(char *, ctype *, PyObject *) */
#define _CFFI_EXPORT_CALL_PYTHON      25 /* void (*)(struct _cffi_externpy_s *, char *) */
#define _CFFI_EXPORT_TO_C_WCHAR3216_T                                                                                  \
    26 /* int (*)(PyObject *): for that of char16_t and char32_t which wchar_t is not */
#define _CFFI_EXPORT_FROM_C_WCHAR3216_T 27 /* PyObject *(*)(int) */

#define _CFFI_EXPORTS_BASIC         25 /* how many are copied: always */
#define _CFFI_EXPORTS_EXTERN_PYTHON 26 /* with _CFFI_CTX_EXTERN_PYTHON */
#define _CFFI_EXPORTS_CHAR16        28 /* with version >= _CFFI_VERSION_CHAR16 */

/* What `_init_cffi_1_0_external_module()` gets: the address of these four as a Python int. */
#define _CFFI_RAW_MODULE_NAME 0 /* const char *, full dotted name */
#define _CFFI_RAW_VERSION     1 /* (void *)version */
#define _CFFI_RAW_EXPORTS     2 /* void **exports */
#define _CFFI_RAW_CONTEXT     3 /* const struct _cffi_type_context_s * */
#define _CFFI_RAW_COUNT       4

/* ---- our extension ----------------------------------------------------------------------------------------------
 *
 * When the runtime also has a method `_init_cffi_3_0_module()`, our modules call that instead, with one item more. Everything behind
 * it is a matter of speed or comfort: the module works the same without. */

#define _CFFI_RAW_EXTENSION      4 /* const struct _cffi_extension_s * */
#define _CFFI_RAW_COUNT_EXTENDED 5

struct _cffi_extension_s {
    size_t size; /* of this struct: members are only ever added, at the end */
    const struct _cffi_type_context_s *context;

    /* Names of the parameters of the functions: for each _CFFI_NAMES_EACH rows of the table of globals a string of as many items "a,b",
     * each with its zero; an unnamed parameter is an empty name, and the item of what is no function is empty. NULL: none has names. */
    const char *const *parameter_names;

    void **exports; /* what the runtime offers beyond the export table, by _CFFI_EXTRA_*; NULL where it does not */
    int num_exports;

    /* Whether the function in that row is called without giving up the GIL; NULL: none is. */
    int (*holds_gil)(int row);

    /* Puts names and addresses into the tables and opcodes into `types`, which are without them until it is called: to be done
     * before they are read, and after that never again. NULL: they are complete. */
    void (*complete_tables)(void);
    const _cffi_opcode_t *opcodes; /* with `complete_tables`: what it puts into `types` */
};

#define _CFFI_NAMES_EACH 64

/* void (*)(const struct _cffi_extension_s *, int row, int argument): converting that argument (from 0) of the function in that row has
 * failed; says so in the exception that is set. */
#define _CFFI_EXTRA_ARGUMENT_ERROR 0
#define _CFFI_EXTRA_COUNT          1

#endif /* CFFI_ABI_H */
