/* buffer.c: the type `buffer`: the bytes of a cdata, to read, write, slice and compare; and ffi.memmove(). */
#include "data/buffer.h"

#include "data/cdata_frombuf.h"
#include "data/debug.h"
#include "data/export.h"
#include "types/err.h"

typedef struct {
    PyObject_HEAD
    CData *cdata;    /* const, owned: its memory is shown */
    Py_ssize_t size; /* const: bytes */
    PyObject *weakrefs;
} Buffer;

/* A cycle goes through the cdata, when that refers to more than memory. */
static inline bool is_tracked(const Buffer *buffer)
{
    return UNLIKELY(PyType_IS_GC(Py_TYPE(buffer->cdata)));
}

/* ---- making ---- */

/* Bytes of what `cd` points to or is; -1 with an exception. */
static Py_ssize_t size_of(CData *cd)
{
    CType *ct = cd->ctype;
    if (ct->kind == KIND_ARRAY)
        return cdata_sizeof(cd);
    if (ct->kind != KIND_POINTER)
        return err_raise(PyExc_TypeError, "expected a pointer or array cdata, got '%s'", ct->name);
    if (cd->length >= 0)
        return cd->length;
    if (ctype_complete(ct->u.pointer.item) < 0)
        return -1;
    Py_ssize_t size = ct->u.pointer.item->size;
    return size >= 0 ? size : err_raise(PyExc_TypeError, "don't know the size pointed to by '%s'", ct->name);
}

/* More than the cdata owns is allowed, as C allows it; but who does that should know. */
static int warn_beyond(CData *cd, Py_ssize_t size)
{
    if (LIKELY(size <= cd->ctype->size && cd->ctype->kind == KIND_ARRAY))
        return 0;
    if (!(cd->flags & CDATA_SINGLE) && Py_TYPE(cd) != cd->ctype->state->cdata_own_type)
        return 0;
    Py_ssize_t owned = size_of(cd);
    if (owned < 0 || size <= owned)
        return owned < 0 ? -1 : 0;
    return PyErr_WarnFormat(PyExc_UserWarning, 1,
                            "ffi.buffer(cdata, bytes): creating a buffer of %zd bytes over a cdata that owns only "
                            "%zd bytes.  This will crash if you access the extra memory",
                            size, owned);
}

static Py_ssize_t checked_size(CData *cd, Py_ssize_t size)
{
    if (cd->flags & CDATA_RELEASED)
        return cdata_err_null(cd, "use ffi.buffer() on"), -1;
    if (size < 0)
        return size_of(cd);
    if (cd->ctype->kind != KIND_POINTER && cd->ctype->kind != KIND_ARRAY)
        return size_of(cd); /* for the error */
    return warn_beyond(cd, size) < 0 ? -1 : size;
}

PyObject *buffer_new(CData *cd, Py_ssize_t size)
{
    size = checked_size(cd, size);
    if (size < 0)
        return NULL;
    if (cd->data == NULL && size > 0)
        return cdata_err_null(cd, "use ffi.buffer() on");
    if (debug_on(cd) && debug_check(cd, cd->data, size, "use ffi.buffer() on") < 0)
        return NULL;
    State *state = cd->ctype->state;
    Buffer *buffer = (Buffer *)freelist_take(&state->free_lists[FREE_BUFFER]);
    if (UNLIKELY(buffer == NULL) && (buffer = PyObject_GC_New(Buffer, state->buffer_type)) == NULL)
        return NULL;
    buffer->cdata = (CData *)Py_NewRef(cd);
    buffer->size = size;
    buffer->weakrefs = NULL;
    if (is_tracked(buffer))
        PyObject_GC_Track((PyObject *)buffer);
    return (PyObject *)buffer;
}

/* values[i] = the argument for parameter i. */
static int take_arguments(PyObject *const *args, Py_ssize_t count, PyObject *kwnames, PyObject *values[2])
{
    static const char *const names[2] = {"cdata", "size"};
    Py_ssize_t keywords = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames);
    if (count > 2)
        return err_raise(PyExc_TypeError, "buffer() takes at most 2 arguments (%zd given)", count);
    for (Py_ssize_t i = 0; i < count + keywords; i++) {
        PyObject *name = i < count ? NULL : PyTuple_GET_ITEM(kwnames, i - count);
        int place = name == NULL ? (int)i : PyUnicode_CompareWithASCIIString(name, names[1]) == 0;
        if (name != NULL && PyUnicode_CompareWithASCIIString(name, names[place]) != 0)
            return err_raise(PyExc_TypeError, "buffer() got an unexpected keyword argument '%U'", name);
        if (values[place] != NULL)
            return err_raise(PyExc_TypeError, "buffer() got two values for argument '%s'", names[place]);
        values[place] = args[i];
    }
    return values[0] != NULL ? 0 : err_raise(PyExc_TypeError, "buffer() missing required argument 'cdata' (pos 1)");
}

/* buffer(cdata, size=-1) in Python. */
static PyObject *buffer_vectorcall(PyObject *Py_UNUSED(type), PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    PyObject *values[2] = {NULL, NULL};
    Py_ssize_t size = -1;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (LIKELY(kwnames == NULL && (count == 1 || count == 2))) {
        values[0] = args[0];
        values[1] = count == 2 ? args[1] : NULL;
    } else if (take_arguments(args, count, kwnames, values) < 0)
        return NULL;
    if (!cdata_check(values[0]))
        return err_null(PyExc_TypeError, "buffer() argument 1 must be _cffi_backend._CDataBase, not %.200s",
                        Py_TYPE(values[0])->tp_name);
    if (values[1] != NULL && !(PyLong_CheckExact(values[1]) && compat_long_small(values[1], &size))) {
        size = PyNumber_AsSsize_t(values[1], PyExc_OverflowError);
        if (size == -1 && PyErr_Occurred())
            return NULL;
    }
    return buffer_new((CData *)values[0], size);
}

/* ---- life ---- */

static int buffer_tp_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((Buffer *)self)->cdata);
    return 0;
}

static void buffer_tp_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    CData *cdata = ((Buffer *)self)->cdata;
    if (is_tracked((Buffer *)self))
        PyObject_GC_UnTrack(self);
    if (((Buffer *)self)->weakrefs != NULL)
        PyObject_ClearWeakRefs(self);
    if (UNLIKELY(!freelist_keep(&cdata->ctype->state->free_lists[FREE_BUFFER], self))) {
        type->tp_free(self);
        Py_DECREF(type);
    }
    Py_DECREF(cdata);
}

/* ---- the buffer protocol ---- */

static int buffer_bf_get(PyObject *self, Py_buffer *view, int flags)
{
    Buffer *buffer = (Buffer *)self;
    return export_bytes(self, buffer->cdata, buffer->size, view, flags);
}

static void buffer_bf_release(PyObject *self, Py_buffer *view)
{
    (void)view;
    export_end(((Buffer *)self)->cdata);
}

/* ---- items and slices ---- */

COLD static char *bytes_of_debug(Buffer *buffer)
{
    CData *cd = buffer->cdata;
    if (debug_check_alive(cd, "use the buffer of") < 0)
        return NULL;
    return cd->data != NULL || buffer->size == 0 ? cd->data : cdata_err_null(cd, "use the buffer of");
}

/* Where the bytes are; NULL with an exception after a release. */
static char *bytes_of(Buffer *buffer)
{
    if (debug_on(buffer->cdata))
        return bytes_of_debug(buffer);
    if (LIKELY(buffer->cdata->data != NULL) || buffer->size == 0)
        return buffer->cdata->data;
    return cdata_err_null(buffer->cdata, "use the buffer of");
}

static Py_ssize_t buffer_length(PyObject *self)
{
    return ((Buffer *)self)->size;
}

/* A part of the buffer: one byte, or a slice. */
typedef struct {
    Py_ssize_t start;
    Py_ssize_t length;
    bool is_slice;
} Part;

static int part_of_slice(Buffer *buffer, PySliceObject *key, Part *part)
{
    Py_ssize_t stop, step;
    part->is_slice = true;
    part->start = 0;
    part->length = buffer->size;
    if (key->start == Py_None && key->stop == Py_None && key->step == Py_None)
        return 0;
    if (PySlice_Unpack((PyObject *)key, &part->start, &stop, &step) < 0)
        return -1;
    part->length = PySlice_AdjustIndices(buffer->size, &part->start, &stop, step);
    return step == 1 ? 0 : err_raise(PyExc_TypeError, "buffer doesn't support slicing with step != 1");
}

static int part_of(Buffer *buffer, PyObject *key, Part *part)
{
    if (PySlice_Check(key))
        return part_of_slice(buffer, (PySliceObject *)key, part);
    part->is_slice = false;
    part->length = 1;
    if (!PyIndex_Check(key))
        return err_raise(PyExc_TypeError, "buffer indices must be integers, not %.200s", Py_TYPE(key)->tp_name);
    part->start = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (part->start == -1 && PyErr_Occurred())
        return -1;
    part->start += part->start < 0 ? buffer->size : 0;
    return part->start >= 0 && part->start < buffer->size ? 0
                                                          : err_raise(PyExc_IndexError, "buffer index out of range");
}

static PyObject *buffer_subscript(PyObject *self, PyObject *key)
{
    Part part;
    char *bytes = bytes_of((Buffer *)self);
    if ((bytes == NULL && PyErr_Occurred()) || part_of((Buffer *)self, key, &part) < 0)
        return NULL;
    return PyBytes_FromStringAndSize(part.length == 0 ? NULL : bytes + part.start, part.length);
}

/* For iteration and `in`. */
static PyObject *buffer_item(PyObject *self, Py_ssize_t index)
{
    char *bytes = bytes_of((Buffer *)self);
    if (bytes == NULL && PyErr_Occurred())
        return NULL;
    if (index < 0 || index >= ((Buffer *)self)->size)
        return err_null(PyExc_IndexError, "buffer index out of range");
    return PyBytes_FromStringAndSize(bytes + index, 1);
}

static int assign_byte(char *where, PyObject *value)
{
    if (!PyBytes_Check(value) || PyBytes_GET_SIZE(value) != 1)
        return err_raise(PyExc_TypeError, "must assign a bytes of length 1, not %.200s", Py_TYPE(value)->tp_name);
    *where = *PyBytes_AS_STRING(value);
    return 0;
}

static int assign_slice(char *where, Py_ssize_t length, PyObject *value)
{
    Py_buffer source;
    int result = 0;
    if (PyObject_GetBuffer(value, &source, PyBUF_SIMPLE) < 0)
        return -1;
    if (source.len != length)
        result = err_raise(PyExc_ValueError, "right operand length must match slice length (%zd, not %zd)", length,
                           source.len);
    else if (length > 0)
        memmove(where, source.buf, (size_t)length);
    PyBuffer_Release(&source);
    return result;
}

static int buffer_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    Part part;
    char *bytes = bytes_of((Buffer *)self);
    if (value == NULL)
        return err_raise(PyExc_TypeError, "'del x[n]' not supported for buffer objects");
    if ((bytes == NULL && PyErr_Occurred()) || part_of((Buffer *)self, key, &part) < 0)
        return -1;
    if (!part.is_slice)
        return assign_byte(bytes + part.start, value);
    return assign_slice(part.length == 0 ? NULL : bytes + part.start, part.length, value);
}

/* ---- comparison: as bytes ---- */

static PyObject *compare_bytes(const Py_buffer *a, const Py_buffer *b, int operation)
{
    size_t common = (size_t)(a->len < b->len ? a->len : b->len);
    int order = common == 0 ? 0 : memcmp(a->buf, b->buf, common);
    if (order == 0)
        order = a->len < b->len ? -1 : a->len > b->len;
    Py_RETURN_RICHCOMPARE(order, 0, operation);
}

static PyObject *buffer_tp_richcompare(PyObject *self, PyObject *other, int operation)
{
    Py_buffer a, b;
    if (!PyObject_CheckBuffer(other))
        Py_RETURN_NOTIMPLEMENTED;
    if (PyObject_GetBuffer(self, &a, PyBUF_SIMPLE) < 0)
        return NULL;
    PyObject *result = NULL;
    if (PyObject_GetBuffer(other, &b, PyBUF_SIMPLE) == 0) {
        result = compare_bytes(&a, &b, operation);
        PyBuffer_Release(&b);
    }
    PyBuffer_Release(&a);
    return result;
}

/* ---- memmove ---- */

/* One side of a memmove: a cdata, or the buffer of an object. */
typedef struct {
    char *data;
    Py_buffer view; /* view.obj NULL for a cdata */
} Side;

static int side_of_cdata(CData *cd, Py_ssize_t n, Side *side)
{
    if (cd->ctype->kind != KIND_POINTER && cd->ctype->kind != KIND_ARRAY)
        return err_raise(PyExc_TypeError, "expected a pointer or array ctype, got '%s'", cd->ctype->name);
    if (cd->flags & CDATA_RELEASED || (cd->data == NULL && n > 0))
        return cdata_err_null(cd, "use ffi.memmove() on"), -1;
    side->data = cd->data;
    return debug_on(cd) ? debug_check(cd, cd->data, n, "use ffi.memmove() on") : 0;
}

static int side_of(PyObject *object, Py_ssize_t n, bool writable, Side *side)
{
    side->view.obj = NULL;
    if (cdata_check(object))
        return side_of_cdata((CData *)object, n, side);
    if (PyObject_GetBuffer(object, &side->view, writable ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0)
        return -1;
    side->data = side->view.buf;
    if (n <= side->view.len)
        return 0;
    err_raise(PyExc_ValueError, "ffi.memmove(): %zd bytes asked for, the '%.200s' has %zd", n, Py_TYPE(object)->tp_name,
              side->view.len);
    PyBuffer_Release(&side->view);
    return -1;
}

int buffer_memmove(PyObject *dest, PyObject *src, Py_ssize_t n)
{
    Side to, from;
    if (n < 0)
        return err_raise(PyExc_ValueError, "negative size");
    if (side_of(src, n, false, &from) < 0)
        return -1;
    int result = side_of(dest, n, true, &to);
    if (result == 0) {
        if (n > 0)
            memmove(to.data, from.data, (size_t)n);
        PyBuffer_Release(&to.view);
    }
    PyBuffer_Release(&from.view);
    return result;
}

/* ---- the type ---- */

static PyMemberDef buffer_members[] = {
    COMPAT_MEMBER_WEAKREFS(Buffer, weakrefs),
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot buffer_slots[] = {
    {Py_tp_doc, "buffer(cdata, size=-1)\n--\n\nThe bytes of the memory that a cdata pointer or array refers to, to "
                "read and write; "
                "without a size those of the item pointed to, or of the whole array.\n\n"
                "    buf[:]          a copy as bytes\n    buf[i], buf[i:j]\n    buf[i] = ..., buf[i:j] = ..."},
    {Py_tp_dealloc, buffer_tp_dealloc},
    {Py_tp_traverse, buffer_tp_traverse},
    {Py_tp_richcompare, buffer_tp_richcompare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_members, buffer_members},
    {Py_sq_item, buffer_item},
    {Py_sq_length, buffer_length},
    {Py_mp_length, buffer_length},
    {Py_mp_subscript, buffer_subscript},
    {Py_mp_ass_subscript, buffer_ass_subscript},
    {Py_bf_getbuffer, buffer_bf_get},
    {Py_bf_releasebuffer, buffer_bf_release},
    {0, NULL},
};

static PyType_Spec buffer_spec = {
    .name = "_cffi_backend.buffer",
    .basicsize = sizeof(Buffer),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = buffer_slots,
};

AT_IMPORT int buffer_init(State *state)
{
    if (state_make_type(state, &buffer_spec, NULL, &state->buffer_type) < 0)
        return -1;
    state->buffer_type->tp_vectorcall = buffer_vectorcall; /* there was no slot for it before 3.14 */
    return 0;
}
