/* freelist.c: the end of the objects that wait to be used again. */
#include "base/freelist.h"

void freelist_close(FreeList *list)
{
    list->room = 0;
    while (list->count > 0) {
        PyObject *object = list->objects[--list->count];
        PyTypeObject *type = Py_TYPE(object);
        if (PyType_IS_GC(type))
            PyObject_GC_Del(object);
        else
            PyObject_Free(object);
        Py_DECREF(type);
    }
}
