/* ft.h: free-threading; the only place that knows Py_GIL_DISABLED.
 *
 * The rule for types: a ctype is built privately, its `stage` is stored last with release order, and from then on
 * it is read without locks. Everything else that changes after it was made is changed under FT_LOCK of its object.
 * With a GIL these cost nothing. */
#ifndef CFFI_BASE_FT_H
#define CFFI_BASE_FT_H

#ifdef Py_GIL_DISABLED
#include <stdatomic.h>

#include "base/errno_tls.h"
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
#define FT_CLAIM_POINTER(where, value)                                                                                 \
    atomic_compare_exchange_strong((_Atomic(uintptr_t) *)&(where), &(uintptr_t){0}, (uintptr_t)(value)) /* was NULL */
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
#define FT_CLAIM_POINTER(where, value) ((where) == NULL ? ((where) = (value), true) : false)
#define FT_FREE_LISTS                  1
#define FT_WITH_GIL_ONLY(statement)    (statement)
#endif

/* ---- objects that threads share ----
 *
 * When two threads count references to one object, each waits for the other: that takes longer than a C call. So there are objects to
 * which nobody counts references: they are never freed. */

/* For what an interpreter has a fixed number of: a new object, which no other thread has seen, becomes immortal. Only in the main
 * interpreter, which ends with the process. */
static inline void ft_immortal(PyObject *object)
{
#if defined(Py_GIL_DISABLED) && SIZEOF_VOID_P > 4
    if (PyInterpreterState_Get() == PyInterpreterState_Main())
        Py_SET_REFCNT(object, (Py_ssize_t)UINT32_MAX + 1);
#else
    (void)object;
#endif
}

/* For the rest: references that are counted until threads other than the one that made the object have taken many. From then on the
 * object is pinned: it lives for ever, whatever else is let go of. Such an object has FT_SHARED. FT_HOLD takes a hold, FT_TAKE makes one of
 * a reference, FT_GIVE a reference of one, FT_DROP lets go of it; tp_traverse visits no hold on a pinned object. */
#ifdef Py_GIL_DISABLED
#define FT_MANY_HOLDS 64
typedef struct {
    uintptr_t home; /* const: the thread that made the object */
    int foreign;    /* holds taken by others, up to FT_MANY_HOLDS; atomic */
} FtShared;
#define FT_SHARED              FtShared shared;
#define FT_SHARED_INIT(object) ((object)->shared = (FtShared){(uintptr_t)thread_record_here(), 0})
#define FT_PINNED(object)      (FT_LOAD_INT((object)->shared.foreign) >= FT_MANY_HOLDS)
#define FT_HOLD(object)        ft_hold((PyObject *)(object), &(object)->shared)
#define FT_TAKE(object)        ft_take(&(object)->shared)
#define FT_GIVE(object)        (FT_PINNED(object) ? Py_INCREF(object) : (void)0)
#define FT_PIN(object)         FT_STORE_INT((object)->shared.foreign, FT_MANY_HOLDS) /* of a new, immortal object */
#define FT_DROP(object)        (FT_PINNED(object) ? (void)0 : Py_DECREF(object))

/* The hold that makes it many is a reference that is never dropped: it is what pins the object. */
static inline void ft_take(FtShared *shared)
{
    if (shared->home != (uintptr_t)thread_record_here() && FT_LOAD_INT(shared->foreign) < FT_MANY_HOLDS)
        atomic_fetch_add_explicit((_Atomic(int) *)&shared->foreign, 1, memory_order_acq_rel);
}
static inline void ft_hold(PyObject *object, FtShared *shared)
{
    if (FT_LOAD_INT(shared->foreign) >= FT_MANY_HOLDS)
        return;
    Py_INCREF(object);
    ft_take(shared);
}
#else
#define FT_SHARED
#define FT_SHARED_INIT(object) ((void)0)
#define FT_PINNED(object)      false
#define FT_PIN(object)         ((void)0)
#define FT_HOLD(object)        Py_INCREF(object)
#define FT_TAKE(object)        ((void)0)
#define FT_GIVE(object)        ((void)0)
#define FT_DROP(object)        Py_DECREF(object)
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
