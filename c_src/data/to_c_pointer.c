/* to_c_pointer.c: what may stand where C takes a pointer. */
#include "base/size.h"
#include "data/filearg.h"
#include "data/sequence.h"
#include "data/to_c.h"
#include "data/wide.h"
#include "types/err.h"

/* The pointer type that an array decays to, and the type itself otherwise. Borrowed. */
static inline CType *decayed(CType *ct)
{
    return ct->kind == KIND_ARRAY ? ct->u.array.pointer : ct;
}

/* char, signed char, unsigned char and other integers of one byte: C code mixes pointers to them. */
static bool is_byte(const CType *ct)
{
    return ct != NULL && ct->size == 1 && ct->kind >= KIND_CHAR && ct->kind <= KIND_UNSIGNED;
}

/* ---- from a cdata ---- */

COLD static int err_mismatch(CType *ct, CType *source)
{
    if (strcmp(ct->name, decayed(source)->name) == 0)
        return err_raise(PyExc_TypeError,
                         "initializer for ctype '%s' appears indeed to be '%s', but the types are different (check "
                         "that you are not e.g. mixing up different ffi instances)",
                         ct->name, decayed(source)->name);
    return err_raise(PyExc_TypeError,
                     "initializer for ctype '%s' must be a pointer to same type (or a use of ffi.cast() if the "
                     "types are as you expect), not cdata '%s'",
                     ct->name, source->name);
}

NOINLINE static int check_cdata(CType *ct, CData *cd)
{
    CType *source = cd->ctype;
    if (cd->flags & CDATA_RELEASED)
        return cdata_err_null(cd, "pass"), -1;
    if (source->kind < KIND_POINTER || source->kind > KIND_ARRAY)
        return err_raise(PyExc_TypeError, "initializer for ctype '%s' must be a pointer or array, not cdata '%s'",
                         ct->name, source->name);
    source = decayed(source);
    if (source == ct || ct->flags & CTYPE_VOID_POINTER || source->flags & CTYPE_VOID_POINTER)
        return 0;
    if (is_byte(ctype_item_borrowed(ct)) && is_byte(ctype_item_borrowed(source)))
        return 0;
    return err_mismatch(ct, cd->ctype);
}

static inline int from_cdata(CType *ct, CData *cd, char **out)
{
    *out = cd->data;
    if (LIKELY(cd->ctype == ct && cd->data != NULL))
        return 0;
    return check_cdata(ct, cd);
}

/* ---- from other objects ---- */

/* A function of a lib. 1: stored; 0: `value` is none; -1 with an exception. */
static int from_lib_function(CType *ct, PyObject *value, char **out)
{
    CType *type;
    if (ct->state->function_address == NULL)
        return 0;
    int found = ct->state->function_address(ct->state, value, out, &type);
    if (found <= 0)
        return found;
    return type == ct || ct->flags & CTYPE_VOID_POINTER ? 1 : err_mismatch(ct, type);
}

static int from_file(CType *ct, PyObject *value, char **out)
{
    int is_file = ct->flags & CTYPE_FILE_POINTER ? filearg_check(value) : 0;
    if (is_file <= 0)
        return is_file;
    *out = filearg_get(value);
    return *out == NULL ? -1 : 1;
}

/* Says what to do for the objects that people try. */
COLD static int err_pointer(CType *ct, PyObject *value)
{
    const char *hint = "";
    if (PyUnicode_Check(value) && is_byte(ctype_item_borrowed(ct)))
        hint = " (encode it: C takes bytes)";
    else if (PyBytes_Check(value) && is_byte(ctype_item_borrowed(ct)))
        hint = " (keep ffi.new(\"char[]\", value) alive and store that)";
    else if (value == Py_None)
        hint = " (for NULL use ffi.NULL)";
    else if (PyObject_CheckBuffer(value))
        hint = " (use ffi.from_buffer())";
    return err_raise(PyExc_TypeError, "initializer for ctype '%s' must be a cdata pointer, not %.200s%s", ct->name,
                     Py_TYPE(value)->tp_name, hint);
}

static int from_other(CType *ct, PyObject *value, char **out)
{
    int found = from_lib_function(ct, value, out);
    if (found == 0)
        found = from_file(ct, value, out);
    return found != 0 ? (found > 0 ? 0 : -1) : err_pointer(ct, value);
}

int to_c_pointer(CType *ct, char *data, PyObject *value)
{
    char *pointer = NULL;
    int result =
        LIKELY(cdata_check(value)) ? from_cdata(ct, (CData *)value, &pointer) : from_other(ct, value, &pointer);
    if (LIKELY(result == 0))
        memcpy(data, &pointer, sizeof pointer);
    return result;
}

/* ---- arguments of calls ---- */

/* bytes may be passed as they are, the null after them included. */
static bool takes_bytes(CType *ct)
{
    return ct->flags & CTYPE_VOID_POINTER || is_byte(ctype_item_borrowed(ct));
}

/* The bytes that `count` items take; at least one, since none would mean "nothing to allocate". */
static Py_ssize_t bytes_for(CType *item, Py_ssize_t count)
{
    Py_ssize_t size;
    if (!size_multiply(count, item->size, &size))
        return err_raise(PyExc_OverflowError, "%zd items of '%s' do not fit into memory", count, item->name);
    return size > 0 ? size : 1;
}

/* A list, tuple, str or bytes that has to be made into a temporary array; 0 when it is not such a thing. */
static Py_ssize_t temporary_size(CType *ct, PyObject *value)
{
    CType *item = ctype_item_borrowed(ct);
    if (item == NULL || ctype_complete(item) < 0)
        return item == NULL ? 0 : -1;
    if (item->size < 0)
        return 0;
    if (sequence_check(value))
        return bytes_for(item, sequence_length(value));
    if (PyUnicode_Check(value) && (item->conv == CONV_CHAR16 || item->conv == CONV_CHAR32))
        return bytes_for(item, wide_count(item->conv, value) + 1);
    return PyBytes_Check(value) && item->conv == CONV_BOOL ? bytes_for(item, PyBytes_GET_SIZE(value) + 1) : 0;
}

Py_ssize_t to_c_pointer_argument(CType *ct, PyObject *value, char **out)
{
    ct = decayed(ct);
    if (LIKELY(cdata_check(value)))
        return from_cdata(ct, (CData *)value, out);
    if (LIKELY(PyBytes_Check(value)) && takes_bytes(ct)) {
        *out = PyBytes_AS_STRING(value);
        return 0;
    }
    Py_ssize_t size = temporary_size(ct, value);
    return size != 0 ? size : from_other(ct, value, out);
}
