/* cif_leaves.c: how records that libffi has no description for, unions and structs with overlapping members, are passed. */
#include "call/cif_leaves.h"

/* What lies in the same bytes of a record decides on their registers: integers and pointers prevail over floating point. */
enum { LEAF_FLOAT = 1, LEAF_DOUBLE = 2, LEAF_OTHER = 4 };

#define UNIT  ((Py_ssize_t)sizeof(float))
#define UNITS (64 / UNIT)

typedef struct {
    unsigned units[UNITS]; /* LEAF_* of what touches each 4 bytes */
    unsigned all;          /* LEAF_* of everything */
} Leaves;

/* ---- the leaves of a record ---- */

/* 0 for what has rules of its own. */
static unsigned leaf_of(const CType *ct)
{
    bool number = ct->kind == KIND_FLOAT || ct->kind == KIND_COMPLEX;
    Py_ssize_t part = ct->kind == KIND_COMPLEX ? ct->size / 2 : ct->size;
    if (number)
        return part == sizeof(float) ? LEAF_FLOAT : part == sizeof(double) ? LEAF_DOUBLE : 0;
    return ct->kind == KIND_LONG_DOUBLE || ct->size > (Py_ssize_t)sizeof(long long) ? 0 : LEAF_OTHER;
}

static bool scan_simple(const CType *ct, Py_ssize_t offset, Leaves *leaves)
{
    unsigned leaf = leaf_of(ct);
    for (Py_ssize_t unit = offset / UNIT; unit * UNIT < offset + ct->size; unit++)
        leaves->units[unit] |= leaf;
    leaves->all |= leaf;
    return leaf != 0;
}

static bool scan(const CType *ct, Py_ssize_t offset, Leaves *leaves);

static bool scan_items(const CType *array, Py_ssize_t offset, Leaves *leaves)
{
    const CType *item = array->u.array.item;
    for (Py_ssize_t i = 0; item->size > 0 && i < array->u.array.length; i++) {
        if (!scan(item, offset + i * item->size, leaves))
            return false;
    }
    return true;
}

/* Records that lie otherwise than C lays them out may have parts that nobody told us of. */
static bool scan_fields(const CType *record, Py_ssize_t offset, Leaves *leaves)
{
    if (record->flags & (CTYPE_CUSTOM_FIELDS | CTYPE_PACKED | CTYPE_BIT_FIELDS) || record->align > (int)sizeof(double))
        return false;
    for (Py_ssize_t i = 0; i < record->u.record.field_count; i++) {
        const CField *field = record->u.record.fields[i];
        if (!scan(field->type, offset + field->offset, leaves))
            return false;
    }
    return true;
}

static bool scan(const CType *ct, Py_ssize_t offset, Leaves *leaves)
{
    if (ct->kind == KIND_ARRAY)
        return scan_items(ct, offset, leaves);
    return ctype_is_record(ct) ? scan_fields(ct, offset, leaves) : scan_simple(ct, offset, leaves);
}

/* ---- elements ---- */

/* The floating-point element at `offset`, if a floating-point register is what these bytes go to. */
static ffi_type *float_at(const Leaves *leaves, Py_ssize_t offset)
{
#if PLATFORM_RECORDS == PLATFORM_RECORDS_BY_WORD
    return leaves->units[offset / UNIT] & LEAF_OTHER ? NULL : &ffi_type_float; /* two of them are as good as a double */
#else
    (void)offset;
    return leaves->all == LEAF_FLOAT ? &ffi_type_float : leaves->all == LEAF_DOUBLE ? &ffi_type_double : NULL;
#endif
}

/* `leaves` is NULL when they do not matter. */
static Py_ssize_t fill(const CType *record, const Leaves *leaves, ffi_type **elements)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t offset = 0; offset < record->size; count++) {
        bool word = record->align >= UNIT && record->size - offset >= UNIT;
        ffi_type *type = leaves != NULL ? float_at(leaves, offset) : NULL;
        if (type == NULL)
            type = word ? &ffi_type_uint32 : &ffi_type_uint8;
        if (elements != NULL)
            elements[count] = type;
        offset += (Py_ssize_t)type->size;
    }
    return count;
}

Py_ssize_t cif_leaves(const CType *record, ffi_type **elements)
{
    Leaves leaves = {{0}, 0};
    if (PLATFORM_RECORDS == PLATFORM_RECORDS_UNKNOWN)
        return 0;
    if (record->size > PLATFORM_RECORD_LIMIT)
        return fill(record, NULL, elements);
    return scan(record, 0, &leaves) && leaves.all != 0 ? fill(record, &leaves, elements) : 0;
}
