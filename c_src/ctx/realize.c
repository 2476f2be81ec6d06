/* realize.c: from the tables of a module to ctypes. See realize.h. */
#include "ctx/realize.h"

#include "ctx/search.h"
#include "ctx/typestr.h"
#include "types/ctype_make.h"
#include "types/ctype_struct.h"
#include "types/err.h"

#define MAX_DEPTH      1000
#define NAME_MAX_BYTES 200 /* of a record or enum in error messages */

/* What is being realized: slots of the tables (then the opcodes are theirs), or opcodes parsed from text. */
typedef struct {
    Tables *tables;
    const _cffi_opcode_t *opcodes;
    Py_ssize_t count;
    int depth;
} View;

static CType *view_slot(View *view, Py_ssize_t index);

static View view_of_tables(Tables *tables, int depth)
{
    return (View){tables, tables->opcodes, tables->ctx->num_types, depth};
}

COLD static void *err_tables(Tables *tables, const char *what, Py_ssize_t value)
{
    return err_null(tables->state->ffi_error, "the type tables of this module are damaged: %s %zd", what, value);
}

/* ---- slots ---- */

static int row_in_range(Tables *tables, const char *what, Py_ssize_t index, Py_ssize_t count)
{
    if (UNLIKELY(index < 0 || index >= count))
        return err_tables(tables, what, index), -1;
    return 0;
}

/* Where types of this view are kept, or NULL. Asked each time: the tables may be given other slots meanwhile. */
static _cffi_opcode_t *slots(const View *view)
{
    return view->opcodes == view->tables->opcodes ? view->tables->ctx->types : NULL;
}

/* The ctype in a slot, new reference; NULL when it is still an opcode. */
static CType *slot_get(const View *view, Py_ssize_t index)
{
    if (slots(view) == NULL)
        return NULL;
    void *slot = FT_LOAD_POINTER(slots(view)[index]);
    return slot == view->opcodes[index] ? NULL : (CType *)Py_NewRef((PyObject *)slot);
}

/* Stores `ct` in a slot unless another thread was first: what is in the slot then, for a reference to `ct`. */
static CType *slot_publish_steal(const View *view, Py_ssize_t index, CType *ct)
{
    if (slots(view) == NULL || ct == NULL)
        return ct;
    CType *first = NULL;
    FT_LOCK(view->tables->owner);
    first = slot_get(view, index);
    if (first == NULL)
        FT_STORE_POINTER(slots(view)[index], Py_NewRef((PyObject *)ct));
    FT_UNLOCK();
    if (first == NULL)
        return ct;
    Py_DECREF(ct);
    return first;
}

/* Where NOOP and TYPENAME lead from `index`: the opcode that says what the type is. NULL with an exception. */
static _cffi_opcode_t resolve(const View *view, Py_ssize_t index)
{
    View now = *view;
    for (int steps = 0; steps < MAX_DEPTH; steps++) {
        if (row_in_range(now.tables, "type index", index, now.count) < 0)
            return NULL;
        _cffi_opcode_t opcode = now.opcodes[index];
        index = _CFFI_GETARG(opcode);
        if (_CFFI_GETOP(opcode) == _CFFI_OP_TYPENAME) {
            if (row_in_range(now.tables, "typedef", index, now.tables->ctx->num_typenames) < 0)
                return NULL;
            index = now.tables->ctx->typenames[index].type_index;
            now = view_of_tables(now.tables, 0);
        } else if (_CFFI_GETOP(opcode) != _CFFI_OP_NOOP)
            return opcode != NULL ? opcode : err_tables(now.tables, "opcode", 0);
    }
    return err_tables(now.tables, "endless type at index", index);
}

/* ---- primitives, pointers, arrays ---- */

static CType *realize_primitive(Tables *tables, Py_ssize_t number)
{
    switch (number) {
    case _CFFI_PRIM_UNKNOWN_INTEGER:
        return err_null(tables->state->ffi_error,
                        "primitive integer type with an unexpected size (or not an integer type at all)");
    case _CFFI_PRIM_UNKNOWN_FLOAT:
        return err_null(tables->state->ffi_error,
                        "primitive floating-point type with an unexpected size (or not a float type at all)");
    case _CFFI_PRIM_UNKNOWN_LONG_DOUBLE:
        return err_null(tables->state->ffi_error,
                        "primitive floating-point type is 'long double', not supported for now with the syntax "
                        "'typedef double... xxx;'");
    }
    if (number < 0 || number >= PRIM_COUNT)
        return err_null(tables->state->ffi_error, "primitive type number %zd: made for a newer cffi?", number);
    return ctype_primitive(tables->state, (int)number);
}

static CType *realize_pointer(View *view, Py_ssize_t item_index)
{
    _cffi_opcode_t what = resolve(view, item_index);
    CType *item = what == NULL ? NULL : view_slot(view, item_index);
    if (item == NULL || _CFFI_GETOP(what) == _CFFI_OP_FUNCTION)
        return item;
    CType *pointer = ctype_pointer_to(item);
    Py_DECREF(item);
    return pointer;
}

/* ffi.error when the slot says a function, where C has only pointers to functions. 0 or -1. */
static int refuse_function(const View *view, Py_ssize_t index, const char *what)
{
    _cffi_opcode_t opcode = resolve(view, index);
    if (opcode != NULL && _CFFI_GETOP(opcode) == _CFFI_OP_FUNCTION)
        return err_raise(view->tables->state->ffi_error, "%s: write a pointer to the function type", what);
    return opcode == NULL ? -1 : 0;
}

static CType *realize_array(View *view, Py_ssize_t item_index, Py_ssize_t length)
{
    CType *item = refuse_function(view, item_index, "array of functions") < 0 ? NULL : view_slot(view, item_index);
    CType *array = item == NULL ? NULL : ctype_array_of(item, length);
    Py_XDECREF(item);
    return array;
}

/* ---- functions ---- */

/* The index of the FUNCTION_END that belongs to the FUNCTION at `index`, or -1 with an exception. */
static Py_ssize_t function_end(const View *view, Py_ssize_t index)
{
    for (Py_ssize_t i = index + 1; i < view->count; i++)
        if (_CFFI_GETOP(view->opcodes[i]) == _CFFI_OP_FUNCTION_END)
            return i;
    return err_tables(view->tables, "endless function at index", index), -1;
}

/* A parameter: arrays are pointers there. */
static CType *realize_argument(View *view, Py_ssize_t index)
{
    CType *ct = view_slot(view, index);
    if (ct == NULL || ct->kind != KIND_ARRAY)
        return ct;
    CType *pointer = ctype_pointer_to(ct->u.array.item);
    Py_DECREF(ct);
    return pointer;
}

static CType *realize_function(View *view, Py_ssize_t index)
{
    CType *function = NULL, *result = NULL;
    Py_ssize_t end = function_end(view, index), done = 0, count = end - index - 1;
    if (end < 0)
        return NULL;
    CType **arguments = PyMem_New(CType *, count + 1);
    if (arguments == NULL)
        return (CType *)PyErr_NoMemory();
    if (refuse_function(view, _CFFI_GETARG(view->opcodes[index]), "function that returns a function") == 0)
        result = view_slot(view, _CFFI_GETARG(view->opcodes[index]));
    for (; result != NULL && done < count; done++) {
        arguments[done] = realize_argument(view, index + 1 + done);
        if (arguments[done] == NULL)
            break;
    }
    if (result != NULL && done == count) {
        Py_ssize_t flags = _CFFI_GETARG(view->opcodes[end]);
        State *state = view->tables->state;
        int abi = (flags & _CFFI_FUNCTION_ABI_MASK) == _CFFI_FUNCTION_STDCALL ? state->stdcall_abi : 0;
        function = ctype_function(state, result, arguments, count, (flags & _CFFI_FUNCTION_VARIADIC) != 0, abi);
    }
    Py_XDECREF(result);
    while (done > 0)
        Py_DECREF(arguments[--done]);
    PyMem_Free(arguments);
    return function;
}

/* ---- records ---- */

/* "struct NAME"; but NAME for "$NAME", the record that a typedef names, unless that is "$1". */
static int complete_name(char *buffer, size_t size, const char *keyword, const char *name)
{
    bool by_typedef = name[0] == '$' && name[1] != '$' && !(name[1] >= '0' && name[1] <= '9');
    return by_typedef ? PyOS_snprintf(buffer, size, "%s", name + 1)
                      : PyOS_snprintf(buffer, size, "%s %s", keyword, name);
}

/* Calls make(tables, name, row) with the complete name of a record or enum. */
static CType *with_name(Tables *tables, const char *keyword, const char *name, int row,
                        CType *(*make)(Tables *, const char *, int))
{
    size_t size = strlen(keyword) + 1 + strlen(name) + 1;
    char on_stack[NAME_MAX_BYTES];
    char *buffer = size <= sizeof on_stack ? on_stack : PyMem_Malloc(size);
    if (buffer == NULL)
        return (CType *)PyErr_NoMemory();
    complete_name(buffer, size, keyword, name);
    CType *ct = make(tables, buffer, row);
    if (buffer != on_stack)
        PyMem_Free(buffer);
    return ct;
}

static const char *record_keyword(int flags)
{
    return (flags & _CFFI_F_UNION) != 0 ? "union" : "struct";
}

/* The FILE of <stdio.h>: one opaque struct for all modules. */
static CType *realize_file(State *state)
{
    CType *made = state->file_record == NULL ? ctype_record(state, "FILE", false) : NULL;
    FT_LOCK(state->module);
    if (state->file_record == NULL && made != NULL)
        state->file_record = Py_NewRef((PyObject *)made);
    FT_UNLOCK();
    Py_XDECREF(made);
    return (CType *)Py_XNewRef(state->file_record);
}

static CType *realize_record(Tables *tables, Py_ssize_t index, int depth);

/* The record of an included module under the same name. NULL without an exception: there is none. */
static CType *find_included(Tables *tables, const char *name, bool is_union, int depth)
{
    for (int i = 0; i < tables->include_count; i++) {
        Tables *included = tables->includes[i];
        int row = search_struct_unions(realize_context(included), name, strlen(name));
        if (row >= 0 && ((included->ctx->struct_unions[row].flags & _CFFI_F_UNION) != 0) == is_union)
            return realize_record(included, row, depth + 1);
    }
    return NULL;
}

static CType *realize_external(Tables *tables, const struct _cffi_struct_union_s *row, int depth)
{
    bool is_union = (row->flags & _CFFI_F_UNION) != 0;
    const char *keyword = record_keyword(row->flags);
    CType *ct = find_included(tables, row->name, is_union, depth);
    if (ct == NULL && !PyErr_Occurred())
        return err_null(tables->state->ffi_error, "'%s %.200s' should come from ffi.include() but was not found there",
                        keyword, row->name);
    if (ct != NULL && (row->flags & _CFFI_F_OPAQUE) == 0 && FT_LOAD_BYTE(ct->stage) == STAGE_OPAQUE) {
        err_raise(
            PyExc_NotImplementedError,
            "'%s' is opaque in the ffi.include(), but no longer in the ffi doing the include (workaround: don't use "
            "ffi.include() but duplicate the declarations of everything using %s)",
            ct->name, ct->name);
        Py_CLEAR(ct);
    }
    return ct;
}

static int complete_record(CType *ct);

static CType *make_record(Tables *tables, const char *name, int index)
{
    const struct _cffi_struct_union_s *row = &tables->ctx->struct_unions[index];
    CType *ct = ctype_record(tables->state, name, (row->flags & _CFFI_F_UNION) != 0);
    if (ct == NULL || (row->flags & _CFFI_F_OPAQUE) != 0)
        return ct;
    ct->u.record.complete = complete_record;
    ct->u.record.source = Py_NewRef(tables->owner);
    ct->u.record.source_index = index;
    FT_STORE_BYTE(ct->stage, STAGE_LAZY);
    return ct;
}

static CType *realize_record(Tables *tables, Py_ssize_t index, int depth)
{
    if (index == _CFFI_STRUCT_FILE)
        return realize_file(tables->state);
    if (row_in_range(tables, "struct", index, tables->ctx->num_struct_unions) < 0)
        return NULL;
    const struct _cffi_struct_union_s *row = &tables->ctx->struct_unions[index];
    View view = view_of_tables(tables, depth);
    if (depth > MAX_DEPTH || row_in_range(tables, "type index of struct", row->type_index, view.count) < 0)
        return PyErr_Occurred() ? NULL : err_tables(tables, "endless include of struct", index);
    CType *ct = slot_get(&view, row->type_index);
    if (ct != NULL)
        return ct;
    if (strcmp(row->name, "_IO_FILE") == 0 && (row->flags & _CFFI_F_UNION) == 0)
        ct = realize_file(tables->state);
    else if ((row->flags & _CFFI_F_EXTERNAL) != 0)
        ct = realize_external(tables, row, depth);
    else
        ct = with_name(tables, record_keyword(row->flags), row->name, (int)index, make_record);
    return slot_publish_steal(&view, row->type_index, ct);
}

/* ---- fields ---- */

COLD static int err_field_size(CType *ct, const struct _cffi_field_s *field, Py_ssize_t size)
{
    return err_raise(
        ct->state->ffi_error,
        "%s: wrong size for field '%s' (cdef says %zd, but C compiler says %zd). fix it or use \"...;\" as the last "
        "field in the cdef for %s to make it flexible",
        ct->name, field->name, size, (Py_ssize_t)field->field_size, ct->name);
}

/* Fills *spec, whose type is a new reference. 0 or -1. */
static int realize_field(CType *ct, Tables *tables, const struct _cffi_field_s *field, FieldSpec *spec)
{
    bool is_bit_field = _CFFI_GETOP(field->field_type_op) == _CFFI_OP_BITFIELD;
    CType *type = realize_slot(tables, _CFFI_GETARG(field->field_type_op));
    if (type == NULL)
        return -1;
    *spec = (FieldSpec){
        field->name, type, is_bit_field ? (int)field->field_size : -1, (Py_ssize_t)field->field_offset, -1, 0, 0};
    if (_CFFI_GETOP(field->field_type_op) == _CFFI_OP_ALIGNED_FIELD) {
        spec->offset = -1;
        spec->least_align = (int)field->field_offset;
        spec->most_align = (int)field->field_size;
        return 0;
    }
    if (is_bit_field || field->field_size == (size_t)-1)
        return 0;
    if (ctype_complete(type) < 0)
        return -1;
    if (type->size >= 0 && (size_t)type->size != field->field_size)
        return err_field_size(ct, field, type->size);
    return 0;
}

static int set_fields(CType *ct, Tables *tables, const struct _cffi_struct_union_s *row, FieldSpec *specs)
{
    int done = 0, result = 0;
    for (; result == 0 && done < row->num_fields; done++)
        result = realize_field(ct, tables, &tables->ctx->fields[row->first_field_index + done], &specs[done]);
    RecordSpec record = {
        .size = row->size == _CFFI_SIZE_COMPUTE ? -1 : (Py_ssize_t)row->size,
        .align = row->size == _CFFI_SIZE_COMPUTE ? -1 : row->alignment,
        .pack = (row->flags & _CFFI_F_PACKED) != 0 ? 1 : 0,
        .least_align = (row->flags & _CFFI_F_ALIGNED) != 0 ? row->alignment : 0,
        .verify = (row->flags & _CFFI_F_CHECK_FIELDS) != 0,
    };
    if (result == 0)
        result = ctype_set_fields(ct, specs, row->num_fields, &record);
    while (done > 0)
        Py_XDECREF(specs[--done].type);
    return result;
}

/* u.record.complete of every lazy record made here. */
static int complete_record(CType *ct)
{
    if (ct->u.record.source == NULL)
        return err_raise(PyExc_RuntimeError, "'%s' is used while the module that declares it is destroyed", ct->name);
    Tables *tables = &((TablesOwner *)ct->u.record.source)->tables;
    const struct _cffi_struct_union_s *row = &tables->ctx->struct_unions[ct->u.record.source_index];
    FieldSpec *specs = PyMem_Calloc((size_t)row->num_fields + 1, sizeof *specs);
    if (specs == NULL)
        return PyErr_NoMemory(), -1;
    int result = set_fields(ct, tables, row, specs);
    PyMem_Free(specs);
    return result;
}

/* ---- enums and constants ---- */

COLD static PyObject *err_constant(Tables *tables, int index, PyObject *value)
{
    const char *name = tables->ctx->globals[index].name;
    PyObject *zero = PyLong_FromLong(0);
    int positive = zero == NULL ? -1 : PyObject_RichCompareBool(value, zero, Py_GT);
    PyObject *hex = positive == 1 ? PyNumber_ToBase(value, 16) : positive == 0 ? PyUnicode_FromString("") : NULL;
    if (hex != NULL)
        err_raise(tables->state->ffi_error, "the C compiler says '%.200s' is equal to %S%s%U%s, but the cdef disagrees",
                  name, value, positive ? " (" : "", hex, positive ? ")" : "");
    Py_XDECREF(zero);
    Py_XDECREF(hex);
    Py_DECREF(value);
    return NULL;
}

PyObject *realize_constant(Tables *tables, int index)
{
    unsigned long long value = 0;
    bool negative = false, differs = false;
    typestr_constant(tables->ctx, index, &value, &negative, &differs);
    PyObject *result = negative ? PyLong_FromLongLong((long long)value) : PyLong_FromUnsignedLongLong(value);
    return result != NULL && UNLIKELY(differs) ? err_constant(tables, index, result) : result;
}

/* The value of the enumerator called `name`. */
static PyObject *enumerator_value(Tables *tables, const char *name, size_t length)
{
    int index = search_globals(tables->ctx, name, length);
    int operation = index < 0 ? 0 : _CFFI_GETOP(tables->ctx->globals[index].type_op);
    if (operation == _CFFI_OP_ENUM || operation == _CFFI_OP_CONSTANT_INT)
        return realize_constant(tables, index);
    return err_null(tables->state->ffi_error,
                    "the type tables of this module are damaged: no value for the enumerator '%.200s'", name);
}

static int count_enumerators(const char *text)
{
    int count = *text != '\0';
    for (; *text != '\0'; text++)
        count += *text == ',';
    return count;
}

/* Fills the tuples from "A,B,C". 0 or -1. */
static int fill_enumerators(Tables *tables, const char *text, PyObject *names, PyObject *values)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        size_t length = strcspn(text, ",");
        PyObject *name = PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, NULL);
        PyObject *value = name == NULL ? NULL : enumerator_value(tables, text, length);
        if (value == NULL) {
            Py_XDECREF(name);
            return -1;
        }
        PyTuple_SET_ITEM(names, i, name);
        PyTuple_SET_ITEM(values, i, value);
        text += length + 1;
    }
    return 0;
}

static CType *make_enum(Tables *tables, const char *name, int index)
{
    const struct _cffi_enum_s *row = &tables->ctx->enums[index];
    CType *result = NULL, *base = realize_primitive(tables, row->type_prim);
    int count = count_enumerators(row->enumerators);
    PyObject *names = PyTuple_New(count), *values = PyTuple_New(count);
    if (base != NULL && names != NULL && values != NULL &&
        fill_enumerators(tables, row->enumerators, names, values) == 0)
        result = ctype_enum(tables->state, name, base, names, values);
    Py_XDECREF(base);
    Py_XDECREF(names);
    Py_XDECREF(values);
    return result;
}

static CType *realize_enum(Tables *tables, Py_ssize_t index)
{
    if (row_in_range(tables, "enum", index, tables->ctx->num_enums) < 0)
        return NULL;
    const struct _cffi_enum_s *row = &tables->ctx->enums[index];
    View view = view_of_tables(tables, 0);
    if (row_in_range(tables, "type index of enum", row->type_index, view.count) < 0)
        return NULL;
    CType *ct = slot_get(&view, row->type_index);
    if (ct != NULL)
        return ct;
    return slot_publish_steal(&view, row->type_index, with_name(tables, "enum", row->name, (int)index, make_enum));
}

/* ---- any opcode ---- */

static CType *realize_typename(View *view, Py_ssize_t index)
{
    Tables *tables = view->tables;
    if (row_in_range(tables, "typedef", index, tables->ctx->num_typenames) < 0)
        return NULL;
    View inner = view_of_tables(tables, view->depth);
    return view_slot(&inner, tables->ctx->typenames[index].type_index);
}

static CType *realize_opcode(View *view, Py_ssize_t index)
{
    _cffi_opcode_t opcode = view->opcodes[index];
    Py_ssize_t argument = _CFFI_GETARG(opcode);
    switch (_CFFI_GETOP(opcode)) {
    case _CFFI_OP_PRIMITIVE:
        return realize_primitive(view->tables, argument);
    case _CFFI_OP_POINTER:
        return realize_pointer(view, argument);
    case _CFFI_OP_ARRAY:
        if (row_in_range(view->tables, "array length at index", index + 1, view->count) < 0)
            return NULL;
        return realize_array(view, argument, (Py_ssize_t)(intptr_t)view->opcodes[index + 1]);
    case _CFFI_OP_OPEN_ARRAY:
        return realize_array(view, argument, -1);
    case _CFFI_OP_STRUCT_UNION:
        return realize_record(view->tables, argument, view->depth);
    case _CFFI_OP_ENUM:
        return realize_enum(view->tables, argument);
    case _CFFI_OP_FUNCTION:
        return realize_function(view, index);
    case _CFFI_OP_NOOP:
        return view_slot(view, argument);
    case _CFFI_OP_TYPENAME:
        return realize_typename(view, argument);
    default:
        return err_tables(view->tables, "opcode", _CFFI_GETOP(opcode));
    }
}

static CType *view_slot(View *view, Py_ssize_t index)
{
    if (row_in_range(view->tables, "type index", index, view->count) < 0)
        return NULL;
    CType *ct = slot_get(view, index);
    if (ct != NULL)
        return ct;
    if (++view->depth > MAX_DEPTH)
        return err_null(PyExc_RuntimeError, "a C type is nested more than %d deep, or endlessly", MAX_DEPTH);
    ct = slot_publish_steal(view, index, realize_opcode(view, index));
    view->depth--;
    return ct;
}

CType *realize_slot(Tables *tables, Py_ssize_t index)
{
    View view = view_of_tables(tables, 0);
    return view_slot(&view, index);
}

CType *realize_parsed(Tables *tables, const _cffi_opcode_t *opcodes, int count, int slot, bool *is_function)
{
    View view = {tables, opcodes, count, 0};
    _cffi_opcode_t what = resolve(&view, slot);
    if (what == NULL)
        return NULL;
    *is_function = _CFFI_GETOP(what) == _CFFI_OP_FUNCTION;
    return view_slot(&view, slot);
}

/* ---- life ---- */

AT_IMPORT int realize_init(Tables *tables, State *state, PyObject *owner, const struct _cffi_type_context_s *ctx,
                           Tables **includes, int include_count)
{
    _cffi_opcode_t *opcodes = PyMem_New(_cffi_opcode_t, (size_t)ctx->num_types + 1);
    if (opcodes == NULL) {
        PyMem_Free(includes);
        return PyErr_NoMemory(), -1;
    }
    if (ctx->num_types > 0)
        memcpy(opcodes, ctx->types, (size_t)ctx->num_types * sizeof *opcodes);
    *tables = (Tables){state, owner, ctx, NULL, opcodes, opcodes, includes, include_count};
    return 0;
}

AT_IMPORT void realize_init_module(Tables *tables, State *state, PyObject *owner,
                                   const struct _cffi_type_context_s *ctx, const _cffi_opcode_t *opcodes,
                                   const struct _cffi_extension_s *incomplete, Tables **includes, int include_count)
{
    *tables = (Tables){state, owner, ctx, incomplete, opcodes, NULL, includes, include_count};
}

void realize_complete(Tables *tables)
{
    FT_LOCK(tables->owner);
    if (tables->incomplete != NULL) {
        tables->incomplete->complete_tables();
        FT_STORE_POINTER(tables->incomplete, NULL);
    }
    FT_UNLOCK();
}

int realize_visit(Tables *tables, visitproc visit, void *arg)
{
    if (tables->ctx == NULL || tables->incomplete != NULL)
        return 0;
    for (int i = 0; i < tables->ctx->num_types; i++)
        if (tables->ctx->types[i] != tables->opcodes[i])
            Py_VISIT((PyObject *)tables->ctx->types[i]);
    return 0;
}

AT_IMPORT void realize_clear(Tables *tables)
{
    if (tables->ctx == NULL)
        return;
    for (int i = 0; tables->incomplete == NULL && i < tables->ctx->num_types; i++) {
        PyObject *realized = (PyObject *)tables->ctx->types[i];
        if (realized != (PyObject *)tables->opcodes[i]) {
            FT_STORE_POINTER(tables->ctx->types[i], tables->opcodes[i]);
            Py_DECREF(realized);
        }
    }
    PyMem_Free(tables->own_opcodes);
    PyMem_Free(tables->includes);
    tables->ctx = NULL;
}
