/* cif.h: the plan for calls of a function type: what libffi wants to know, and where each value lies in the exchange buffer.
 *
 *   exchange buffer:  void *addresses[count] | result | argument 0 | argument 1 | …        (each aligned as its type wants)
 *
 * Made at the first call or callback of a function type, under its lock; published with release order; freed with the type.
 * A variadic call makes a plan of its own, since it depends on the arguments given. */
#ifndef CFFI_CALL_CIF_H
#define CFFI_CALL_CIF_H

#include <ffi.h>

#include "data/to_c.h"

/* How an argument gets into its place. */
enum {
    PASS_VALUE,   /* its `convert` stores it */
    PASS_POINTER, /* may need memory that lives as long as the call: to_c_pointer_argument() */
    PASS_RECORD,  /* zeroed first: an initializer may name only some fields */
};

typedef struct {
    CType *type;     /* const, borrowed from the function type (variadic: from the cdata given) */
    ToC convert;     /* const: stores a Python object as a `type` */
    uint32_t offset; /* const: of the value in the exchange buffer */
    uint8_t pass;    /* const: PASS_* */
} PlanArgument;

typedef struct CallPlan {
    ffi_cif cif;
    CType *function;              /* const, borrowed: the owner */
    struct RecordLayout *records; /* const, owned: the ffi_types of structs */
    size_t exchange_size;         /* const: bytes of the exchange buffer */
    size_t result_size;           /* const: bytes that libffi may write as the result */
    uint32_t result_offset;       /* const: where in the exchange buffer it writes them */
    uint32_t result_shift;        /* const: where in them a small integer lies; 0 on little-endian machines */
    ffi_type **types;             /* const, owned: the cif's argument types */
    Py_ssize_t count;             /* const: arguments */
    PlanArgument arguments[];     /* const */
} CallPlan;

/* The plan of a function type; borrowed from it. NULL with NotImplementedError that names what libffi cannot pass. */
CallPlan *cif_plan(CType *function);

/* A plan for one variadic call with arguments of these types, the fixed ones first. Given back with cif_free(). */
CallPlan *cif_plan_variadic(CType *function, CType *const *types, Py_ssize_t count);
void cif_free(CallPlan *plan);

/* Makes the result of a callback, stored as its type says at `result`, what libffi expects: small integers fill a word. */
void cif_widen_result(const CallPlan *plan, char *result);

#endif
