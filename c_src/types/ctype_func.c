/* ctype_func.c: function types. As everywhere in CFFI, the ctype of a function is that of a pointer to it. */
#include "types/ctype_make.h"

#include "types/err.h"
#include "types/intern.h"

/* Nothing in C forbids it, but existing code counts on the error. */
static int check_not_inside(const CType *ct)
{
    if (ctype_is_completing_here(ct))
        return err_raise(PyExc_RuntimeError,
                         "'%s' has a member of a function type that takes or returns '%s' itself: use a pointer",
                         ct->name, ct->name);
    return 0;
}

static int check_result(const CType *result)
{
    if (result->kind == KIND_ARRAY)
        return err_raise(PyExc_TypeError, "invalid result type: '%s'", result->name);
    if (ctype_is_record(result) && FT_LOAD_BYTE(result->stage) == STAGE_OPAQUE)
        return err_raise(PyExc_TypeError, "result type '%s' is not yet initialized", result->name);
    return check_not_inside(result);
}

static int check_argument(const CType *argument)
{
    if (argument->kind == KIND_VOID || (ctype_is_record(argument) && FT_LOAD_BYTE(argument->stage) == STAGE_OPAQUE))
        return err_raise(PyExc_TypeError, "ctype '%s' has incomplete type", argument->name);
    return check_not_inside(argument);
}

/* C11 6.7.6.3p7: an array as a parameter is a pointer. */
static CType *decayed(CType *argument)
{
    return argument->kind == KIND_ARRAY ? argument->u.array.pointer : argument;
}

static PyObject *function_key(const CType *result, CType *const *arguments, Py_ssize_t count, bool variadic, int abi)
{
    enum { FIXED = 4 };
    uintptr_t *words = PyMem_New(uintptr_t, (size_t)count + FIXED);
    if (words == NULL)
        return PyErr_NoMemory();
    words[0] = KIND_FUNCTION;
    words[1] = variadic;
    words[2] = (uintptr_t)abi;
    words[3] = (uintptr_t)result;
    for (Py_ssize_t i = 0; i < count; i++)
        words[FIXED + i] = (uintptr_t)decayed(arguments[i]);
    PyObject *key = intern_key(words, (size_t)count + FIXED);
    PyMem_Free(words);
    return key;
}

static CName function_name(const CType *result, CType *const *arguments, Py_ssize_t count, bool variadic, int abi)
{
    const char *convention = abi != 0 && abi == result->state->stdcall_abi ? "__stdcall " : "";
    CName name = {NULL, 0};
    const char **names = PyMem_New(const char *, (size_t)count);
    if (names == NULL)
        return name;
    for (Py_ssize_t i = 0; i < count; i++)
        names[i] = decayed(arguments[i])->name;
    name = cname_function(result->name, result->name_position, names, (size_t)count, variadic, convention);
    PyMem_Free(names);
    return name;
}

static CType *make_function(CType *result, CType *const *arguments, Py_ssize_t count, bool variadic, int abi)
{
    State *state = result->state;
    CType *ct = ctype_new_steal(state, KIND_FUNCTION, function_name(result, arguments, count, variadic, abi));
    if (ct == NULL)
        return NULL;
    ct->conv = CONV_FUNCTION;
    ct->size = sizeof(void (*)(void));
    ct->align = _Alignof(void (*)(void));
    CTypeFunction *function = &ct->u.function;
    function->abi = abi;
    function->variadic = variadic;
    function->invoke = state->first_invoke;
    function->result = (CType *)Py_NewRef((PyObject *)result);
    function->arguments = PyMem_New(CType *, (size_t)count);
    if (function->arguments == NULL) {
        Py_DECREF(ct);
        return (CType *)PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; i < count; i++)
        function->arguments[i] = (CType *)Py_NewRef((PyObject *)decayed(arguments[i]));
    function->argument_count = count;
    return ct;
}

CType *ctype_function(State *state, CType *result, CType *const *arguments, Py_ssize_t count, bool variadic, int abi)
{
    CType *ct = NULL;
    if (abi == 0)
        abi = state->default_abi;
    if (check_result(result) < 0)
        return NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (check_argument(arguments[i]) < 0)
            return NULL;
    }
    PyObject *key = function_key(result, arguments, count, variadic, abi);
    if (key == NULL)
        return NULL;
    if (intern_find(state, key, &ct) == 0) {
        ct = make_function(result, arguments, count, variadic, abi);
        if (ct != NULL)
            ct = intern_add_steal(ct, key);
    }
    Py_DECREF(key);
    return ct;
}
