/* export_table.c: the functions that wrappers in compiled modules call, in the order of the binary interface.
 *
 * They have no parameter for the state, and converting an exact int or float needs none. Everything else goes to the
 * converters of data/, and the rare error asks the interpreter for the module, to word it as any other conversion
 * does. */
#include "api/exports.h"

#include "api/declaration.h"
#include "api/module_record.h"
#include "base/errno_tls.h"
#include "call/externpy.h"
#include "data/debug.h"
#include "data/from_c.h"
#include "data/to_c.h"
#include "cffi_abi.h"
#include "types/ctype_make.h"
#include "types/err.h"

/* ---- anything that the fast paths do not take ---- */

/* Stores `value` as the primitive `number` at `result`. 0 or -1. */
COLD static int convert(int number, char *result, PyObject *value)
{
    PyObject *backend = PyImport_ImportModule("_cffi_backend");
    CType *ct = backend == NULL ? NULL : ctype_primitive(state_of_module(backend), number);
    int status = ct == NULL ? -1 : to_c(ct, result, value);
    Py_XDECREF(ct);
    Py_XDECREF(backend);
    return status;
}

/* ---- integers ---- */

/* A signed integer of at most 64 bits: exact ints here, the rest by convert(). */
#define SIGNED_CONVERTER(name, ctype, result_type, number)                                                             \
    static result_type name(PyObject *value)                                                                           \
    {                                                                                                                  \
        if (LIKELY(PyLong_CheckExact(value))) {                                                                        \
            int overflow;                                                                                              \
            long long found = PyLong_AsLongLongAndOverflow(value, &overflow);                                          \
            if (LIKELY(found == (ctype)found && !overflow))                                                            \
                return (result_type)found;                                                                             \
        }                                                                                                              \
        ctype result = 0;                                                                                              \
        return convert(number, (char *)&result, value) < 0 ? (result_type)-1 : (result_type)result;                    \
    }
SIGNED_CONVERTER(to_c_i8, int8_t, int, PRIM_INT8)
SIGNED_CONVERTER(to_c_i16, int16_t, int, PRIM_INT16)
SIGNED_CONVERTER(to_c_i32, int32_t, int, PRIM_INT32)
SIGNED_CONVERTER(to_c_i64, int64_t, long long, PRIM_INT64)
SIGNED_CONVERTER(to_c_u8, uint8_t, int, PRIM_UINT8)
SIGNED_CONVERTER(to_c_u16, uint16_t, int, PRIM_UINT16)
SIGNED_CONVERTER(to_c_u32, uint32_t, unsigned int, PRIM_UINT32)

static unsigned long long to_c_u64(PyObject *value)
{
    if (LIKELY(PyLong_CheckExact(value))) {
        int overflow;
        long long found = PyLong_AsLongLongAndOverflow(value, &overflow);
        if (LIKELY(found >= 0 && !overflow))
            return (unsigned long long)found;
    }
    uint64_t result = 0;
    return convert(PRIM_UINT64, (char *)&result, value) < 0 ? (unsigned long long)-1 : (unsigned long long)result;
}

static _Bool to_c_bool(PyObject *value)
{
    _Bool result = 0;
    if (value == Py_True || value == Py_False)
        return value == Py_True;
    return convert(PRIM_BOOL, (char *)&result, value) < 0 ? (_Bool)-1 : result;
}

static long double to_c_long_double(PyObject *value)
{
    if (LIKELY(PyFloat_CheckExact(value)))
        return (long double)PyFloat_AS_DOUBLE(value);
    return to_c_longdouble(value);
}

/* ---- characters ---- */

static int to_c_char(PyObject *value)
{
    char result = 0;
    if (LIKELY(PyBytes_CheckExact(value) && PyBytes_GET_SIZE(value) == 1))
        return (unsigned char)PyBytes_AS_STRING(value)[0];
    return convert(PRIM_CHAR, &result, value) < 0 ? -1 : (unsigned char)result;
}

static wchar_t to_c_wchar_t(PyObject *value)
{
    wchar_t result = 0;
    return convert(PRIM_WCHAR, (char *)&result, value) < 0 ? (wchar_t)-1 : result;
}

/* The one of char16_t and char32_t that wchar_t is not: slots 26 and 27. The other one is served by the slots for
 * wchar_t. */
static int to_c_wchar3216_t(PyObject *value)
{
    uint16_t narrow = 0;
    uint32_t wide = 0;
    if (sizeof(wchar_t) == sizeof wide)
        return convert(PRIM_CHAR16, (char *)&narrow, value) < 0 ? -1 : (int)narrow;
    return convert(PRIM_CHAR32, (char *)&wide, value) < 0 ? -1 : (int)wide;
}

static PyObject *from_c_char(char value)
{
    return PyBytes_FromStringAndSize(&value, 1);
}

static PyObject *from_c_wchar_t(wchar_t value)
{
    return PyUnicode_FromOrdinal((int)value);
}

static PyObject *from_c_wchar3216_t(int value)
{
    return PyUnicode_FromOrdinal(value);
}

/* ---- pointers, records, anything ---- */

static char *to_c_pointer_value(PyObject *value, CType *ct)
{
    char *result = NULL;
    return to_c(ct, (char *)&result, value) < 0 ? NULL : result;
}

static PyObject *from_c_pointer(char *pointer, CType *ct)
{
    return cdata_view(ct, pointer);
}

/* What lies at `data`: a primitive, a pointer. */
static PyObject *from_c_deref(char *data, CType *ct)
{
    return from_c(ct, data);
}

static int to_c_any(char *data, CType *ct, PyObject *value)
{
    return ctype_complete(ct) < 0 ? -1 : to_c(ct, data, value);
}

static PyObject *from_c_struct(char *data, CType *ct)
{
    return ctype_complete(ct) < 0 ? NULL : cdata_own_copy(ct, data);
}

static Py_ssize_t prepare_pointer(CType *ct, PyObject *value, char **out)
{
    return to_c_pointer_argument(ct, value, out);
}

Py_ssize_t export_prepare_pointer_debug(CType *ct, PyObject *value, char **out)
{
    if (cdata_check(value) && debug_check_alive((CData *)value, "pass") < 0)
        return -1;
    return to_c_pointer_argument(ct, value, out);
}

static int convert_array(char *data, CType *ct, PyObject *value)
{
    return to_c_array(ct, data, -1, value);
}

static void unused_export(void)
{
}

#define EXPORT(index, function) [_CFFI_EXPORT_##index] = (void *)(function)
void *const export_table[_CFFI_EXPORTS_CHAR16] = {
    EXPORT(TO_C_I8, to_c_i8),
    EXPORT(TO_C_U8, to_c_u8),
    EXPORT(TO_C_I16, to_c_i16),
    EXPORT(TO_C_U16, to_c_u16),
    EXPORT(TO_C_I32, to_c_i32),
    EXPORT(TO_C_U32, to_c_u32),
    EXPORT(TO_C_I64, to_c_i64),
    EXPORT(TO_C_U64, to_c_u64),
    EXPORT(TO_C_CHAR, to_c_char),
    EXPORT(FROM_C_POINTER, from_c_pointer),
    EXPORT(TO_C_POINTER, to_c_pointer_value),
    EXPORT(UNUSED_12, unused_export),
    EXPORT(RESTORE_ERRNO, errno_restore),
    EXPORT(SAVE_ERRNO, errno_save),
    EXPORT(FROM_C_CHAR, from_c_char),
    EXPORT(FROM_C_DEREF, from_c_deref),
    EXPORT(TO_C, to_c_any),
    EXPORT(FROM_C_STRUCT, from_c_struct),
    EXPORT(TO_C_WCHAR_T, to_c_wchar_t),
    EXPORT(FROM_C_WCHAR_T, from_c_wchar_t),
    EXPORT(TO_C_LONG_DOUBLE, to_c_long_double),
    EXPORT(TO_C_BOOL, to_c_bool),
    EXPORT(PREPARE_POINTER, prepare_pointer),
    EXPORT(CONVERT_ARRAY, convert_array),
    EXPORT(CALL_PYTHON, externpy_call),
    EXPORT(TO_C_WCHAR3216_T, to_c_wchar3216_t),
    EXPORT(FROM_C_WCHAR3216_T, from_c_wchar3216_t),
};

/* ---- the same for modules that several interpreters share: the ctype may be a key ---- */

static char *to_c_pointer_by_key(PyObject *value, void *slot)
{
    CType *ct = module_record_ctype(slot);
    return ct == NULL ? NULL : to_c_pointer_value(value, ct);
}

static PyObject *from_c_pointer_by_key(char *pointer, void *slot)
{
    CType *ct = module_record_ctype(slot);
    return ct == NULL ? NULL : from_c_pointer(pointer, ct);
}

static PyObject *from_c_deref_by_key(char *data, void *slot)
{
    CType *ct = module_record_ctype(slot);
    return ct == NULL ? NULL : from_c_deref(data, ct);
}

static int to_c_any_by_key(char *data, void *slot, PyObject *value)
{
    CType *ct = module_record_ctype(slot);
    return ct == NULL ? -1 : to_c_any(data, ct, value);
}

static PyObject *from_c_struct_by_key(char *data, void *slot)
{
    CType *ct = module_record_ctype(slot);
    return ct == NULL ? NULL : from_c_struct(data, ct);
}

static Py_ssize_t prepare_pointer_by_key(void *slot, PyObject *value, char **out)
{
    CType *ct = module_record_ctype(slot);
    if (ct == NULL)
        return -1;
    return ct->state->debug ? export_prepare_pointer_debug(ct, value, out) : prepare_pointer(ct, value, out);
}

static int convert_array_by_key(char *data, void *slot, PyObject *value)
{
    CType *ct = module_record_ctype(slot);
    return ct == NULL ? -1 : convert_array(data, ct, value);
}

void exports_take_keys(void **exports)
{
    exports[_CFFI_EXPORT_FROM_C_POINTER] = (void *)from_c_pointer_by_key;
    exports[_CFFI_EXPORT_TO_C_POINTER] = (void *)to_c_pointer_by_key;
    exports[_CFFI_EXPORT_FROM_C_DEREF] = (void *)from_c_deref_by_key;
    exports[_CFFI_EXPORT_TO_C] = (void *)to_c_any_by_key;
    exports[_CFFI_EXPORT_FROM_C_STRUCT] = (void *)from_c_struct_by_key;
    exports[_CFFI_EXPORT_PREPARE_POINTER] = (void *)prepare_pointer_by_key;
    exports[_CFFI_EXPORT_CONVERT_ARRAY] = (void *)convert_array_by_key;
}

/* ---- for modules with an extension ---- */

static void argument_error(const struct _cffi_extension_s *extension, int row, int argument)
{
    const char *names = declaration_names(extension, row);
    err_name_argument(extension->context->globals[row].name, names, argument);
}

void *const export_table_extra[_CFFI_EXTRA_COUNT] = {
    [_CFFI_EXTRA_ARGUMENT_ERROR] = (void *)argument_error,
};
