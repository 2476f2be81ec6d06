/* text.c: ffi.string() and ffi.unpack(). */
#include "data/text.h"

#include "base/size.h"
#include "data/debug.h"
#include "data/from_c.h"
#include "data/number.h"
#include "data/wide.h"
#include "types/ctype_make.h"
#include "types/err.h"

/* char, signed char, unsigned char and integers of that size, but no bool and no enum. */
static bool is_byte(const CType *ct)
{
    return ct->size == 1 && ct->kind >= KIND_CHAR && ct->kind <= KIND_UNSIGNED && !(ct->flags & CTYPE_ENUM);
}

static bool is_wide(const CType *ct)
{
    return ct->conv == CONV_CHAR16 || ct->conv == CONV_CHAR32;
}

/* ---- string() ---- */

static Py_ssize_t byte_length(const char *data, Py_ssize_t limit)
{
    if (limit < 0)
        return (Py_ssize_t)strlen(data);
    const char *end = memchr(data, 0, (size_t)limit);
    return end == NULL ? limit : end - data;
}

/* Debug mode: -1 with an exception when there is no null in the memory that is left, and no limit before its end. */
COLD static int check_string(CData *cd, CType *item, Py_ssize_t limit)
{
    Py_ssize_t room = debug_room(cd);
    if (debug_check(cd, cd->data, 0, "read") < 0)
        return -1;
    if (room < 0 || (limit >= 0 && limit <= room / item->size))
        return 0;
    Py_ssize_t length =
        is_byte(item) ? byte_length(cd->data, room) : wide_length(item->conv, cd->data, room / item->size);
    return length < room / item->size ? 0 : debug_check(cd, cd->data, room + item->size, "read");
}

static PyObject *string_of_chars(CData *cd, CType *item, Py_ssize_t limit)
{
    if (cd->flags & CDATA_RELEASED)
        return cdata_err_null(cd, "use string() on");
    if (cd->data == NULL)
        return err_null(PyExc_RuntimeError, "cannot use string() on %R", cd);
    if (cd->ctype->kind == KIND_ARRAY && (limit < 0 || limit > cd->length))
        limit = cd->length;
    if (debug_on(cd) && check_string(cd, item, limit) < 0)
        return NULL;
    if (is_byte(item))
        return PyBytes_FromStringAndSize(cd->data, byte_length(cd->data, limit));
    return wide_to_str(item->conv, cd->data, wide_length(item->conv, cd->data, limit));
}

/* The name of the value; its digits when it has none. */
static PyObject *string_of_enum(CData *cd)
{
    PyObject *value = number_int((PyObject *)cd);
    if (value == NULL)
        return NULL;
    PyObject *name = ctype_enum_name_borrowed(cd->ctype, value);
    PyObject *result = name != NULL ? Py_NewRef(name) : PyErr_Occurred() ? NULL : PyObject_Str(value);
    Py_DECREF(value);
    return result;
}

PyObject *text_string(CData *cd, Py_ssize_t maxlen)
{
    CType *ct = cd->ctype, *item = ctype_item_borrowed(ct);
    if (item != NULL && (is_byte(item) || is_wide(item)))
        return string_of_chars(cd, item, maxlen);
    if (is_byte(ct))
        return PyBytes_FromStringAndSize(cd->data, 1);
    if (is_wide(ct))
        return wide_to_str(ct->conv, cd->data, 1);
    if (ct->flags & CTYPE_ENUM && ctype_is_primitive(ct))
        return string_of_enum(cd);
    return err_null(PyExc_TypeError, "string(): unexpected cdata '%s' argument", ct->name);
}

/* ---- unpack() ---- */

static int check_unpack(CData *cd, CType *item, Py_ssize_t length)
{
    Py_ssize_t bytes;
    if (item == NULL)
        return err_raise(PyExc_TypeError, "expected a pointer or array, got '%s'", cd->ctype->name);
    if (length < 0)
        return err_raise(PyExc_ValueError, "'length' cannot be negative");
    if (cd->flags & CDATA_RELEASED)
        return cdata_err_null(cd, "use unpack() on"), -1;
    if (cd->data == NULL)
        return err_raise(PyExc_RuntimeError, "cannot use unpack() on %R", cd);
    if (ctype_complete(item) < 0)
        return -1;
    if (item->size < 0)
        return err_raise(PyExc_ValueError, "'%s' points to items of unknown size", cd->ctype->name);
    if (!size_multiply(length, item->size, &bytes))
        return err_raise(PyExc_OverflowError, "%zd items of '%s' do not fit into memory", length, item->name);
    return debug_on(cd) ? debug_check(cd, cd->data, bytes, "read") : 0;
}

PyObject *text_unpack(CData *cd, Py_ssize_t length)
{
    CType *item = ctype_item_borrowed(cd->ctype);
    if (check_unpack(cd, item, length) < 0)
        return NULL;
    if (item->conv == CONV_CHAR8)
        return PyBytes_FromStringAndSize(cd->data, length);
    return is_wide(item) ? wide_to_str(item->conv, cd->data, length) : from_c_list(item, cd->data, length);
}
