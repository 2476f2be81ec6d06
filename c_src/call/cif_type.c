/* cif_type.c: what libffi calls a C type. */
#include "call/cif_type.h"

#include <limits.h>

#include "base/size.h"
#include "call/cif_leaves.h"
#include "types/err.h"

/* A struct with more parts than this is too large for the stack of any thread. */
#define MAX_PARTS (1 << 16)

struct RecordLayout {
    struct RecordLayout *next;
    CType *record; /* borrowed: it is part of the function type */
    ffi_type type;
    ffi_type *elements[]; /* ended by NULL; arrays as one element an item */
};

/* ---- what cannot be passed ---- */

COLD static ffi_type *err_record(CType *ct, const char *place, const char *why)
{
    return err_null(
        PyExc_NotImplementedError,
        "ctype '%s' not supported as %s.  %s.  Such structs are only supported as %s if the function is "
        "'API mode' and non-variadic (i.e. declared inside ffibuilder.cdef()+ffibuilder.set_source() and not "
        "taking a final '...' argument)",
        ct->name, place, why, place);
}

COLD static ffi_type *err_union(CType *ct, const char *place)
{
    return err_null(
        PyExc_NotImplementedError,
        "ctype '%s' not supported as %s by libffi.  Unions are only supported as %s if the function is 'API "
        "mode' and non-variadic (i.e. declared inside ffibuilder.cdef()+ffibuilder.set_source() and not taking "
        "a final '...' argument)",
        ct->name, place, place);
}

COLD static ffi_type *err_primitive(CType *ct, const char *place)
{
    const char *why = ct->kind == KIND_COMPLEX ? ": this platform's libffi has no complex types, use API mode"
                      : ct->kind == KIND_VOID  ? ""
                                               : ": libffi has no such type, use API mode";
    return err_null(PyExc_NotImplementedError, "ctype '%s' (size %zd) not supported as %s%s", ct->name, ct->size, place,
                    why);
}

static ffi_type *err_layout(CType *ct, const char *place)
{
    if (ct->flags & CTYPE_PACKED)
        return err_record(ct, place, "It is a 'packed' structure, with a different layout than expected by libffi");
    return err_record(ct, place,
                      "It is a struct declared with \"...;\", but the C calling convention may depend on the missing "
                      "fields; or, it contains anonymous struct/unions");
}

/* ---- primitives ---- */

bool cif_char_is_signed(const CType *ct)
{
    return ct->primitive == PRIM_CHAR ? CHAR_MIN < 0 : ct->primitive == PRIM_WCHAR ? WCHAR_MIN < 0 : false;
}

/* libffi has no integers of 128 bits. The System V ABI of x86-64 passes them as a struct of two words, but in memory
 * aligned as they are (section 3.2.3), which libffi does when the type says so. */
#if PLATFORM_RECORDS == PLATFORM_RECORDS_BY_WORD
static ffi_type *int128_words[] = {&ffi_type_uint64, &ffi_type_uint64, NULL};
static ffi_type int128_type = {16, 16, FFI_TYPE_STRUCT, int128_words};
#define INT128_TYPE (&int128_type)
#else
#define INT128_TYPE NULL
#endif

static ffi_type *integer_type(Py_ssize_t size, bool is_signed)
{
    switch (size) {
    case 1:
        return is_signed ? &ffi_type_sint8 : &ffi_type_uint8;
    case 2:
        return is_signed ? &ffi_type_sint16 : &ffi_type_uint16;
    case 4:
        return is_signed ? &ffi_type_sint32 : &ffi_type_uint32;
    case 8:
        return is_signed ? &ffi_type_sint64 : &ffi_type_uint64;
    default:
        return INT128_TYPE;
    }
}

/* The ffi_type of what is no record; NULL without an exception when libffi has none. */
static ffi_type *simple_type(const CType *ct)
{
    switch (ct->kind) {
    case KIND_VOID:
        return &ffi_type_void;
    case KIND_BOOL:
    case KIND_UNSIGNED:
        return integer_type(ct->size, false);
    case KIND_SIGNED:
        return integer_type(ct->size, true);
    case KIND_CHAR:
        return integer_type(ct->size, cif_char_is_signed(ct));
    case KIND_FLOAT:
        return ct->conv == CONV_FLOAT ? &ffi_type_float : ct->conv == CONV_DOUBLE ? &ffi_type_double : NULL;
    case KIND_LONG_DOUBLE:
        return &ffi_type_longdouble;
#ifdef FFI_TARGET_HAS_COMPLEX_TYPE
    case KIND_COMPLEX:
        return ct->conv == CONV_CFLOAT    ? &ffi_type_complex_float
               : ct->conv == CONV_CDOUBLE ? &ffi_type_complex_double
                                          : &ffi_type_complex_longdouble;
#endif
    case KIND_POINTER:
    case KIND_FUNCTION:
        return &ffi_type_pointer;
    default:
        return NULL;
    }
}

/* ---- records ---- */

/* The item type of a (nested) array and how many of them there are; other types are one of themselves. */
static CType *array_parts(CType *ct, ptrdiff_t *count)
{
    *count = 1;
    for (; ct->kind == KIND_ARRAY; ct = ct->u.array.item) {
        Py_ssize_t length = ct->u.array.length;
        if (length <= 0)
            *count = 0;
        else if (!size_multiply(*count, length, count))
            *count = SIZE_LIMIT;
    }
    return ct;
}

/* The number of elements of a struct, or -1 with an exception when its shape is one that libffi does not know. */
static Py_ssize_t count_parts(CType *record, const char *place)
{
    ptrdiff_t total = 0;
    for (Py_ssize_t i = 0; i < record->u.record.field_count; i++) {
        ptrdiff_t count;
        array_parts(record->u.record.fields[i]->type, &count);
        if (count == 0) {
            err_record(record, place, "It is a struct with a zero-length array, which libffi does not support");
            return -1;
        }
        if (count > MAX_PARTS || (total += count) > MAX_PARTS) {
            err_record(record, place, "It is too large to be passed by value");
            return -1;
        }
    }
    if (total == 0)
        err_record(record, place, "It is a struct without fields, which libffi does not support");
    return total == 0 ? -1 : total;
}

/* Whether a field lies where libffi will put it: after `end` at the next multiple of its alignment. */
static bool lies_naturally(const CField *field, ptrdiff_t *end)
{
    ptrdiff_t expected;
    return size_align(*end, field->type->align, &expected) && expected == field->offset &&
           size_add(expected, field->type->size, end);
}

/* Whether fields of these types in this order have the layout that `record` has. */
static bool all_lie_naturally(const CType *record)
{
    ptrdiff_t end = 0;
    int align = 1;
    for (Py_ssize_t i = 0; i < record->u.record.field_count; i++) {
        const CField *field = record->u.record.fields[i];
        if (!lies_naturally(field, &end))
            return false;
        align = field->type->align > align ? field->type->align : align;
    }
    return align == record->align && size_align(end, align, &end) && end == record->size;
}

static int fill_elements(struct RecordLayout *layout, const char *place, struct RecordLayout **records)
{
    CType *record = layout->record;
    ffi_type **element = layout->elements;
    for (Py_ssize_t i = 0; i < record->u.record.field_count; i++) {
        ptrdiff_t count;
        ffi_type *type = cif_type(array_parts(record->u.record.fields[i]->type, &count), place, records);
        if (type == NULL)
            return -1;
        while (count-- > 0)
            *element++ = type;
    }
    return 0;
}

static struct RecordLayout *new_layout(CType *record, Py_ssize_t count)
{
    struct RecordLayout *layout = PyMem_RawCalloc(1, sizeof *layout + ((size_t)count + 1) * sizeof *layout->elements);
    if (layout == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    layout->record = record;
    layout->type.type = FFI_TYPE_STRUCT;
    layout->type.elements = layout->elements;
    layout->type.size = (size_t)record->size;
    layout->type.alignment = (unsigned short)record->align;
    return layout;
}

static ffi_type *add_layout(struct RecordLayout *layout, struct RecordLayout **records)
{
    layout->next = *records;
    *records = layout;
    return &layout->type;
}

static ffi_type *natural_type(CType *record, Py_ssize_t count, const char *place, struct RecordLayout **records)
{
    struct RecordLayout *layout = new_layout(record, count);
    if (layout == NULL)
        return NULL;
    if (fill_elements(layout, place, records) < 0) {
        PyMem_RawFree(layout);
        return NULL;
    }
    return add_layout(layout, records);
}

static ffi_type *overlapping_type(CType *record, const char *place, struct RecordLayout **records)
{
    if (record->size > MAX_PARTS)
        return err_record(record, place, "It is too large to be passed by value");
    Py_ssize_t count = cif_leaves(record, NULL);
    if (count == 0)
        return record->kind == KIND_UNION ? err_union(record, place) : err_layout(record, place);
    struct RecordLayout *layout = new_layout(record, count);
    if (layout == NULL)
        return NULL;
    cif_leaves(record, layout->elements);
    return add_layout(layout, records);
}

static ffi_type *struct_type(CType *record, const char *place, struct RecordLayout **records)
{
    if (record->flags & CTYPE_BIT_FIELDS)
        return err_record(record, place, "It is a struct with bit fields, which libffi does not support");
    if (record->flags & CTYPE_CUSTOM_FIELDS)
        return err_layout(record, place);
    Py_ssize_t count = count_parts(record, place);
    if (count < 0)
        return NULL;
    if (all_lie_naturally(record))
        return natural_type(record, count, place, records);
    return record->flags & CTYPE_PACKED ? err_layout(record, place) : overlapping_type(record, place, records);
}

static ffi_type *record_type(CType *record, const char *place, struct RecordLayout **records)
{
    for (struct RecordLayout *known = *records; known != NULL; known = known->next) {
        if (known->record == record)
            return &known->type;
    }
    int complete = ctype_complete(record);
    if (complete < 0)
        return NULL;
    if (complete == 0)
        return err_null(PyExc_TypeError, "ctype '%s' has incomplete type", record->name);
    return record->kind == KIND_UNION ? overlapping_type(record, place, records) : struct_type(record, place, records);
}

ffi_type *cif_type(CType *ct, const char *place, struct RecordLayout **records)
{
    if (ctype_is_record(ct))
        return record_type(ct, place, records);
    ffi_type *type = simple_type(ct);
    return type != NULL ? type : err_primitive(ct, place);
}

void cif_type_free(struct RecordLayout *records)
{
    while (records != NULL) {
        struct RecordLayout *next = records->next;
        PyMem_RawFree(records);
        records = next;
    }
}
