/* ft.h: free-threading; the only place that knows Py_GIL_DISABLED.
 *
 * The rule for types: a ctype is built privately, its `stage` is stored last with release order, and from then on
 * it is read without locks. Everything else that changes after it was made is changed under FT_LOCK of its object.
 * With a GIL these cost nothing. */
#ifndef CFFI_BASE_FT_H
#define CFFI_BASE_FT_H

#ifdef Py_GIL_DISABLED
#include <stdatomic.h>
#define FT_LOCK(object)             Py_BEGIN_CRITICAL_SECTION(object)
#define FT_UNLOCK()                 Py_END_CRITICAL_SECTION()
#define FT_LOAD_BYTE(where)         atomic_load_explicit((_Atomic(uint8_t) *)&(where), memory_order_acquire)
#define FT_STORE_BYTE(where, value) atomic_store_explicit((_Atomic(uint8_t) *)&(where), (value), memory_order_release)
#define FT_LOAD_POINTER(where)      ((void *)atomic_load_explicit((_Atomic(uintptr_t) *)&(where), memory_order_acquire))
#define FT_STORE_POINTER(where, value)                                                                                 \
    atomic_store_explicit((_Atomic(uintptr_t) *)&(where), (uintptr_t)(value), memory_order_release)
#define FT_LOAD_WORD(where)         ((intptr_t)FT_LOAD_POINTER(where))
#define FT_STORE_WORD(where, value) FT_STORE_POINTER(where, value)
#define FT_LOAD_INT(where)          atomic_load_explicit((_Atomic(int) *)&(where), memory_order_acquire)
#define FT_STORE_INT(where, value)  atomic_store_explicit((_Atomic(int) *)&(where), (value), memory_order_release)
#define FT_FREE_LISTS               0
#define FT_WITH_GIL_ONLY(statement) ((void)0)
#else
#define FT_LOCK(object)                {
#define FT_UNLOCK()                    }
#define FT_LOAD_BYTE(where)            (where)
#define FT_STORE_BYTE(where, value)    ((void)((where) = (value)))
#define FT_LOAD_POINTER(where)         ((void *)(where))
#define FT_STORE_POINTER(where, value) ((void)((where) = (value)))
#define FT_LOAD_WORD(where)            ((intptr_t)(where))
#define FT_STORE_WORD(where, value)    ((void)((where) = (value)))
#define FT_LOAD_INT(where)             (where)
#define FT_STORE_INT(where, value)     ((void)((where) = (value)))
#define FT_FREE_LISTS                  1
#define FT_WITH_GIL_ONLY(statement)    (statement)
#endif

/* PyList_New(). In free-threaded CPython 3.13 that one frees an address that was never set when memory does not suffice. */
static inline PyObject *ft_list_new(Py_ssize_t length)
{
#ifdef Py_GIL_DISABLED
    if (length > 100000) {
        void *trial = length > PY_SSIZE_T_MAX / 16 ? NULL : PyMem_Malloc((size_t)length * sizeof(PyObject *));
        if (trial == NULL)
            return PyErr_NoMemory();
        PyMem_Free(trial);
    }
#endif
    return PyList_New(length);
}

/* For a module made by PyModule_Create(): importing it does not switch the GIL on. 0 or -1. */
static inline int ft_module_without_gil(PyObject *module)
{
#ifdef Py_GIL_DISABLED
    return PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
#else
    (void)module;
    return 0;
#endif
}

#endif
