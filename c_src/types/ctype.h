/* ctype.h: a C type as a Python object.
 *
 *   common head  kind conv stage flags size align name      read on every operation
 *   u.pointer    item                                       KIND_POINTER
 *   u.array      item, pointer to item, length              KIND_ARRAY
 *   u.record     fields in order, fields by name, source    KIND_STRUCT, KIND_UNION (types/ctype_struct.c)
 *   u.function   result, arguments, ABI, plan, invoke       KIND_FUNCTION: a *pointer to* function, as in all of CFFI
 *   u.enumeration names and values                          KIND_SIGNED, KIND_UNSIGNED with CTYPE_ENUM
 *
 * Life of a record:  STAGE_OPAQUE -> (STAGE_LAZY -> STAGE_COMPLETING ->) STAGE_COMPLETE.
 * Everything else is complete when made.
 * Immutable once STAGE_COMPLETE is stored (release order); read without locks from then on.
 * A ctype owns a reference to its module, released last, so `state` is good as long as any ctype or cdata lives. */
#ifndef CFFI_TYPES_CTYPE_H
#define CFFI_TYPES_CTYPE_H

#include "base/state.h"
#include "types/prim.h"

typedef struct CType CType;
typedef struct CField CField;

enum { STAGE_OPAQUE, STAGE_LAZY, STAGE_COMPLETING, STAGE_COMPLETE };

enum {
    CTYPE_ENUM = 1 << 0,          /* an integer type with named values (u.enumeration) */
    CTYPE_VOID_POINTER = 1 << 1,  /* void * */
    CTYPE_CHAR_POINTER = 1 << 2,  /* pointer to or array of CTYPE_CHARLIKE items: takes a bytes object */
    CTYPE_FILE_POINTER = 1 << 3,  /* FILE * : takes a Python file */
    CTYPE_VAR_RECORD = 1 << 4,    /* record with an open array, directly or inside a member */
    CTYPE_CUSTOM_FIELDS = 1 << 5, /* record whose fields lie elsewhere than by the standard layout: no call argument */
    CTYPE_PACKED = 1 << 6,        /* record laid out with SF_PACKED or a pack */
    CTYPE_BIT_FIELDS = 1 << 7,    /* record with a bit-field */
    CTYPE_SMALL_ITEM =
        1 << 9, /* pointer to what a small cdata of ffi.new() holds (cdata_own.c); with the GIL, when that was found */
    CTYPE_CHARLIKE = 1 << 8, /* integer of one byte: arrays take bytes objects (KIND_BOOL: of 0 and 1 only) */
};

/* Calls `function` (the C address) and returns the converted result. Set by call/, see State.first_invoke. */
typedef PyObject *(*CTypeInvoke)(CType *ctype, char *function, PyObject *const *args, Py_ssize_t nargs);

/* Fetches the fields of a lazy record and makes it complete, exactly once. 0, or -1 with an exception. Set by ctx/. */
typedef int (*CTypeComplete)(CType *ctype);

/* The plans for calls of a function type (call/cif.c, call/call_fast.c); opaque here. */
struct CallPlan;
struct FastPlan;

typedef struct {
    CType *item;       /* owned */
    CType *open_array; /* owned, NULL at first: the type of slices; a cycle, which the garbage collector knows */
} CTypePointer;

typedef struct {
    CType *item;       /* owned */
    CType *pointer;    /* owned: pointer to item, what the array decays to */
    Py_ssize_t length; /* items; -1: open */
} CTypeArray;

/* Fields by name: open addressing, keyed by the interned name's address; a miss falls back to comparing strings. */
typedef struct {
    uint32_t mask;  /* slots - 1 */
    CField **slots; /* borrowed from `fields` of the record */
} CFieldIndex;

typedef struct {
    /* In C order; in place of an anonymous member come the fields that it holds; unnamed bit-fields are left out. */
    CField **fields; /* owned array of owned fields; NULL until complete */
    Py_ssize_t field_count;
    CFieldIndex index;      /* the fields by name */
    CTypeComplete complete; /* const while STAGE_LAZY */
    PyObject *source;       /* owned: keeps alive what `complete` reads (the FFI object); NULL when complete */
    int source_index;       /* which record of `source` */
} CTypeRecord;

typedef struct {
    CType *result;     /* owned */
    CType **arguments; /* owned array of owned ctypes */
    Py_ssize_t argument_count;
    int abi; /* an ffi_abi */
    bool variadic;
    CTypeInvoke invoke;    /* state->first_invoke, then (published) the routine for this signature */
    struct CallPlan *plan; /* once: made at the first call or callback, published with release order */
    void (*plan_free)(struct CallPlan *);
    struct FastPlan *fast_plan; /* once, owned: call/call_fast.c; one block, published with release order */
} CTypeFunction;

typedef struct {
    PyObject *names;    /* owned tuple of str, in C order */
    PyObject *values;   /* owned tuple of int */
    PyObject *by_name;  /* owned dict name -> value */
    PyObject *by_value; /* owned dict value -> first name */
    PyObject *class_;   /* once, owned: the IntEnum or IntFlag that was asked for; published with conv CONV_ENUM */
    PyObject *members;  /* owned dict value -> member; NULL without a class */
    bool is_flag;       /* class_ is an IntFlag */
} CTypeEnumeration;

struct CType {
    PyObject_HEAD
    uint8_t kind;      /* const: Kind */
    uint8_t conv;      /* const: Conv; of a record CONV_NONE at first, when complete CONV_RECORD; of an enum CONV_ENUM
                           * when it has a class (FT_LOAD_BYTE) */
    uint8_t stage;     /* by FT_STORE_BYTE */
    uint8_t primitive; /* const: PRIM_* of a primitive or enum; 0 otherwise */
    int align;         /* bytes; -1 unknown; final at STAGE_COMPLETE */
    Py_ssize_t size;   /* bytes; -1: void, opaque, open array; of a record the last but `stage` (FT_LOAD_WORD) */
    uint32_t flags;    /* CTYPE_*; final at STAGE_COMPLETE */
    int name_position; /* const: where a declarator goes in `name` */
    const char *name;  /* const, owned: the full C name, "int(*)(int)" */
    State *state;      /* const */
    PyObject *intern_key; /* owned or NULL; key in state->interned */
    PyObject *weakrefs;
    FT_SHARED           /* by cdata */
        CType *pointer; /* borrowed: the interned pointer to this type while it lives; with the GIL only, else NULL */
    int nesting;        /* records and arrays inside one another; 0 for the rest; final at STAGE_COMPLETE */
    union {
        CTypePointer pointer;
        CTypeArray array;
        CTypeRecord record;
        CTypeFunction function;
        CTypeEnumeration enumeration;
    } u;
};

struct CField {
    PyObject_HEAD
    CType *type;       /* const, owned */
    PyObject *name;    /* const, owned, interned */
    Py_ssize_t offset; /* const: bytes from the start of the record whose field it is */
    short bit_shift;   /* const: bits from the least significant of an integer of `type` at `offset`; or CFIELD_* */
    short bit_size;    /* const: bits, or -1 */
    uint8_t flags;     /* const: CFIELD_IGNORED_BY_INIT or 0 */
};
enum { CFIELD_PLAIN = -1, CFIELD_OPEN_ARRAY = -2 /* an open array, or one of no items at the end */ }; /* bit_shift */
enum { CFIELD_IGNORED_BY_INIT = 1 /* union members after the first: not set by positional initializers */ };

/* ---- recognising ---- */

Py_hash_t ctype_tp_hash(PyObject *self); /* one address for all ctypes: what ctype_check() compares */

static inline bool ctype_check(PyObject *object)
{
    return Py_TYPE(object)->tp_hash == ctype_tp_hash;
}
static inline bool ctype_is_primitive(const CType *ct)
{
    return ct->kind >= KIND_BOOL && ct->kind <= KIND_COMPLEX;
}
static inline bool ctype_is_integer(const CType *ct)
{
    return ct->kind == KIND_BOOL || ct->kind == KIND_SIGNED || ct->kind == KIND_UNSIGNED;
}
static inline bool ctype_is_record(const CType *ct)
{
    return ct->kind >= KIND_STRUCT;
}

/* The type that a pointer or array is of; NULL for other kinds. Borrowed. */
static inline CType *ctype_item_borrowed(const CType *ct)
{
    return ct->kind == KIND_POINTER ? ct->u.pointer.item : ct->kind == KIND_ARRAY ? ct->u.array.item : NULL;
}

/* Values are converted, described and passed by functions that call themselves for what is inside. */
#define CTYPE_NESTING_MAX 256

/* The nesting of `outer`, which has `item` inside. -1 with OverflowError. */
int ctype_nesting_around(const char *outer, const CType *item);

/* ---- completing ---- */

int ctype_complete_slow(CType *ct);

/* Makes sure the fields, size and alignment of a record are known. 1: known; 0: opaque (no exception); -1 exception. */
static inline int ctype_complete(CType *ct)
{
    return LIKELY(FT_LOAD_BYTE(ct->stage) == STAGE_COMPLETE) ? 1 : ctype_complete_slow(ct);
}

/* Whether this very thread is completing the record: what is made of it now becomes a part of it. */
bool ctype_is_completing_here(const CType *ct);

/* The size and alignment in bytes, or -1 with ValueError when the type has none. Completes a lazy record only when
 * they are not known yet. */
Py_ssize_t ctype_sizeof(CType *ct);
int ctype_alignof(CType *ct);

int ctype_init(State *state); /* makes the type CType, void and void * */
int ctype_add(State *state);  /* CType and CField to the module */

/* ---- fields ---- */

/* A new field with all that is in `place` but its reference count, type and name. New reference. */
CField *cfield_new(CType *type, PyObject *name, const CField *place);
PyTypeObject *cfield_type(State *state); /* borrowed */

#endif
