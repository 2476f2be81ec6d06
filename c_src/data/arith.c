/* arith.c: pointer arithmetic and comparison of cdata. */
#include "data/arith.h"

#include "data/number.h"
#include "types/err.h"

/* ---- pointer + int, pointer - int ---- */

/* The pointer type of a pointer or array; NULL for others. Borrowed. */
static inline CType *pointer_type(const CType *ct)
{
    return ct->kind == KIND_POINTER ? (CType *)ct : ct->kind == KIND_ARRAY ? ct->u.array.pointer : NULL;
}

/* The bytes from one item to the next: that of void is 1, as in GNU C. -1 with an exception. */
static Py_ssize_t stride(CType *pointer)
{
    CType *item = pointer->u.pointer.item;
    if (LIKELY(FT_LOAD_WORD(item->size) >= 0))
        return item->size;
    if (pointer->flags & CTYPE_VOID_POINTER)
        return 1;
    if (ctype_complete(item) < 0)
        return -1;
    if (item->size >= 0)
        return item->size;
    return err_raise(PyExc_TypeError, "ctype '%s' points to items of unknown size", pointer->name);
}

static PyObject *add_count(CData *cd, PyObject *number, bool subtract)
{
    CType *pointer = pointer_type(cd->ctype);
    Py_ssize_t count;
    if (UNLIKELY(!PyLong_CheckExact(number) || !compat_long_small(number, &count))) {
        count = PyNumber_AsSsize_t(number, PyExc_OverflowError);
        if (count == -1 && PyErr_Occurred())
            return NULL;
    }
    if (UNLIKELY(pointer == NULL))
        return err_null(PyExc_TypeError, "cannot add a cdata '%s' and a number", cd->ctype->name);
    if (UNLIKELY(cd->flags & CDATA_RELEASED))
        return cdata_err_null(cd, "compute with");
    Py_ssize_t size = stride(pointer);
    if (UNLIKELY(size < 0))
        return NULL;
    uintptr_t bytes = (uintptr_t)count * (uintptr_t)size;
    return cdata_view(pointer, (char *)((uintptr_t)cd->data + (subtract ? 0 - bytes : bytes)));
}

PyObject *arith_add(PyObject *left, PyObject *right)
{
    return cdata_check(left) ? add_count((CData *)left, right, false) : add_count((CData *)right, left, false);
}

/* ---- pointer - pointer ---- */

COLD static PyObject *err_subtract(CData *left, CData *right)
{
    CType *type = right->ctype->kind == KIND_ARRAY ? right->ctype->u.array.pointer : right->ctype;
    return err_null(PyExc_TypeError, "cannot subtract cdata '%s' and cdata '%s'", left->ctype->name, type->name);
}

static PyObject *difference(CData *left, CData *right)
{
    CType *pointer = pointer_type(left->ctype);
    if (pointer == NULL || pointer != pointer_type(right->ctype) ||
        (pointer->u.pointer.item->size <= 0 && !(pointer->flags & CTYPE_VOID_POINTER)))
        return err_subtract(left, right);
    if ((left->flags | right->flags) & CDATA_RELEASED)
        return cdata_err_null(left->flags & CDATA_RELEASED ? left : right, "compute with");
    Py_ssize_t size = stride(pointer);
    Py_ssize_t bytes = (Py_ssize_t)((uintptr_t)left->data - (uintptr_t)right->data);
    if (bytes % size != 0)
        return err_null(PyExc_ValueError,
                        "pointer subtraction: the distance between the two pointers is not a multiple of the item "
                        "size of '%s'",
                        pointer->name);
    return compat_long_from_size(bytes / size);
}

PyObject *arith_subtract(PyObject *left, PyObject *right)
{
    if (!cdata_check(left))
        Py_RETURN_NOTIMPLEMENTED;
    if (cdata_check(right) && (pointer_type(((CData *)right)->ctype) != NULL))
        return difference((CData *)left, (CData *)right);
    return add_count((CData *)left, right, true);
}

/* ---- comparison ---- */

static PyObject *compare_long_doubles(CData *left, CData *right, int operation)
{
    long double a = number_long_double(left->ctype, left->data), b = number_long_double(right->ctype, right->data);
    Py_RETURN_RICHCOMPARE(a, b, operation);
}

/* A primitive compares as the Python value that it stands for; with another cdata only when that is primitive too. */
static PyObject *compare_values(CData *left, PyObject *right, int operation)
{
    PyObject *a = NULL, *b = NULL, *result = NULL;
    if (cdata_check(right)) {
        CData *other = (CData *)right;
        if (!ctype_is_primitive(other->ctype) || !ctype_is_primitive(left->ctype))
            Py_RETURN_NOTIMPLEMENTED;
        if (left->ctype->kind == KIND_LONG_DOUBLE && other->ctype->kind == KIND_LONG_DOUBLE)
            return compare_long_doubles(left, other, operation);
        b = number_value(other);
    } else
        b = Py_NewRef(right);
    a = b == NULL ? NULL : number_value(left);
    if (a != NULL)
        result = PyObject_RichCompare(a, b, operation);
    Py_XDECREF(a);
    Py_XDECREF(b);
    return result;
}

static PyObject *compare_addresses(CData *left, CData *right, int operation)
{
    uintptr_t a = (uintptr_t)cdata_address(left), b = (uintptr_t)cdata_address(right);
    Py_RETURN_RICHCOMPARE(a, b, operation);
}

PyObject *arith_compare(PyObject *self, PyObject *other, int operation)
{
    CData *left = (CData *)self;
    bool both = cdata_check(other);
    if (LIKELY(both && left->ctype->kind >= KIND_POINTER && ((CData *)other)->ctype->kind >= KIND_POINTER))
        return compare_addresses(left, (CData *)other, operation);
    if (ctype_is_primitive(left->ctype) || both)
        return compare_values(left, other, operation);
    Py_RETURN_NOTIMPLEMENTED;
}
