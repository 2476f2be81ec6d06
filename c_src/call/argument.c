/* argument.c: Python objects as arguments of C functions. */
#include "call/argument.h"

#include "types/err.h"

static Py_ssize_t items_in(Py_ssize_t size, const CType *item)
{
    return item->size > 0 ? size / item->size : -1;
}

int argument_pointer(CType *pointer, char *slot, PyObject *value, Memory *memory)
{
    char *address;
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
