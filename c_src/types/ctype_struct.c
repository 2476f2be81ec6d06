/* ctype_struct.c: structs and unions: made opaque, later given their fields. */
#include "types/ctype_struct.h"

#include "types/ctype_make.h"
#include "types/err.h"
#include "types/layout.h"

CType *ctype_record(State *state, const char *name, bool is_union)
{
    CType *ct = ctype_new_steal(state, is_union ? KIND_UNION : KIND_STRUCT, cname_base(name));
    if (ct != NULL)
        ct->stage = STAGE_OPAQUE;
    return ct;
}

/* ---- the index of fields by name ---- */

/* Enters a field, keyed by the address of its interned name. false: the name is taken. */
static bool index_add(CFieldIndex *index, CField *field)
{
    uint32_t slot = field_slot(index, field->name);
    for (; index->slots[slot] != NULL; slot = (slot + 1) & index->mask) {
        if (index->slots[slot]->name == field->name)
            return false;
    }
    index->slots[slot] = field;
    return true;
}

static int index_make(CFieldIndex *index, CType *ct, CField *const *fields, Py_ssize_t count)
{
    uint32_t slots = 2;
    while ((Py_ssize_t)slots / 2 < count && slots < 0x80000000u)
        slots *= 2;
    index->mask = slots - 1;
    index->slots = PyMem_Calloc(slots, sizeof *index->slots);
    if (index->slots == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!index_add(index, fields[i])) {
            PyMem_Free(index->slots);
            return err_raise(PyExc_KeyError, "duplicate field name '%U' in '%s'", fields[i]->name, ct->name);
        }
    }
    return 0;
}

/* The first slot held another field, or none. */
CField *ctype_field_slow(CType *ct, PyObject *name)
{
    const CTypeRecord *record = &ct->u.record;
    const CFieldIndex *index = &record->index;
    if (index->slots == NULL || !PyUnicode_Check(name))
        return NULL;
    for (uint32_t slot = field_slot(index, name); index->slots[slot] != NULL; slot = (slot + 1) & index->mask) {
        if (index->slots[slot]->name == name)
            return index->slots[slot];
    }
    for (Py_ssize_t i = 0; i < record->field_count; i++) { /* a string that was not interned */
        if (PyUnicode_Compare(record->fields[i]->name, name) == 0)
            return record->fields[i];
    }
    return NULL;
}

/* ---- from specifications to a layout ---- */

static int check_bits(const CType *ct, const FieldSpec *field)
{
    const CType *type = field->type;
    if ((!ctype_is_integer(type) && type->kind != KIND_CHAR) || type->size > (Py_ssize_t)sizeof(uint64_t))
        return err_raise(PyExc_TypeError, "field '%s.%s' declared as '%s' cannot be a bit field", ct->name, field->name,
                         type->name);
    if (field->offset >= 0)
        return err_raise(PyExc_TypeError, "field '%s.%s' is a bitfield, but a fixed offset is specified", ct->name,
                         field->name);
    if (field->bits > 8 * type->size)
        return err_raise(PyExc_TypeError, "bit field '%s.%s' is declared '%s:%d', which exceeds the width of the type",
                         ct->name, field->name, type->name, field->bits);
    if (field->bits == 0 && *field->name != '\0')
        return err_raise(PyExc_TypeError, "field '%s.%s' is declared with :0", ct->name, field->name);
    return 0;
}

static int check_size(const CType *ct, const FieldSpec *field, bool may_be_open)
{
    const CType *type = field->type;
    if (type->size < 0 && !(type->kind == KIND_ARRAY && may_be_open))
        return err_raise(PyExc_TypeError, "field '%s.%s' has ctype '%s' of unknown size", ct->name, field->name,
                         type->name);
    if (type->size >= 0 && field->size >= 0 && field->size != type->size)
        return err_raise(
            ct->state->ffi_error,
            "%s: wrong size for field '%s' (cdef says %zd, but C compiler says %zd). fix it or use \"...\" in its "
            "type or \"...;\" as the last field in the cdef for %s to make it flexible",
            ct->name, field->name, type->size, field->size, ct->name);
    return 0;
}

/* As gcc and clang do: packing lowers the alignment of a member, an attribute raises it. */
static int align_of_member(const FieldSpec *field)
{
    int align = field->type->align;
    if (field->most_align > 0 && field->most_align < align)
        align = field->most_align;
    return field->least_align > align ? field->least_align : align;
}

static int fill_member(const CType *ct, const FieldSpec *field, bool last, LayoutMember *member)
{
    CType *type = field->type;
    if (ctype_complete(type) < 0 || check_size(ct, field, field->bits < 0 && (last || field->offset >= 0)) < 0)
        return -1;
    if (field->bits >= 0 && check_bits(ct, field) < 0)
        return -1;
    *member = (LayoutMember){
        .size = type->size < 0 ? 0 : type->size,
        .align = align_of_member(field),
        .bits = field->bits < 0 ? -1 : field->bits,
        .named = *field->name != '\0' || field->bits < 0,
        .given = field->offset,
    };
    return 0;
}

static LayoutRules rules_of(int sflags)
{
    if (sflags & SF_MSVC_BITFIELDS)
        return LAYOUT_MSVC;
    if (sflags & SF_GCC_ARM_BITFIELDS)
        return LAYOUT_GCC_ARM;
    return sflags & SF_GCC_X86_BITFIELDS ? LAYOUT_GCC_X86 : LAYOUT_HERE;
}

static int fill_options(const CType *ct, const RecordSpec *spec, LayoutOptions *options)
{
    if (spec->align >= 0 && (spec->align == 0 || spec->align & (spec->align - 1)))
        return err_raise(PyExc_ValueError, "'%s' cannot have the alignment %d: expected a power of two", ct->name,
                         spec->align);
    if (spec->pack < 0 || spec->pack & (spec->pack - 1))
        return err_raise(PyExc_ValueError, "'%s' cannot have pack=%d: expected a power of two, or 0", ct->name,
                         spec->pack);
    *options = (LayoutOptions){
        .rules = rules_of(spec->sflags),
        .is_union = ct->kind == KIND_UNION,
        .packed = (spec->sflags & SF_PACKED) != 0,
        .big_endian_bits =
            PLATFORM_BIG_ENDIAN ? !(spec->sflags & SF_GCC_LITTLE_ENDIAN) : (spec->sflags & SF_GCC_BIG_ENDIAN) != 0,
        .pack = spec->pack,
        .size = spec->size,
        .align = spec->align,
        .least_align = spec->least_align,
    };
    return 0;
}

COLD static int err_layout(const CType *ct, LayoutStatus status, const FieldSpec *bad, const LayoutResult *result)
{
    if (status == LAYOUT_TOO_LARGE)
        return err_raise(PyExc_OverflowError, "'%s' would be larger than a Py_ssize_t can count, from field '%s' on",
                         ct->name, bad->name);
    if (status == LAYOUT_TOO_SMALL)
        return err_raise(PyExc_TypeError, "%s cannot be of size %zd: there are fields at least up to %zd", ct->name,
                         result->size, result->end);
    return err_raise(
        PyExc_NotImplementedError,
        "'%s': the packed bit-field '%s' lies across more bytes than its type '%s' has: give it a larger type",
        ct->name, bad->name, bad->type->name);
}

/* ---- what a compiler told, against the layout ---- */

COLD static int err_differs(const CType *ct, const char *what, const char *field, Py_ssize_t says, Py_ssize_t compiler)
{
    const char *quote = field == NULL ? "" : "'";
    return err_raise(
        ct->state->ffi_error,
        "%s: wrong %s%s%s%s (cdef says %zd, but C compiler says %zd). fix it or use \"...;\" as the last field in "
        "the cdef for %s to make it flexible",
        ct->name, what, quote, field == NULL ? "" : field, quote, says, compiler, ct->name);
}

/* 1: all as computed; 0: not; -1: not, and `verify` makes it an error. */
static int compare_layout(const CType *ct, const FieldSpec *fields, const LayoutMember *members, Py_ssize_t count,
                          const LayoutResult *result, bool verify)
{
    int same = 1;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (members[i].offset == members[i].standard)
            continue;
        if (verify)
            return err_differs(ct, "offset for field ", fields[i].name, members[i].standard, members[i].offset);
        same = 0;
    }
    if (result->size != result->standard_size) {
        if (verify)
            return err_differs(ct, "total size", NULL, result->standard_size, result->size);
        same = 0;
    }
    if (result->align != result->standard_align) {
        if (verify)
            return err_differs(ct, "total alignment", NULL, result->standard_align, result->align);
        same = 0;
    }
    return same;
}

/* ---- from the layout to fields ---- */

typedef struct {
    CField **items; /* owned array of owned fields */
    Py_ssize_t count;
} FieldList;

static void fields_free(FieldList *list)
{
    for (Py_ssize_t i = 0; i < list->count; i++)
        Py_DECREF(list->items[i]);
    PyMem_Free(list->items);
}

static bool is_anonymous(const FieldSpec *field)
{
    return *field->name == '\0' && field->bits < 0 && ctype_is_record(field->type);
}

static bool is_padding(const FieldSpec *field)
{
    return *field->name == '\0' && field->bits >= 0;
}

static int fields_add(FieldList *list, CType *type, PyObject *name, const CField *place)
{
    CField *field = cfield_new(type, name, place);
    if (field == NULL)
        return -1;
    list->items[list->count++] = field;
    return 0;
}

/* Adds the fields of an anonymous record as those of the record around it. */
static int fields_add_inner(FieldList *list, const CTypeRecord *inner, const CField *place)
{
    for (Py_ssize_t i = 0; i < inner->field_count; i++) {
        CField *field = inner->fields[i];
        CField moved = *field;
        moved.offset += place->offset;
        moved.flags |= place->flags;
        if (fields_add(list, field->type, field->name, &moved) < 0)
            return -1;
    }
    return 0;
}

static int fields_add_spec(FieldList *list, const FieldSpec *field, const LayoutMember *member, bool ignored)
{
    CField place = {
        .offset = member->offset,
        .bit_shift = (short)(field->bits >= 0 ? member->shift : CFIELD_PLAIN),
        .bit_size = (short)member->bits,
        .flags = ignored ? CFIELD_IGNORED_BY_INIT : 0,
    };
    if (is_padding(field))
        return 0;
    if (is_anonymous(field))
        return fields_add_inner(list, &field->type->u.record, &place);
    if (field->type->kind == KIND_ARRAY && field->type->u.array.length <= 0)
        place.bit_shift = CFIELD_OPEN_ARRAY;
    PyObject *name = PyUnicode_InternFromString(field->name);
    int result = name == NULL ? -1 : fields_add(list, field->type, name, &place);
    Py_XDECREF(name);
    return result;
}

static int fields_make(const CType *ct, const FieldSpec *fields, const LayoutMember *members, Py_ssize_t count,
                       FieldList *list)
{
    Py_ssize_t room = 0;
    for (Py_ssize_t i = 0; i < count; i++)
        room += is_anonymous(&fields[i]) ? fields[i].type->u.record.field_count : 1;
    list->items = PyMem_New(CField *, (size_t)room);
    if (list->items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (fields_add_spec(list, &fields[i], &members[i], ct->kind == KIND_UNION && i > 0) < 0)
            return -1;
    }
    return 0;
}

/* ---- publishing ---- */

static uint32_t record_flags(const FieldSpec *fields, Py_ssize_t count, const LayoutOptions *options, bool standard)
{
    uint32_t flags = standard && options->least_align == 0 ? 0 : CTYPE_CUSTOM_FIELDS;
    if (options->packed || options->pack != 0)
        flags |= CTYPE_PACKED;
    for (Py_ssize_t i = 0; i < count; i++) {
        const CType *type = fields[i].type;
        if (fields[i].least_align > 0 || fields[i].most_align > 0)
            flags |= CTYPE_CUSTOM_FIELDS;
        if (fields[i].bits >= 0)
            flags |= CTYPE_BIT_FIELDS;
        if (type->kind == KIND_ARRAY && type->size < 0)
            flags |= CTYPE_VAR_RECORD;
        if (ctype_is_record(type))
            flags |= type->flags & CTYPE_VAR_RECORD;
        if (is_anonymous(&fields[i]))
            flags |= type->flags & (CTYPE_CUSTOM_FIELDS | CTYPE_PACKED | CTYPE_BIT_FIELDS);
    }
    return flags;
}

static void publish(CType *ct, const LayoutResult *result, uint32_t flags, const FieldList *list,
                    const CFieldIndex *index)
{
    CTypeRecord *record = &ct->u.record;
    record->fields = list->items;
    record->field_count = list->count;
    record->index = *index;
    FT_STORE_INT(ct->align, result->align);
    ct->flags |= flags;
    FT_STORE_BYTE(ct->conv, CONV_RECORD);
    FT_STORE_WORD(ct->size, result->size); /* a reader that sees the size sees all above */
    FT_STORE_BYTE(ct->stage, STAGE_COMPLETE);
    Py_CLEAR(record->source);
}

/* How deep records and arrays are inside one another; -1 with an exception. */
static int nesting_of(const CType *ct, const FieldSpec *fields, Py_ssize_t count)
{
    int deepest = 1;
    for (Py_ssize_t i = 0; i < count; i++) {
        int nesting = ctype_nesting_around(ct->name, fields[i].type);
        if (nesting < 0)
            return -1;
        deepest = nesting > deepest ? nesting : deepest;
    }
    return deepest;
}

static int set_fields(CType *ct, const FieldSpec *fields, Py_ssize_t count, const RecordSpec *spec,
                      LayoutMember *members)
{
    LayoutOptions options;
    LayoutResult result;
    FieldList list = {NULL, 0};
    CFieldIndex index;
    size_t bad = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (fill_member(ct, &fields[i], i == count - 1, &members[i]) < 0)
            return -1;
    }
    int nesting = nesting_of(ct, fields, count);
    if (nesting < 0 || fill_options(ct, spec, &options) < 0)
        return -1;
    LayoutStatus status = layout_compute(&options, members, (size_t)count, &result, &bad);
    if (status != LAYOUT_OK)
        return err_layout(ct, status, &fields[bad], &result);
    int standard = compare_layout(ct, fields, members, count, &result, spec->verify || spec->sflags & SF_STD_FIELD_POS);
    if (standard < 0)
        return -1;
    if (result.size == 0 && spec->size < 0)
        result.size = 1; /* so that two of them have two addresses */
    if (fields_make(ct, fields, members, count, &list) < 0 || index_make(&index, ct, list.items, list.count) < 0) {
        fields_free(&list);
        return -1;
    }
    ct->nesting = nesting;
    publish(ct, &result, record_flags(fields, count, &options, standard), &list, &index);
    return 0;
}

int ctype_set_fields(CType *ct, const FieldSpec *fields, Py_ssize_t count, const RecordSpec *spec)
{
    LayoutMember *members = PyMem_New(LayoutMember, (size_t)count);
    if (members == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int result = set_fields(ct, fields, count, spec, members);
    PyMem_Free(members);
    return result;
}

void ctype_clear_fields(CType *ct)
{
    CTypeRecord *record = &ct->u.record;
    FieldList list = {record->fields, record->field_count};
    PyMem_Free(record->index.slots);
    record->index = (CFieldIndex){0, NULL};
    record->fields = NULL;
    record->field_count = 0;
    if (list.items != NULL)
        fields_free(&list);
}
