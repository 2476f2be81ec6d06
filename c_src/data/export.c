/* export.c: the buffer protocol of cdata. */
#include "data/export.h"

#include "data/cdata_frombuf.h"
#include "data/cdata_record.h"
#include "data/format.h"
#include "types/err.h"

/* What a typed view points to, freed with it. */
typedef struct {
    char *format;
    Py_ssize_t dimensions[]; /* shape, then strides */
} Details;

/* ---- holding the memory ---- */

/* The cdata whose release frees the memory of `cd`. Borrowed. */
static CData *holder_of(CData *cd)
{
    CData *owner = cdata_record_owner_borrowed(cd);
    return owner != NULL ? owner : cd;
}

/* Counts one more export of `size` bytes. 0, or -1 with BufferError when there is no memory. */
static int export_begin(CData *cd, Py_ssize_t size)
{
    CData *holder = holder_of(cd);
    bool released;
    if (cd->data == NULL && size > 0 && !(cd->flags & CDATA_RELEASED))
        return err_raise(PyExc_BufferError, "cdata '%s' is at address NULL: it has no memory", cd->ctype->name);
    FT_LOCK(holder);
    released = (holder->flags & CDATA_RELEASED) != 0;
    holder->exports += !released;
    FT_UNLOCK();
    if (released)
        return err_raise(PyExc_BufferError, "cdata '%s' was released by ffi.release() or 'with': it has no memory",
                         cd->ctype->name);
    return 0;
}

void export_end(CData *cd)
{
    CData *holder = holder_of(cd);
    FT_LOCK(holder);
    holder->exports--;
    FT_UNLOCK();
}

static bool is_readonly(CData *cd)
{
    return Py_TYPE(cd) == cd->ctype->state->cdata_frombuf_type && cdata_frombuf_readonly(cd);
}

/* ---- bytes ---- */

int export_bytes(PyObject *self, CData *cd, Py_ssize_t size, Py_buffer *view, int flags)
{
    view->obj = NULL;
    if (export_begin(cd, size) < 0)
        return -1;
    if (PyBuffer_FillInfo(view, self, cd->data == NULL ? "" : cd->data, size, is_readonly(cd), flags) == 0)
        return 0;
    export_end(cd);
    return -1;
}

/* ---- typed ---- */

/* The dimensions of `ct`, and what is in them (borrowed). An array of arrays is one with several. */
static int count_dimensions(CType *ct, CType **item)
{
    int count = 0;
    for (*item = ct; (*item)->kind == KIND_ARRAY && count < PyBUF_MAX_NDIM; *item = (*item)->u.array.item)
        count++;
    return count;
}

static Details *details_new(CData *cd, CType *item, int count)
{
    CType *ct = cd->ctype;
    Details *details = PyMem_Malloc(sizeof(Details) + 2 * (size_t)count * sizeof(Py_ssize_t));
    if (details == NULL)
        return (Details *)PyErr_NoMemory();
    details->format = format_of(item);
    if (details->format == NULL) {
        PyMem_Free(details);
        return NULL;
    }
    for (int i = 0; i < count; i++, ct = ct->u.array.item) {
        details->dimensions[i] = i == 0 ? cd->length : ct->u.array.length;
        details->dimensions[count + i] = ct->u.array.item->size;
    }
    return details;
}

static int fill_view(CData *cd, Py_ssize_t size, Py_buffer *view, int flags)
{
    CType *item;
    int count = count_dimensions(cd->ctype, &item);
    Details *details = details_new(cd, item, count);
    if (details == NULL)
        return -1;
    view->buf = cd->data == NULL ? "" : cd->data;
    view->len = size;
    view->readonly = is_readonly(cd);
    view->itemsize = count == 0 ? size : item->size;
    view->ndim = count;
    view->format = flags & PyBUF_FORMAT ? details->format : NULL;
    /* without dimensions both have to be NULL */
    view->shape = count > 0 && flags & PyBUF_ND ? details->dimensions : NULL;
    view->strides = count > 0 && (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? details->dimensions + count : NULL;
    view->suboffsets = NULL;
    view->internal = details;
    view->obj = Py_NewRef(cd);
    return 0;
}

/* A record of more bytes than its type has: no format tells of those. */
static bool is_flexible(CData *cd)
{
    return ctype_is_record(cd->ctype) && cd->length >= 0;
}

/* What cannot be given as asked. */
static int check_request(CData *cd, int flags)
{
    int kind = cd->ctype->kind;
    if (kind != KIND_ARRAY && !ctype_is_record(cd->ctype))
        return err_raise(PyExc_TypeError,
                         "a bytes-like object is required, not cdata '%s' (arrays and structs have a buffer; use "
                         "ffi.buffer() for what a pointer points to)",
                         cd->ctype->name);
    if (flags & PyBUF_WRITABLE && is_readonly(cd))
        return err_raise(PyExc_BufferError, "cdata '%s' is read-only: it is from a read-only buffer", cd->ctype->name);
    bool fortran =
        (flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS && (flags & PyBUF_C_CONTIGUOUS) != PyBUF_C_CONTIGUOUS;
    if (fortran && kind == KIND_ARRAY && cd->ctype->u.array.item->kind == KIND_ARRAY)
        return err_raise(PyExc_BufferError, "cdata '%s' is an array in C order, not in Fortran order", cd->ctype->name);
    return 0;
}

int export_get(PyObject *self, Py_buffer *view, int flags)
{
    CData *cd = (CData *)self;
    view->obj = NULL;
    if (check_request(cd, flags) < 0)
        return -1;
    Py_ssize_t size = cdata_sizeof(cd);
    bool plain = (flags & (PyBUF_ND | PyBUF_FORMAT)) == 0 || is_flexible(cd);
    if (size < 0 || plain)
        return size < 0 ? -1 : export_bytes(self, cd, size, view, flags);
    if (export_begin(cd, size) < 0)
        return -1;
    if (fill_view(cd, size, view, flags) == 0)
        return 0;
    export_end(cd);
    return -1;
}

void export_release(PyObject *self, Py_buffer *view)
{
    Details *details = view->internal;
    if (details != NULL) {
        PyMem_Free(details->format);
        PyMem_Free(details);
    }
    export_end((CData *)self);
}
