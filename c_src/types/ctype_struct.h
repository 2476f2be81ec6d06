/* ctype_struct.h: giving a record its fields, and finding them. */
#ifndef CFFI_TYPES_CTYPE_STRUCT_H
#define CFFI_TYPES_CTYPE_STRUCT_H

#include "types/ctype.h"

/* Flags of the public function complete_struct_or_union(). Without any of one group: as this platform's C compiler. */
enum {
    SF_MSVC_BITFIELDS = 0x01,
    SF_GCC_ARM_BITFIELDS = 0x02,
    SF_GCC_X86_BITFIELDS = 0x10,

    SF_GCC_BIG_ENDIAN = 0x04,
    SF_GCC_LITTLE_ENDIAN = 0x40,

    SF_PACKED = 0x08,
    SF_STD_FIELD_POS = 0x80, /* as RecordSpec.verify */
};

typedef struct {
    const char *name;  /* "": an anonymous record, whose fields become those of this one; or an unnamed bit-field */
    CType *type;       /* borrowed */
    int bits;          /* -1: no bit-field */
    Py_ssize_t offset; /* told by a C compiler; -1: compute */
    Py_ssize_t size;   /* told by a C compiler, checked against that of the type; -1: that of the type */
    int least_align;   /* asked for by an attribute; 0: nothing is */
    int most_align;    /* what is kept of the alignment of the type; 0: all */
} FieldSpec;

typedef struct {
    Py_ssize_t size; /* told by a C compiler; negative: compute */
    int align;       /* told by a C compiler; negative: compute */
    int sflags;      /* SF_* */
    int pack;        /* as by #pragma pack; 0: natural */
    int least_align; /* asked for by an attribute; 0: nothing is */
    bool verify;     /* what was told and differs from the layout: ffi.error that shows both (true), or
                        CTYPE_CUSTOM_FIELDS (false) */
} RecordSpec;

/* Lays out `ct`, stores its fields and publishes it as complete. The fields are in C order; their types are completed
 * first. 0, or -1 with an exception and `ct` as it was: TypeError for impossible fields, KeyError for a name used
 * twice, OverflowError, NotImplementedError for packed bit-fields in more bytes than their type has, ffi.error (see
 * verify). The caller is the only owner of `ct` or is its `complete` (STAGE_COMPLETING). */
int ctype_set_fields(CType *ct, const FieldSpec *fields, Py_ssize_t count, const RecordSpec *spec);

void ctype_clear_fields(CType *ct); /* for the garbage collector */

/* ---- finding fields by name ---- */

static inline uint32_t field_slot(const CFieldIndex *index, PyObject *name)
{
    uintptr_t address = (uintptr_t)name;
    return (uint32_t)((address >> 4) ^ (address >> 12)) & index->mask;
}

CField *ctype_field_slow(CType *ct, PyObject *name);

/* What the index has under this very str; borrowed; NULL: ask ctype_field_borrowed(). */
static inline CField *ctype_field_quick(const CType *ct, PyObject *name)
{
    const CFieldIndex *index = &ct->u.record.index;
    CField *field = LIKELY(index->slots != NULL) ? index->slots[field_slot(index, name)] : NULL;
    return LIKELY(field != NULL && field->name == name) ? field : NULL;
}

/* The field reached by `name` in a complete record; borrowed; NULL without an exception when there is none. */
static inline CField *ctype_field_borrowed(CType *ct, PyObject *name)
{
    CField *field = ctype_field_quick(ct, name);
    return LIKELY(field != NULL) ? field : ctype_field_slow(ct, name);
}

#endif
