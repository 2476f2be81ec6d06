/* inline_api.c: the functions of the module that make types and values one by one. Each checks its arguments and calls down once. */
#include "api/args.h"
#include "api/dynlib.h"
#include "api/module_api.h"
#include "base/errno_tls.h"
#include "base/os.h"
#include "call/closure.h"
#include "ctx/stdtypes.h"
#include "data/access.h"
#include "data/buffer.h"
#include "data/cast.h"
#include "data/cdata_frombuf.h"
#include "data/cdata_gc.h"
#include "data/cdata_handle.h"
#include "data/cdata_release.h"
#include "data/number.h"
#include "data/text.h"
#include "types/ctype_make.h"
#include "types/ctype_struct.h"
#include "types/err.h"

/* ---- making types ---- */

static PyObject *inline_new_primitive_type(PyObject *module, PyObject *name)
{
    static const ArgsSpec spec = {"new_primitive_type", 1, 1, {"name"}};
    const char *text = args_str(&spec, 0, name);
    if (text == NULL)
        return NULL;
    int number = prim_find(text, strlen(text));
    if (number < 0)
        return err_null(PyExc_KeyError, "%s", text);
    return (PyObject *)ctype_primitive(state_of_module(module), number);
}

static PyObject *inline_new_void_type(PyObject *module, PyObject *Py_UNUSED(unused))
{
    return (PyObject *)ctype_void(state_of_module(module));
}

static PyObject *inline_new_pointer_type(PyObject *Py_UNUSED(module), PyObject *item)
{
    static const ArgsSpec spec = {"new_pointer_type", 1, 1, {"ctype"}};
    CType *ct = args_ctype(&spec, 0, item);
    return ct == NULL ? NULL : (PyObject *)ctype_pointer_to(ct);
}

/* new_array_type(pointer to the item, length or None) */
static PyObject *inline_new_array_type(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"new_array_type", 2, 2, {"ctype", "length"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *pointer = args_ctype(&spec, 0, values[0]);
    if (pointer == NULL)
        return NULL;
    if (pointer->kind != KIND_POINTER)
        return err_null(PyExc_TypeError, "first arg must be a pointer ctype, not '%s'", pointer->name);
    Py_ssize_t length = -1;
    if (values[1] != Py_None) {
        if (args_ssize(values[1], &length) < 0)
            return NULL;
        if (length < 0)
            return err_null(PyExc_ValueError, "negative array length: %zd", length);
    }
    return (PyObject *)ctype_array_of(pointer->u.pointer.item, length);
}

static PyObject *new_record(const ArgsSpec *spec, PyObject *module, PyObject *name, bool is_union)
{
    const char *text = args_str(spec, 0, name);
    return text == NULL ? NULL : (PyObject *)ctype_record(state_of_module(module), text, is_union);
}

static PyObject *inline_new_struct_type(PyObject *module, PyObject *name)
{
    static const ArgsSpec spec = {"new_struct_type", 1, 1, {"name"}};
    return new_record(&spec, module, name, false);
}

static PyObject *inline_new_union_type(PyObject *module, PyObject *name)
{
    static const ArgsSpec spec = {"new_union_type", 1, 1, {"name"}};
    return new_record(&spec, module, name, true);
}

/* The tuple with Python numbers in the place of numbers that are cdata. New reference. */
static PyObject *plain_numbers(PyObject *tuple)
{
    PyObject *plain = PyTuple_New(PyTuple_GET_SIZE(tuple));
    for (Py_ssize_t i = 0; plain != NULL && i < PyTuple_GET_SIZE(tuple); i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        bool number = cdata_check(item) && ctype_is_primitive(((CData *)item)->ctype);
        PyObject *value = number ? number_value((CData *)item) : Py_NewRef(item);
        if (value == NULL)
            Py_CLEAR(plain);
        else
            PyTuple_SET_ITEM(plain, i, value);
    }
    return plain;
}

/* new_enum_type(name, names, values, integer type) */
static PyObject *inline_new_enum_type(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"new_enum_type", 4, 4, {"name", "enumerators", "values", "basetype"}};
    PyObject *values[4];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    const char *name = args_str(&spec, 0, values[0]);
    if (name == NULL || args_tuple(&spec, 1, values[1]) == NULL || args_tuple(&spec, 2, values[2]) == NULL)
        return NULL;
    CType *base = args_ctype(&spec, 3, values[3]);
    PyObject *numbers = base == NULL ? NULL : plain_numbers(values[2]);
    if (numbers == NULL)
        return NULL;
    CType *ct = ctype_enum(state_of_module(module), name, base, values[1], numbers);
    Py_DECREF(numbers);
    return (PyObject *)ct;
}

/* new_function_type(arguments, result, ellipsis=0, abi=FFI_DEFAULT_ABI) */
static PyObject *inline_new_function_type(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"new_function_type", 2, 4, {"args", "result", "ellipsis", "abi"}};
    PyObject *values[4];
    State *state = state_of_module(module);
    int ellipsis = 0, abi = state->default_abi;
    if (args_parse(&spec, args, nargs, NULL, values) < 0 || args_tuple(&spec, 0, values[0]) == NULL)
        return NULL;
    CType *result = args_ctype(&spec, 1, values[1]);
    if (result == NULL || args_int(values[2], &ellipsis) < 0 || args_int(values[3], &abi) < 0)
        return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(values[0]);
    CType **arguments = PyMem_New(CType *, count + 1);
    if (arguments == NULL)
        return PyErr_NoMemory();
    PyObject *function = NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        arguments[i] = (CType *)PyTuple_GET_ITEM(values[0], i);
        if (!ctype_check((PyObject *)arguments[i])) {
            err_raise(PyExc_TypeError, "expected a tuple of ctypes; item %zd is %.200s", i,
                      Py_TYPE(arguments[i])->tp_name);
            goto done;
        }
    }
    function = (PyObject *)ctype_function(state, result, arguments, count, ellipsis != 0, abi);
done:
    PyMem_Free(arguments);
    return function;
}

/* ---- fields ---- */

/* A field is described by a tuple (name, type, bits=-1, offset=-1). */
static int field_from_tuple(PyObject *item, FieldSpec *field)
{
    static const ArgsSpec spec = {"list item", 2, 4, {"name", "ctype", "bitsize", "offset"}};
    PyObject *values[4];
    int bits = -1;
    if (!PyTuple_Check(item))
        return err_raise(PyExc_TypeError,
                         "expected a list of tuples (name, ctype, bitsize=-1, offset=-1), not of %.200s",
                         Py_TYPE(item)->tp_name);
    if (args_parse(&spec, &PyTuple_GET_ITEM(item, 0), PyTuple_GET_SIZE(item), NULL, values) < 0)
        return -1;
    *field = (FieldSpec){.offset = -1, .size = -1};
    field->name = args_str(&spec, 0, values[0]);
    field->type = field->name == NULL ? NULL : args_ctype(&spec, 1, values[1]);
    if (field->type == NULL || args_int(values[2], &bits) < 0 || args_ssize(values[3], &field->offset) < 0)
        return -1;
    field->bits = bits;
    return 0;
}

/* Fills a record that was opaque until now; under its lock. */
static int set_fields_locked(CType *record, const FieldSpec *fields, Py_ssize_t count, const RecordSpec *layout)
{
    if (record->stage != STAGE_OPAQUE)
        return err_raise(PyExc_TypeError,
                         "first arg must be a non-initialized struct or union ctype; '%s' has its fields",
                         record->name);
    return ctype_set_fields(record, fields, count, layout);
}

static int set_fields_from_tuples(CType *record, PyObject *tuples, const RecordSpec *layout)
{
    Py_ssize_t count = PyTuple_GET_SIZE(tuples);
    FieldSpec *fields = PyMem_New(FieldSpec, count + 1);
    int result = -1;
    if (fields == NULL)
        return err_raise(PyExc_MemoryError, "%zd fields", count);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (field_from_tuple(PyTuple_GET_ITEM(tuples, i), &fields[i]) < 0)
            goto done;
    }
    FT_LOCK(record);
    result = set_fields_locked(record, fields, count, layout);
    FT_UNLOCK();
done:
    PyMem_Free(fields);
    return result;
}

/* complete_struct_or_union(record, fields, ignored=None, totalsize=-1, totalalignment=-1, sflags=0, pack=0) */
static PyObject *inline_complete_struct_or_union(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"complete_struct_or_union",
                                  2,
                                  7,
                                  {"ctype", "fields", "ignored", "totalsize", "totalalignment", "sflags", "pack"}};
    PyObject *values[7];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    RecordSpec layout = {.size = -1, .align = -1};
    CType *record = args_ctype(&spec, 0, values[0]);
    if (record == NULL || args_ssize(values[3], &layout.size) < 0 || args_int(values[4], &layout.align) < 0 ||
        args_int(values[5], &layout.sflags) < 0 || args_int(values[6], &layout.pack) < 0)
        return NULL;
    if (!PyList_Check(values[1]))
        return err_null(PyExc_TypeError, "complete_struct_or_union() argument 2 must be list, not %.200s",
                        Py_TYPE(values[1])->tp_name);
    if (!ctype_is_record(record))
        return err_null(PyExc_TypeError, "first arg must be a non-initialized struct or union ctype, not '%s'",
                        record->name);
    PyObject *tuples = PyList_AsTuple(values[1]);
    if (tuples == NULL)
        return NULL;
    int result = set_fields_from_tuples(record, tuples, &layout);
    Py_DECREF(tuples);
    return result < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- making values ---- */

static PyObject *inline_newp(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"newp", 1, 2, {"ctype", "init"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    return ct == NULL ? NULL : cdata_own_new(ct, values[1] == Py_None ? NULL : values[1]);
}

static PyObject *inline_newp_handle(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"newp_handle", 2, 2, {"ctype", "object"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    return ct == NULL ? NULL : cdata_handle_new(ct, values[1]);
}

static PyObject *inline_from_handle(PyObject *module, PyObject *handle)
{
    static const ArgsSpec spec = {"from_handle", 1, 1, {"cdata"}};
    CData *cd = args_cdata(&spec, 0, handle);
    return cd == NULL ? NULL : cdata_handle_get(state_of_module(module), cd);
}

static PyObject *inline_cast(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"cast", 2, 2, {"ctype", "value"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    return ct == NULL ? NULL : cast_to(ct, values[1]);
}

static PyObject *inline_callback(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"callback", 2, 4, {"ctype", "callable", "error", "onerror"}};
    PyObject *values[4];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    return ct == NULL ? NULL : closure_new(ct, values[1], values[2], values[3]);
}

static PyObject *inline_from_buffer(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"from_buffer", 2, 3, {"ctype", "object", "require_writable"}};
    PyObject *values[3];
    int writable = 0;
    if (args_parse(&spec, args, nargs, NULL, values) < 0 || args_int(values[2], &writable) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    return ct == NULL ? NULL : cdata_frombuf_new(ct, values[1], writable != 0);
}

static PyObject *inline_gcp(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const ArgsSpec spec = {"gc", 2, 3, {"cdata", "destructor", "size"}};
    PyObject *values[3];
    Py_ssize_t size = 0;
    if (args_parse(&spec, args, nargs, kwnames, values) < 0 || args_ssize(values[2], &size) < 0)
        return NULL;
    CData *cd = args_cdata(&spec, 0, values[0]);
    return cd == NULL ? NULL : cdata_gc_new(cd, values[1], size);
}

/* ---- asking about types and values ---- */

static PyObject *inline_sizeof(PyObject *Py_UNUSED(module), PyObject *object)
{
    Py_ssize_t size;
    if (cdata_check(object))
        size = cdata_sizeof((CData *)object);
    else if (ctype_check(object))
        size = ctype_sizeof((CType *)object);
    else
        return err_null(PyExc_TypeError, "expected a 'cdata' or 'ctype' object, got %.200s", Py_TYPE(object)->tp_name);
    return size < 0 ? NULL : compat_long_from_size(size);
}

static PyObject *inline_alignof(PyObject *Py_UNUSED(module), PyObject *object)
{
    if (!ctype_check(object))
        return err_null(PyExc_TypeError, "expected a 'ctype' object, got %.200s", Py_TYPE(object)->tp_name);
    int align = ctype_alignof((CType *)object);
    return align < 0 ? NULL : PyLong_FromLong(align);
}

static PyObject *inline_typeof(PyObject *module, PyObject *object)
{
    char *address;
    CType *ct;
    State *state = state_of_module(module);
    if (cdata_check(object))
        return Py_NewRef(((CData *)object)->ctype);
    int found = state->function_address == NULL ? 0 : state->function_address(state, object, &address, &ct);
    if (found < 0)
        return NULL;
    if (found)
        return Py_NewRef(ct);
    return err_null(PyExc_TypeError, "expected a 'cdata' object, got %.200s", Py_TYPE(object)->tp_name);
}

/* typeoffsetof(ctype, field name or index, following=0) -> (type, offset); `following`: not the first step of a path */
static PyObject *inline_typeoffsetof(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"typeoffsetof", 2, 3, {"ctype", "field", "following"}};
    PyObject *values[3];
    int following = 0;
    Py_ssize_t offset = 0;
    if (args_parse(&spec, args, nargs, NULL, values) < 0 || args_int(values[2], &following) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    CType *part = ct == NULL ? NULL : access_step(ct, values[1], !following, &offset);
    return part == NULL ? NULL : Py_BuildValue("On", part, offset);
}

static PyObject *inline_rawaddressof(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"rawaddressof", 3, 3, {"ctype", "cdata", "offset"}};
    PyObject *values[3];
    Py_ssize_t offset = 0;
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *pointer = args_ctype(&spec, 0, values[0]);
    CData *cd = pointer == NULL ? NULL : args_cdata(&spec, 1, values[1]);
    return cd == NULL || args_ssize(values[2], &offset) < 0 ? NULL : access_rawaddressof(pointer, cd, offset);
}

/* getcname(ctype, text) -> the type's name with `text` where a declarator goes; nothing is added between the two. */
static PyObject *inline_getcname(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"getcname", 2, 2, {"ctype", "replace_with"}};
    PyObject *values[2];
    if (args_parse(&spec, args, nargs, NULL, values) < 0)
        return NULL;
    CType *ct = args_ctype(&spec, 0, values[0]);
    const char *text = ct == NULL ? NULL : args_str(&spec, 1, values[1]);
    if (text == NULL)
        return NULL;
    return ctype_name_with(ct, text);
}

/* ---- moving data ---- */

static PyObject *inline_string(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const ArgsSpec spec = {"string", 1, 2, {"cdata", "maxlen"}};
    PyObject *values[2];
    Py_ssize_t maxlen = -1;
    if (args_parse(&spec, args, nargs, kwnames, values) < 0 || args_ssize(values[1], &maxlen) < 0)
        return NULL;
    CData *cd = args_cdata(&spec, 0, values[0]);
    return cd == NULL ? NULL : text_string(cd, maxlen);
}

static PyObject *inline_unpack(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const ArgsSpec spec = {"unpack", 2, 2, {"cdata", "length"}};
    PyObject *values[2];
    Py_ssize_t length = 0;
    if (args_parse(&spec, args, nargs, kwnames, values) < 0 || args_ssize(values[1], &length) < 0)
        return NULL;
    CData *cd = args_cdata(&spec, 0, values[0]);
    return cd == NULL ? NULL : text_unpack(cd, length);
}

static PyObject *inline_memmove(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const ArgsSpec spec = {"memmove", 3, 3, {"dest", "src", "n"}};
    PyObject *values[3];
    Py_ssize_t n = 0;
    if (args_parse(&spec, args, nargs, kwnames, values) < 0 || args_ssize(values[2], &n) < 0)
        return NULL;
    return buffer_memmove(values[0], values[1], n) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *inline_release(PyObject *Py_UNUSED(module), PyObject *object)
{
    static const ArgsSpec spec = {"release", 1, 1, {"cdata"}};
    CData *cd = args_cdata(&spec, 0, object);
    return cd == NULL || cdata_release(cd) < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- errno, libraries, and the rest ---- */

static PyObject *inline_get_errno(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    return PyLong_FromLong(errno_get());
}

static PyObject *inline_set_errno(PyObject *Py_UNUSED(module), PyObject *value)
{
    int number = 0;
    if (args_int(value, &number) < 0)
        return NULL;
    errno_set(number);
    return Py_NewRef(Py_None);
}

#if PLATFORM_WINDOWS
static PyObject *inline_getwinerror(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs,
                                    PyObject *kwnames)
{
    static const ArgsSpec spec = {"getwinerror", 0, 1, {"code"}};
    PyObject *values[1];
    int code = -1;
    if (args_parse(&spec, args, nargs, kwnames, values) < 0 || args_int(values[0], &code) < 0)
        return NULL;
    return os_windows_error(code);
}
#endif

static PyObject *inline_load_library(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    static const ArgsSpec spec = {"load_library", 0, 2, {"filename", "flags"}};
    PyObject *values[2];
    int flags = 0;
    if (args_parse(&spec, args, nargs, NULL, values) < 0 || args_int(values[1], &flags) < 0)
        return NULL;
    return dynlib_open(state_of_module(module), values[0] == NULL ? Py_None : values[0], flags);
}

static PyObject *inline_get_types(PyObject *module, PyObject *Py_UNUSED(unused))
{
    State *state = state_of_module(module);
    return PyTuple_Pack(2, state->cdata_type, state->ctype_type);
}

/* _get_common_types(dict): adds the names that need no declaration and are no primitives, with what they mean. */
static PyObject *inline_get_common_types(PyObject *Py_UNUSED(module), PyObject *dict)
{
    if (!PyDict_Check(dict))
        return err_null(PyExc_TypeError, "_get_common_types() argument must be dict, not %.200s",
                        Py_TYPE(dict)->tp_name);
    for (int i = 0; i < stdtypes_count; i++) {
        PyObject *meaning = PyUnicode_FromString(stdtypes[i].meaning);
        int result = meaning == NULL ? -1 : PyDict_SetItemString(dict, stdtypes[i].name, meaning);
        Py_XDECREF(meaning);
        if (result < 0)
            return NULL;
    }
    return Py_NewRef(Py_None);
}

#define FAST(function) ((PyCFunction)(void (*)(void))(function))

static PyMethodDef inline_functions[] = {
    {"new_primitive_type", inline_new_primitive_type, METH_O,
     PyDoc_STR("new_primitive_type(name): the ctype of a primitive.")},
    {"new_void_type", inline_new_void_type, METH_NOARGS, PyDoc_STR("new_void_type(): the ctype of void.")},
    {"new_pointer_type", inline_new_pointer_type, METH_O, PyDoc_STR("new_pointer_type(ctype): a pointer to it.")},
    {"new_array_type", FAST(inline_new_array_type), METH_FASTCALL,
     PyDoc_STR("new_array_type(pointer_ctype, length_or_None): an array of what the pointer points to.")},
    {"new_struct_type", inline_new_struct_type, METH_O, PyDoc_STR("new_struct_type(name): an opaque struct.")},
    {"new_union_type", inline_new_union_type, METH_O, PyDoc_STR("new_union_type(name): an opaque union.")},
    {"new_enum_type", FAST(inline_new_enum_type), METH_FASTCALL,
     PyDoc_STR("new_enum_type(name, enumerators, values, basetype): an enum.")},
    {"new_function_type", FAST(inline_new_function_type), METH_FASTCALL,
     PyDoc_STR("new_function_type(args, result, ellipsis=0, abi=FFI_DEFAULT_ABI): a pointer to function.")},
    {"complete_struct_or_union", FAST(inline_complete_struct_or_union), METH_FASTCALL,
     PyDoc_STR("complete_struct_or_union(ctype, fields, ignored=None, totalsize=-1, "
               "totalalignment=-1, sflags=0, pack=0): gives an opaque record its fields.")},
    {"newp", FAST(inline_newp), METH_FASTCALL, PyDoc_STR("newp(ctype, init=None): ffi.new().")},
    {"newp_handle", FAST(inline_newp_handle), METH_FASTCALL,
     PyDoc_STR("newp_handle(ctype, object): ffi.new_handle().")},
    {"from_handle", inline_from_handle, METH_O, PyDoc_STR("from_handle(cdata): ffi.from_handle().")},
    {"cast", FAST(inline_cast), METH_FASTCALL, PyDoc_STR("cast(ctype, value): ffi.cast().")},
    {"callback", FAST(inline_callback), METH_FASTCALL,
     PyDoc_STR("callback(ctype, callable, error=None, onerror=None): ffi.callback().")},
    {"from_buffer", FAST(inline_from_buffer), METH_FASTCALL,
     PyDoc_STR("from_buffer(ctype, object, require_writable=0): ffi.from_buffer().")},
    {"gcp", FAST(inline_gcp), METH_FASTCALL | METH_KEYWORDS, PyDoc_STR("gcp(cdata, destructor, size=0): ffi.gc().")},
    {"sizeof", inline_sizeof, METH_O, PyDoc_STR("sizeof(ctype_or_cdata): bytes.")},
    {"alignof", inline_alignof, METH_O, PyDoc_STR("alignof(ctype): bytes.")},
    {"typeof", inline_typeof, METH_O, PyDoc_STR("typeof(cdata): its ctype.")},
    {"typeoffsetof", FAST(inline_typeoffsetof), METH_FASTCALL,
     PyDoc_STR("typeoffsetof(ctype, field_or_index, following=0): (type, offset) of a part.")},
    {"rawaddressof", FAST(inline_rawaddressof), METH_FASTCALL,
     PyDoc_STR("rawaddressof(pointer_ctype, cdata, offset): a pointer into it.")},
    {"getcname", FAST(inline_getcname), METH_FASTCALL,
     PyDoc_STR("getcname(ctype, text): the C name with `text` in the place of a declarator.")},
    {"string", FAST(inline_string), METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("string(cdata, maxlen=-1): ffi.string().")},
    {"unpack", FAST(inline_unpack), METH_FASTCALL | METH_KEYWORDS, PyDoc_STR("unpack(cdata, length): ffi.unpack().")},
    {"memmove", FAST(inline_memmove), METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("memmove(dest, src, n): ffi.memmove().")},
    {"release", inline_release, METH_O, PyDoc_STR("release(cdata): ffi.release().")},
    {"get_errno", inline_get_errno, METH_NOARGS, PyDoc_STR("get_errno(): errno after the last C call of this thread.")},
    {"set_errno", inline_set_errno, METH_O, PyDoc_STR("set_errno(number): errno for the next C call of this thread.")},
#if PLATFORM_WINDOWS
    {"getwinerror", FAST(inline_getwinerror), METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("getwinerror(code=-1): (code, message).")},
#endif
    {"load_library", FAST(inline_load_library), METH_FASTCALL,
     PyDoc_STR("load_library(filename=None, flags=0): an opened shared library.")},
    {"_get_types", inline_get_types, METH_NOARGS, PyDoc_STR("_get_types(): (CData, CType).")},
    {"_get_common_types", inline_get_common_types, METH_O, PyDoc_STR("_get_common_types(dict): adds names of types.")},
    {NULL, NULL, 0, NULL},
};

/* The layout rules that complete_struct_or_union() takes as `sflags`. */
static int add_layout_flags(PyObject *module)
{
    static const struct {
        const char *name;
        int value;
    } flags[] = {
        {"SF_MSVC_BITFIELDS", SF_MSVC_BITFIELDS},       {"SF_GCC_ARM_BITFIELDS", SF_GCC_ARM_BITFIELDS},
        {"SF_GCC_X86_BITFIELDS", SF_GCC_X86_BITFIELDS}, {"SF_GCC_BIG_ENDIAN", SF_GCC_BIG_ENDIAN},
        {"SF_GCC_LITTLE_ENDIAN", SF_GCC_LITTLE_ENDIAN}, {"SF_PACKED", SF_PACKED},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (PyModule_AddIntConstant(module, flags[i].name, flags[i].value) < 0)
            return -1;
    }
    return 0;
}

int inline_api_add(PyObject *module)
{
    return PyModule_AddFunctions(module, inline_functions) < 0 ? -1 : add_layout_flags(module);
}
