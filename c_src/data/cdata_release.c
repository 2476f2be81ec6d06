/* cdata_release.c: ffi.release(), and `with` on a cdata. */
#include "data/cdata_release.h"

#include "data/cdata_frombuf.h"
#include "data/cdata_gc.h"
#include "data/cdata_own.h"
#include "data/debug.h"
#include "types/err.h"

typedef int (*Release)(CData *cd);

/* What gives back the resource of a cdata; NULL for those that own none, a struct that a C function returned among
 * them. */
static Release release_of(CData *cd)
{
    State *state = cd->ctype->state;
    PyTypeObject *type = Py_TYPE(cd);
    if (type == state->cdata_own_type && !ctype_is_record(cd->ctype))
        return cdata_own_release;
    if (type == state->cdata_gc_type)
        return cdata_gc_release;
    return type == state->cdata_frombuf_type ? cdata_frombuf_release : NULL;
}

static int err_not_releasable(CData *cd)
{
    return err_raise(PyExc_ValueError,
                     "only 'cdata' object from ffi.new(), ffi.gc(), ffi.from_buffer() or ffi.new_allocator()() can be "
                     "used with the 'with' keyword or ffi.release(), not a cdata '%s' that owns nothing",
                     cd->ctype->name);
}

int cdata_release(CData *cd)
{
    Release release = release_of(cd);
    if (release == NULL)
        return err_not_releasable(cd);
    if (debug_on(cd) && cd->flags & CDATA_RELEASED)
        return debug_err_released_twice(cd);
    return release(cd);
}

PyObject *cdata_release_enter(PyObject *self, PyObject *Py_UNUSED(unused))
{
    if (release_of((CData *)self) == NULL)
        return err_not_releasable((CData *)self), NULL;
    if (((CData *)self)->flags & CDATA_RELEASED)
        return cdata_err_null((CData *)self, "enter");
    return Py_NewRef(self);
}

PyObject *cdata_release_exit(PyObject *self, PyObject *Py_UNUSED(args))
{
    if (cdata_release((CData *)self) < 0)
        return NULL;
    Py_RETURN_NONE;
}
