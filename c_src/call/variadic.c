/* variadic.c: the arguments after `...`: what their types become, and how they are stored. */
#include "call/variadic.h"

#include "call/cif_type.h"
#include "types/ctype_make.h"
#include "types/err.h"

/* What C makes of a value in the variadic part (C11 6.5.2.2p6, 6.3.2.1p3): small integers become int, float becomes double, arrays
 * become pointers. Borrowed: the type is kept by the cdata or by the module. */
static CType *promoted(CType *ct)
{
    int number;
    if (ct->kind == KIND_ARRAY)
        return ct->u.array.pointer;
    if (ct->kind >= KIND_BOOL && ct->kind <= KIND_UNSIGNED && ct->size < (Py_ssize_t)sizeof(int))
        number = PRIM_INT;
    else if (ct->kind == KIND_FLOAT && ct->size == sizeof(float))
        number = PRIM_DOUBLE;
    else
        return ct;
    CType *result = ctype_primitive(ct->state, number);
    Py_XDECREF(result);
    return result;
}

int variadic_store(CType *ct, char *slot, PyObject *value)
{
    const CData *cd = (const CData *)value;
    const CType *from = cd->ctype;
    if (UNLIKELY(cd->flags & CDATA_RELEASED)) {
        cdata_err_null((CData *)value, "pass");
        return -1;
    }
    if (ct->kind == KIND_POINTER || ct->kind == KIND_FUNCTION)
        *(char **)(void *)slot = cd->data;
    else if (from == ct || ct->size == from->size)
        memcpy(slot, cd->data, (size_t)ct->size);
    else if (ct->kind == KIND_FLOAT)
        *(double *)(void *)slot = *(const float *)(const void *)cd->data;
    else
        *(int *)(void *)slot = cif_is_signed(from) ? (int)prim_load_signed(cd->data, (int)from->size)
                                                   : (int)prim_load_unsigned(cd->data, (int)from->size);
    return 0;
}

CType *variadic_type(CType *function, PyObject *const *args, Py_ssize_t index)
{
    if (index < function->u.function.argument_count)
        return function->u.function.arguments[index];
    if (cdata_check(args[index]))
        return promoted(((CData *)args[index])->ctype);
    return err_null(PyExc_TypeError, "argument %zd passed in the variadic part needs to be a cdata object (got %.200s)",
                    index + 1, Py_TYPE(args[index])->tp_name);
}

static int collect_types(CType *function, PyObject *const *args, Py_ssize_t nargs, CType **types)
{
    for (Py_ssize_t i = 0; i < nargs; i++) {
        types[i] = variadic_type(function, args, i);
        if (types[i] == NULL)
            return -1;
    }
    return 0;
}

CallPlan *variadic_plan(CType *function, PyObject *const *args, Py_ssize_t nargs)
{
    CType *on_stack[16] = {NULL}; /* a compiler does not see that collect_types() sets them */
    CType **types = nargs <= 16 ? on_stack : PyMem_New(CType *, nargs);
    CallPlan *plan = NULL;
    if (types == NULL)
        return (CallPlan *)PyErr_NoMemory();
    if (collect_types(function, args, nargs, types) == 0)
        plan = cif_plan_variadic(function, types, nargs);
    for (Py_ssize_t i = function->u.function.argument_count; plan != NULL && i < nargs; i++) {
        plan->arguments[i].convert = variadic_store;
        plan->arguments[i].pass = PASS_VALUE;
    }
    if (types != on_stack)
        PyMem_Free(types);
    return plan;
}
