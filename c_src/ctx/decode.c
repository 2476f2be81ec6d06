/* decode.c: the tables of an out-of-line ABI module, which come as Python bytes and tuples, as a context in memory. */
#include "ctx/decode.h"

#include "types/err.h"

/* All memory of a context is one chain of blocks: nothing is freed alone. */
typedef struct Block {
    _Alignas(8) struct Block *next;
} Block;

enum { TABLES = 4 }; /* that have names */

typedef struct {
    struct _cffi_type_context_s ctx; /* first: constant_value() finds the rest from it */
    unsigned long long *values;      /* of the globals */
    bool *not_positive;              /* of the globals */
    Block *blocks;
    PyObject *tables[TABLES]; /* owned or NULL; the names lie in their bytes objects */
} Decoded;

typedef struct {
    Decoded *decoded;
    const DecodeInput *input;
    const char *table; /* at hand, for messages */
    Py_ssize_t row;
} Decoder;

/* One row: bytes still to be read. */
typedef struct {
    const unsigned char *data;
    Py_ssize_t length;
} Row;

COLD static int fail(Decoder *d, const char *what)
{
    return err_raise(PyExc_ValueError, "cffi out-of-line Python module '%.200s': %s, row %zd: %s",
                     d->input->module_name, d->table, d->row, what);
}

/* ---- memory ---- */

/* Zeroed memory for `count` items, or NULL with MemoryError. */
static void *allocate(Decoder *d, Py_ssize_t count, size_t item_size)
{
    size_t limit = ((size_t)PTRDIFF_MAX - sizeof(Block)) / item_size;
    Block *block = (size_t)count > limit ? NULL : PyMem_Calloc(1, sizeof *block + (size_t)count * item_size);
    if (block == NULL)
        return PyErr_NoMemory();
    block->next = d->decoded->blocks;
    d->decoded->blocks = block;
    return block + 1;
}

void decode_free(struct _cffi_type_context_s *ctx)
{
    Decoded *decoded = (Decoded *)ctx;
    if (decoded == NULL)
        return;
    while (decoded->blocks != NULL) {
        Block *next = decoded->blocks->next;
        PyMem_Free(decoded->blocks);
        decoded->blocks = next;
    }
    for (int i = 0; i < TABLES; i++)
        Py_XDECREF(decoded->tables[i]);
    PyMem_Free(decoded);
}

/* ---- reading rows ---- */

static int row_begin(Decoder *d, PyObject *object, Row *row)
{
    if (!PyBytes_Check(object))
        return err_raise(PyExc_TypeError,
                         "cffi out-of-line Python module '%.200s': %s, row %zd: expected bytes, not %.200s",
                         d->input->module_name, d->table, d->row, Py_TYPE(object)->tp_name);
    row->data = (const unsigned char *)PyBytes_AS_STRING(object);
    row->length = PyBytes_GET_SIZE(object);
    return 0;
}

static int row_number(Decoder *d, Row *row, int *result)
{
    if (row->length < 4)
        return fail(d, "cut short");
    uint32_t number =
        (uint32_t)row->data[0] << 24 | (uint32_t)row->data[1] << 16 | (uint32_t)row->data[2] << 8 | row->data[3];
    *result = (int)(int32_t)number;
    row->data += 4;
    row->length -= 4;
    return 0;
}

static bool is_ascii(const Row *row)
{
    Py_ssize_t at = 0;
    for (uint64_t eight; at + 8 <= row->length; at += 8) {
        memcpy(&eight, row->data + at, 8);
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            return false;
    }
    while (at < row->length && row->data[at] < 0x80)
        at++;
    return at == row->length;
}

static bool is_utf8(const Row *row)
{
    if (is_ascii(row))
        return true;
    PyObject *text = PyUnicode_DecodeUTF8((const char *)row->data, row->length, NULL);
    Py_XDECREF(text);
    return text != NULL;
}

/* The rest of the row, which has a null at its end, as bytes have. NULL with an exception. */
static const char *row_text(Decoder *d, Row *row, bool may_have_null)
{
    if (!may_have_null && memchr(row->data, '\0', (size_t)row->length) != NULL)
        return fail(d, "null character in a name"), NULL;
    if (!is_utf8(row))
        return fail(d, "a name that is not UTF-8"), NULL;
    return (const char *)row->data;
}

/* The number of items of a table; the table is NULL or a tuple. -1 with an exception. */
static int table_begin(Decoder *d, const char *name, PyObject *tuple)
{
    d->table = name;
    d->row = 0;
    if (tuple == NULL)
        return 0;
    return PyTuple_GET_SIZE(tuple) <= INT_MAX ? (int)PyTuple_GET_SIZE(tuple) : fail(d, "too many rows");
}

/* Names must be in order for the binary search. */
static int check_order(Decoder *d, const char *previous, const char *name)
{
    return previous != NULL && strcmp(previous, name) >= 0 ? fail(d, "not sorted by name") : 0;
}

static int check_type_index(Decoder *d, int index, int operation, int argument)
{
    const struct _cffi_type_context_s *ctx = &d->decoded->ctx;
    if (index < 0 || index >= ctx->num_types)
        return fail(d, "type index out of range");
    if (operation != 0 && ctx->types[index] != _CFFI_OP(operation, argument))
        return fail(d, "its type index leads to another type");
    return 0;
}

/* ---- tables ---- */

static _cffi_opcode_t opcode_of(int number)
{
    return (_cffi_opcode_t)(intptr_t)number;
}

static int decode_types(Decoder *d)
{
    Row row = {0};
    d->table = "_types";
    d->row = 0;
    if (d->input->types == NULL)
        return 0;
    if (row_begin(d, d->input->types, &row) < 0)
        return -1;
    if (row.length / 4 > INT_MAX - 1)
        return fail(d, "too long");
    int count = (int)(row.length / 4);
    _cffi_opcode_t *types = allocate(d, count, sizeof *types);
    if (types == NULL)
        return -1;
    bool is_length = false;
    for (int number = 0; d->row < count; d->row++) {
        if (row_number(d, &row, &number) < 0)
            return -1;
        types[d->row] = opcode_of(number);
        if (is_length && number < 0)
            return fail(d, "negative array length");
        is_length = !is_length && _CFFI_GETOP(opcode_of(number)) == _CFFI_OP_ARRAY;
    }
    d->decoded->ctx.types = types;
    d->decoded->ctx.num_types = count;
    return 0;
}

/* The `address` of constants: finds the value that decode_global() stored. */
static int constant_value(unsigned long long *value)
{
    struct _cffi_getconst_s *constant = (struct _cffi_getconst_s *)(void *)value;
    const Decoded *decoded = (const Decoded *)constant->ctx;
    *value = decoded->values[constant->gindex];
    return decoded->not_positive[constant->gindex] ? _CFFI_CONST_NOT_POSITIVE : 0;
}

static int store_value(Decoder *d, int index, PyObject *value)
{
    Py_ssize_t small;
    if (compat_long_small(value, &small)) {
        d->decoded->values[index] = (unsigned long long)small;
        d->decoded->not_positive[index] = small <= 0;
        return 0;
    }
    PyObject *zero = PyLong_FromLong(0);
    int positive = zero == NULL ? -1 : PyObject_RichCompareBool(value, zero, Py_GT);
    Py_XDECREF(zero);
    if (positive < 0)
        return -1;
    unsigned long long number =
        positive ? PyLong_AsUnsignedLongLong(value) : (unsigned long long)PyLong_AsLongLong(value);
    if (PyErr_Occurred())
        return -1;
    d->decoded->values[index] = number;
    d->decoded->not_positive[index] = !positive;
    return 0;
}

static int decode_global(Decoder *d, struct _cffi_global_s *global, int index, PyObject *bytes, PyObject *value)
{
    Row row = {NULL, 0};
    int opcode = 0;
    if (row_begin(d, bytes, &row) < 0 || row_number(d, &row, &opcode) < 0)
        return -1;
    global->type_op = opcode_of(opcode);
    global->name = row_text(d, &row, false);
    if (global->name == NULL)
        return -1;
    switch (_CFFI_GETOP(global->type_op)) {
    case _CFFI_OP_CONSTANT_INT:
    case _CFFI_OP_ENUM:
        global->address = (void *)(uintptr_t)constant_value;
        if (!PyLong_Check(value))
            return fail(d, "the value of a constant must be an int");
        return store_value(d, index, value);
    case _CFFI_OP_DLOPEN_FUNC:
    case _CFFI_OP_DLOPEN_CONST:
    case _CFFI_OP_GLOBAL_VAR:
        return check_type_index(d, opcode >> 8, 0, 0);
    default:
        return fail(d, "unexpected opcode");
    }
}

static int decode_globals(Decoder *d)
{
    int count = table_begin(d, "_globals", d->input->globals);
    if (count % 2 != 0)
        return count < 0 ? -1 : fail(d, "a value is missing at the end");
    count /= 2;
    struct _cffi_global_s *globals = allocate(d, count, sizeof *globals);
    d->decoded->values = globals == NULL ? NULL : allocate(d, count, sizeof *d->decoded->values);
    d->decoded->not_positive = d->decoded->values == NULL ? NULL : allocate(d, count, sizeof *d->decoded->not_positive);
    if (d->decoded->not_positive == NULL)
        return -1;
    for (int i = 0; i < count; i++) {
        d->row = i;
        if (decode_global(d, &globals[i], i, PyTuple_GET_ITEM(d->input->globals, 2 * i),
                          PyTuple_GET_ITEM(d->input->globals, 2 * i + 1)) < 0 ||
            check_order(d, i > 0 ? globals[i - 1].name : NULL, globals[i].name) < 0)
            return -1;
    }
    d->decoded->ctx.globals = globals;
    d->decoded->ctx.num_globals = count;
    return 0;
}

/* A number of bytes that an alignment may be, or 0. */
static int row_alignment(Decoder *d, Row *row, int *alignment)
{
    if (row_number(d, row, alignment) < 0)
        return -1;
    if (*alignment < 0 || (*alignment & (*alignment - 1)) != 0)
        return fail(d, "an alignment that is no power of two");
    return 0;
}

static int decode_field(Decoder *d, struct _cffi_field_s *field, PyObject *bytes)
{
    Row row = {NULL, 0};
    int opcode = 0, bits = -1, least = 0, most = 0;
    if (row_begin(d, bytes, &row) < 0 || row_number(d, &row, &opcode) < 0)
        return -1;
    field->field_type_op = opcode_of(opcode);
    int operation = _CFFI_GETOP(field->field_type_op);
    if (operation != _CFFI_OP_NOOP && operation != _CFFI_OP_BITFIELD && operation != _CFFI_OP_ALIGNED_FIELD)
        return fail(d, "unexpected opcode of a field");
    if (operation == _CFFI_OP_BITFIELD && row_number(d, &row, &bits) < 0)
        return -1;
    if (operation == _CFFI_OP_BITFIELD && bits < 0)
        return fail(d, "negative number of bits");
    field->field_offset = (size_t)-1;
    field->field_size = operation == _CFFI_OP_BITFIELD ? (size_t)bits : (size_t)-1;
    if (operation == _CFFI_OP_ALIGNED_FIELD) {
        if (row_alignment(d, &row, &least) < 0 || row_alignment(d, &row, &most) < 0)
            return -1;
        field->field_offset = (size_t)least;
        field->field_size = (size_t)most;
    }
    field->name = row_text(d, &row, false);
    return field->name == NULL ? -1 : check_type_index(d, opcode >> 8, 0, 0);
}

static int decode_struct_union(Decoder *d, struct _cffi_struct_union_s *record, int index, PyObject *tuple,
                               struct _cffi_field_s *fields, int *field_count)
{
    Row row = {NULL, 0};
    int least = 0;
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) == 0)
        return fail(d, "expected a tuple with the name and the fields");
    if (row_begin(d, PyTuple_GET_ITEM(tuple, 0), &row) < 0 || row_number(d, &row, &record->type_index) < 0 ||
        row_number(d, &row, &record->flags) < 0 ||
        ((record->flags & _CFFI_F_ALIGNED) != 0 && row_alignment(d, &row, &least) < 0))
        return -1;
    record->name = row_text(d, &row, false);
    if (record->name == NULL || check_type_index(d, record->type_index, _CFFI_OP_STRUCT_UNION, index) < 0)
        return -1;
    bool has_fields = (record->flags & (_CFFI_F_OPAQUE | _CFFI_F_EXTERNAL)) == 0;
    record->size = has_fields ? _CFFI_SIZE_COMPUTE : _CFFI_SIZE_OPAQUE;
    record->alignment = (record->flags & _CFFI_F_ALIGNED) != 0 ? least : has_fields ? -2 : -1;
    record->first_field_index = has_fields ? *field_count : -1;
    record->num_fields = (int)PyTuple_GET_SIZE(tuple) - 1;
    if (!has_fields && record->num_fields > 0)
        return fail(d, "fields of an opaque or external type");
    for (int i = 0; i < record->num_fields; i++)
        if (decode_field(d, &fields[(*field_count)++], PyTuple_GET_ITEM(tuple, i + 1)) < 0)
            return -1;
    return 0;
}

/* The number of fields of all records together. -1 with an exception. */
static int count_fields(Decoder *d, int count)
{
    Py_ssize_t total = 0;
    for (int i = 0; i < count; i++) {
        PyObject *record = PyTuple_GET_ITEM(d->input->struct_unions, i);
        total += PyTuple_Check(record) ? PyTuple_GET_SIZE(record) : 0;
        if (total > INT_MAX)
            return fail(d, "too many fields");
    }
    return (int)total;
}

static int decode_struct_unions(Decoder *d)
{
    int count = table_begin(d, "_struct_unions", d->input->struct_unions), used = 0;
    int field_count = count < 0 ? -1 : count_fields(d, count);
    if (field_count < 0)
        return -1;
    struct _cffi_struct_union_s *records = allocate(d, count, sizeof *records);
    struct _cffi_field_s *fields = records == NULL ? NULL : allocate(d, field_count, sizeof *fields);
    if (fields == NULL)
        return -1;
    for (int i = 0; i < count; i++) {
        d->row = i;
        if (decode_struct_union(d, &records[i], i, PyTuple_GET_ITEM(d->input->struct_unions, i), fields, &used) < 0 ||
            check_order(d, i > 0 ? records[i - 1].name : NULL, records[i].name) < 0)
            return -1;
    }
    d->decoded->ctx.struct_unions = records;
    d->decoded->ctx.num_struct_unions = count;
    d->decoded->ctx.fields = fields;
    return 0;
}

static int decode_enum(Decoder *d, struct _cffi_enum_s *row_out, int index, PyObject *bytes)
{
    Row row = {NULL, 0};
    if (row_begin(d, bytes, &row) < 0 || row_number(d, &row, &row_out->type_index) < 0 ||
        row_number(d, &row, &row_out->type_prim) < 0)
        return -1;
    const unsigned char *null = memchr(row.data, '\0', (size_t)row.length);
    if (null == NULL)
        return fail(d, "cut short");
    Py_ssize_t name_length = null - row.data;
    if (memchr(null + 1, '\0', (size_t)(row.length - name_length - 1)) != NULL)
        return fail(d, "null character in the enumerators");
    row_out->name = row_text(d, &row, true);
    if (row_out->name == NULL)
        return -1;
    row_out->enumerators = row_out->name + name_length + 1;
    return check_type_index(d, row_out->type_index, _CFFI_OP_ENUM, index);
}

static int decode_enums(Decoder *d)
{
    int count = table_begin(d, "_enums", d->input->enums);
    struct _cffi_enum_s *enums = count < 0 ? NULL : allocate(d, count, sizeof *enums);
    if (enums == NULL)
        return -1;
    for (int i = 0; i < count; i++) {
        d->row = i;
        if (decode_enum(d, &enums[i], i, PyTuple_GET_ITEM(d->input->enums, i)) < 0 ||
            check_order(d, i > 0 ? enums[i - 1].name : NULL, enums[i].name) < 0)
            return -1;
    }
    d->decoded->ctx.enums = enums;
    d->decoded->ctx.num_enums = count;
    return 0;
}

static int decode_typenames(Decoder *d)
{
    int count = table_begin(d, "_typenames", d->input->typenames);
    struct _cffi_typename_s *typenames = count < 0 ? NULL : allocate(d, count, sizeof *typenames);
    if (typenames == NULL)
        return -1;
    for (int i = 0; i < count; i++) {
        Row row = {NULL, 0};
        d->row = i;
        if (row_begin(d, PyTuple_GET_ITEM(d->input->typenames, i), &row) < 0 ||
            row_number(d, &row, &typenames[i].type_index) < 0 || check_type_index(d, typenames[i].type_index, 0, 0) < 0)
            return -1;
        typenames[i].name = row_text(d, &row, false);
        if (typenames[i].name == NULL || check_order(d, i > 0 ? typenames[i - 1].name : NULL, typenames[i].name) < 0)
            return -1;
    }
    d->decoded->ctx.typenames = typenames;
    d->decoded->ctx.num_typenames = count;
    return 0;
}

struct _cffi_type_context_s *decode_tables(const DecodeInput *input)
{
    Decoder d = {.decoded = PyMem_Calloc(1, sizeof(Decoded)), .input = input, .table = ""};
    if (d.decoded == NULL)
        return (void *)PyErr_NoMemory();
    PyObject *tables[TABLES] = {input->globals, input->struct_unions, input->enums, input->typenames};
    for (int i = 0; i < TABLES; i++)
        d.decoded->tables[i] = Py_XNewRef(tables[i]);
    if (decode_types(&d) == 0 && decode_globals(&d) == 0 && decode_struct_unions(&d) == 0 && decode_enums(&d) == 0 &&
        decode_typenames(&d) == 0)
        return &d.decoded->ctx;
    decode_free(&d.decoded->ctx);
    return NULL;
}
