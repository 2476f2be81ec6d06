/* argument.c: Python objects as arguments of C functions. */
#include "call/argument.h"

#include "types/err.h"

#define PLAIN_LIST_MAX (1 << 20) /* items */

static Py_ssize_t items_in(Py_ssize_t size, const CType *item)
{
    return item->size > 0 ? size / item->size : -1;
}

/* A list of numbers, as anybody would write it: what there is to check is nothing, and no byte is left unset. (Without a GIL the list
 * could change meanwhile.) */
static bool is_plain_list(const CType *item, PyObject *value)
{
    return FT_FREE_LISTS && PyList_CheckExact(value) && item->kind >= KIND_SIGNED && item->kind <= KIND_FLOAT &&
           (size_t)PyList_GET_SIZE(value) - 1 < PLAIN_LIST_MAX;
}

static int store_plain_list(CType *item, char *slot, PyObject *list, Memory *memory)
{
    Py_ssize_t count = PyList_GET_SIZE(list);
    char *address = memory_get(memory, (size_t)(count * item->size));
    *(char **)(void *)slot = address;
    return address == NULL ? -1 : to_c_items(item, address, list, count);
}

int argument_pointer(CType *pointer, char *slot, PyObject *value, Memory *memory)
{
    char *address;
    if (pointer->kind == KIND_POINTER && is_plain_list(pointer->u.pointer.item, value))
        return store_plain_list(pointer->u.pointer.item, slot, value, memory);
    Py_ssize_t size = to_c_pointer_argument(pointer, value, &address);
    if (size < 0)
        return -1;
    if (size > 0) {
        address = memory_get(memory, (size_t)size);
        if (address == NULL)
            return -1;
        memset(address, 0, (size_t)size);
        if (to_c_array(pointer, address, items_in(size, pointer->u.pointer.item), value) < 0)
            return -1;
    }
    *(char **)(void *)slot = address;
    return 0;
}

PyObject *argument_err_count(const CType *function, Py_ssize_t nargs)
{
    return err_null(PyExc_TypeError, "'%s' expects %s%zd arguments, got %zd", function->name,
                    function->u.function.variadic ? "at least " : "", function->u.function.argument_count, nargs);
}

PyObject *argument_err_address(const CType *function, const char *address)
{
    return err_null(PyExc_RuntimeError, "cannot call '%s': there is no function at address %p", function->name,
                    (const void *)address);
}
