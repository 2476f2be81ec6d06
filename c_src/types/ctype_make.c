/* ctype_make.c: the ctypes that follow from their parts: primitives, void, pointers, arrays. */
#include "types/ctype_make.h"

#include <stdlib.h>

#include "base/size.h"
#include "types/err.h"
#include "types/intern.h"

/* ---- primitives ---- */

AT_IMPORT static CType *make_primitive(State *state, int number)
{
    const PrimInfo *info = &prim_table[number];
    CType *ct = ctype_new_steal(state, info->kind, cname_base(info->name));
    if (ct == NULL)
        return NULL;
    ct->primitive = (uint8_t)number;
    ct->conv = info->conv;
    if (number != PRIM_VOID) {
        ct->size = info->size;
        ct->align = info->align;
    }
    if (info->size == 1 && (ctype_is_integer(ct) || ct->kind == KIND_CHAR))
        ct->flags = CTYPE_CHARLIKE;
    return ct;
}

/* What is at *where, a member of the state, borrowed, when `made` (NULL: with an exception) was put there unless another thread was
 * first. */
static CType *publish_steal(CType **where, CType *made)
{
    if (made != NULL && !FT_CLAIM_POINTER(*where, made))
        Py_DECREF(made);
    return made == NULL ? NULL : FT_LOAD_POINTER(*where);
}

CType *ctype_primitive(State *state, int number)
{
    CType *ct = FT_LOAD_POINTER(state->primitives[number]);
    if (UNLIKELY(ct == NULL))
        ct = publish_steal(&state->primitives[number], make_primitive(state, number));
    return (CType *)Py_XNewRef((PyObject *)ct);
}

CType *ctype_void(State *state)
{
    return ctype_primitive(state, PRIM_VOID);
}

CType *ctype_char_array_borrowed(State *state)
{
    CType *ct = FT_LOAD_POINTER(state->char_array);
    if (LIKELY(ct != NULL))
        return ct;
    CType *item = ctype_primitive(state, PRIM_CHAR);
    ct = item == NULL ? NULL : publish_steal(&state->char_array, ctype_array_of(item, -1));
    Py_XDECREF(item);
    return ct;
}

AT_IMPORT int ctype_make_init(State *state)
{
    CType *item = ctype_void(state);
    state->void_pointer = item == NULL ? NULL : ctype_pointer_to(item);
    Py_XDECREF(item);
    return state->void_pointer == NULL ? -1 : 0;
}

/* ---- pointers ---- */

static bool is_file(const CType *ct)
{
    return ct->kind == KIND_STRUCT && (strcmp(ct->name, "FILE") == 0 || strcmp(ct->name, "struct _IO_FILE") == 0);
}

static uint32_t pointer_flags(const CType *item)
{
    if (item->kind == KIND_VOID)
        return CTYPE_VOID_POINTER;
    if (!ctype_is_record(item) && item->flags & CTYPE_CHARLIKE)
        return CTYPE_CHAR_POINTER;
    return is_file(item) ? CTYPE_FILE_POINTER : 0;
}

AT_IMPORT static CType *make_pointer(CType *item)
{
    CName name = cname_pointer(item->name, item->name_position, item->kind == KIND_ARRAY);
    CType *ct = ctype_new_steal(item->state, KIND_POINTER, name);
    if (ct == NULL)
        return NULL;
    ct->u.pointer.item = (CType *)Py_NewRef((PyObject *)item);
    ct->conv = CONV_POINTER;
    ct->size = sizeof(void *);
    ct->align = _Alignof(void *);
    ct->flags = pointer_flags(item);
    return ct;
}

CType *ctype_pointer_to(CType *item)
{
    uintptr_t words[] = {KIND_POINTER, (uintptr_t)item};
    CType *ct = item->pointer;
    if (ct != NULL)
        return (CType *)Py_NewRef((PyObject *)ct);
    PyObject *key = intern_key(words, 2);
    if (key == NULL)
        return NULL;
    if (intern_find(item->state, key, &ct) == 0) {
        ct = make_pointer(item);
        if (ct != NULL)
            ct = intern_add_steal(ct, key);
    }
    if (ct != NULL)
        FT_WITH_GIL_ONLY(item->pointer = ct);
    Py_DECREF(key);
    return ct;
}

/* ---- arrays ---- */

/* The bytes of `length` items, or -1 with an exception; an open array has the size -1 and no exception. */
static int array_size(CType *item, Py_ssize_t length, Py_ssize_t *size)
{
    *size = -1;
    if (length < -1)
        return err_raise(PyExc_ValueError, "negative array length: %zd items of '%s'", length, item->name);
    if (FT_LOAD_WORD(item->size) < 0 && ctype_complete(item) < 0)
        return -1;
    Py_ssize_t item_size = FT_LOAD_WORD(item->size);
    if (item_size < 0)
        return err_raise(PyExc_ValueError, "array item of unknown size: '%s'", item->name);
    if (length >= 0 && !size_multiply(item_size, length, size))
        return err_raise(PyExc_OverflowError,
                         "array size would overflow a Py_ssize_t: %zd items of '%s', %zd bytes each", length,
                         item->name, item_size);
    return 0;
}

static CType *make_array(CType *item, Py_ssize_t length)
{
    CType *ct = NULL, *pointer = NULL;
    Py_ssize_t size;
    if (array_size(item, length, &size) < 0)
        return NULL;
    int nesting = ctype_nesting_around("an array", item);
    if (nesting < 0)
        return NULL;
    pointer = ctype_pointer_to(item);
    if (pointer == NULL)
        return NULL;
    ct = ctype_new_steal(item->state, KIND_ARRAY, cname_array(item->name, item->name_position, length));
    if (ct == NULL) {
        Py_DECREF(pointer);
        return NULL;
    }
    ct->u.array = (CTypeArray){.item = (CType *)Py_NewRef((PyObject *)item), .pointer = pointer, .length = length};
    ct->conv = CONV_ARRAY;
    ct->nesting = nesting;
    ct->size = size;
    ct->align = FT_LOAD_INT(item->align);
    ct->flags = !ctype_is_record(item) && item->flags & CTYPE_CHARLIKE ? CTYPE_CHAR_POINTER : 0;
    return ct;
}

CType *ctype_array_of(CType *item, Py_ssize_t length)
{
    uintptr_t words[] = {KIND_ARRAY, (uintptr_t)item, (uintptr_t)length};
    CType *ct = NULL;
    PyObject *key = intern_key(words, 3);
    if (key == NULL)
        return NULL;
    if (intern_find(item->state, key, &ct) == 0) {
        ct = make_array(item, length);
        if (ct != NULL)
            ct = intern_add_steal(ct, key);
    }
    Py_DECREF(key);
    return ct;
}

CType *ctype_open_array_borrowed(CType *pointer)
{
    CType *open = (CType *)FT_LOAD_POINTER(pointer->u.pointer.open_array);
    if (LIKELY(open != NULL))
        return open;
    CType *made = ctype_array_of(pointer->u.pointer.item, -1);
    if (made == NULL)
        return NULL;
    FT_LOCK(pointer);
    open = pointer->u.pointer.open_array;
    if (open == NULL) {
        FT_STORE_POINTER(pointer->u.pointer.open_array, (CType *)Py_NewRef((PyObject *)made));
        open = made;
    }
    FT_UNLOCK();
    Py_DECREF(made);
    return open;
}

/* ---- names ---- */

PyObject *ctype_name_with(CType *ct, const char *declarator)
{
    if (declarator == NULL || *declarator == '\0')
        return PyUnicode_FromString(ct->name);
    CName name = cname_insert(ct->name, ct->name_position, declarator, 0);
    if (name.text == NULL)
        return PyErr_NoMemory();
    PyObject *result = PyUnicode_FromString(name.text);
    free(name.text);
    return result;
}
