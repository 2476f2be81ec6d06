/* ctype_struct.h: giving a record its fields. */
#ifndef CFFI_TYPES_CTYPE_STRUCT_H
#define CFFI_TYPES_CTYPE_STRUCT_H

#include "types/ctype.h"

/* Layout flags of the public function complete_struct_or_union() (SF_*); values are interface facts learned from the reference at run time. */
typedef struct {
    const char *name;      /* "" for an anonymous record or unnamed bit-field */
    CType *type;           /* borrowed */
    int bits;              /* -1: no bit-field */
    Py_ssize_t offset;     /* -1: compute */
    Py_ssize_t size;       /* -1: that of the type */
} FieldSpec;

typedef struct {
    Py_ssize_t size;  /* -1: compute */
    int align;        /* -1: compute */
    int sflags;       /* SF_*: layout rules; 0: those of this platform's C compiler */
    int pack;         /* 0: natural */
    bool verify;      /* when sizes and offsets are given and differ from the layout: remember CTYPE_CUSTOM_FIELDS (false),
                         or raise TypeError that shows both (true) */
} RecordSpec;

/* Lays out `ct`, stores its fields and publishes it as complete. The fields are in C order. 0, or -1 with an exception
 * and `ct` as it was. The caller holds the lock of `ct` (STAGE_COMPLETING) or is its only owner. */
int ctype_set_fields(CType *ct, const FieldSpec *fields, Py_ssize_t count, const RecordSpec *spec);

/* The field reached by `name` in a complete record; borrowed; NULL without an exception when there is none. */
CField *ctype_field_borrowed(CType *ct, PyObject *name);

#endif
