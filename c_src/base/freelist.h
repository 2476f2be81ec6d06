/* freelist.h: objects of one type that have died and wait to be used again. With the GIL only: without it such a list is always empty.
 *
 * An object in here keeps its reference to its type, which therefore must be shown to the garbage collector: see state_visit(). */
#ifndef CFFI_BASE_FREELIST_H
#define CFFI_BASE_FREELIST_H

#include "base/py.h"

#define FREELIST_MAX 64

typedef struct {
    Py_ssize_t count;
    Py_ssize_t room; /* how many are kept; 0 in debug mode, and when the module is being unloaded */
    PyObject *objects[FREELIST_MAX];
} FreeList;

/* A new object with one reference, otherwise as it was left; of a type with garbage collection, not tracked. NULL without an exception:
 * make one. */
static inline PyObject *freelist_take(FreeList *list)
{
    return FT_FREE_LISTS && LIKELY(list->count > 0) ? compat_revive(list->objects[--list->count]) : NULL;
}

/* For a tp_dealloc: whether the object, which is not tracked, is kept with the reference to its type. */
static inline bool freelist_keep(FreeList *list, PyObject *object)
{
    if (!FT_FREE_LISTS || UNLIKELY(list->count >= list->room))
        return false;
    list->objects[list->count++] = object;
    return true;
}

static inline int freelist_visit(FreeList *list, visitproc visit, void *arg)
{
    for (Py_ssize_t i = 0; i < list->count; i++)
        Py_VISIT(Py_TYPE(list->objects[i]));
    return 0;
}

/* Keeps none from now on. */
void freelist_close(FreeList *list);

#endif
