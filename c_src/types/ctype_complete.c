/* ctype_complete.c: fetching the fields of lazy records, exactly once; and what is known only afterwards, sizes. */
#include "types/ctype.h"
#include "types/err.h"

/* One lock for all records, since completing one completes those inside it: a thread takes it once, however deep. */
static bool lock_enter(State *state)
{
    intptr_t me = (intptr_t)PyThread_get_thread_ident();
    if (FT_LOAD_WORD(state->completing_thread) == me)
        return false;
    if (!PyThread_acquire_lock(state->completing_lock, NOWAIT_LOCK)) {
        Py_BEGIN_ALLOW_THREADS
        PyThread_acquire_lock(state->completing_lock, WAIT_LOCK);
        Py_END_ALLOW_THREADS
    }
    FT_STORE_WORD(state->completing_thread, me);
    return true;
}

static void lock_leave(State *state)
{
    FT_STORE_WORD(state->completing_thread, 0);
    PyThread_release_lock(state->completing_lock);
}

static int complete_locked(CType *ct)
{
    switch (FT_LOAD_BYTE(ct->stage)) {
    case STAGE_COMPLETE:
        return 1;
    case STAGE_OPAQUE:
        return 0;
    case STAGE_COMPLETING:
        return err_raise(PyExc_TypeError, "'%s' contains itself: give it a pointer to '%s' instead", ct->name,
                         ct->name);
    }
    if (Py_EnterRecursiveCall(" while completing a struct or union")) /* it completes those inside */
        return -1;
    FT_STORE_BYTE(ct->stage, STAGE_COMPLETING);
    int result = ct->u.record.complete(ct);
    Py_LeaveRecursiveCall();
    if (result < 0)
        FT_STORE_BYTE(ct->stage, STAGE_LAZY);
    return result < 0 ? -1 : 1;
}

int ctype_complete_slow(CType *ct)
{
    bool entered = lock_enter(ct->state);
    int result = complete_locked(ct);
    if (entered)
        lock_leave(ct->state);
    return result;
}

bool ctype_is_completing_here(const CType *ct)
{
    return ctype_is_record(ct) && FT_LOAD_BYTE(ct->stage) == STAGE_COMPLETING &&
           FT_LOAD_WORD(ct->state->completing_thread) == (intptr_t)PyThread_get_thread_ident();
}

int ctype_nesting_around(const char *outer, const CType *item)
{
    if (item->nesting < CTYPE_NESTING_MAX)
        return item->nesting + 1;
    return err_raise(PyExc_OverflowError, "'%s' inside of '%s' would be nested more than %d deep", item->name, outer,
                     CTYPE_NESTING_MAX);
}

Py_ssize_t ctype_sizeof(CType *ct)
{
    if (FT_LOAD_WORD(ct->size) < 0 && ctype_complete(ct) < 0)
        return -1;
    Py_ssize_t size = FT_LOAD_WORD(ct->size);
    return size >= 0 ? size : err_raise(PyExc_ValueError, "ctype '%s' is of unknown size", ct->name);
}

int ctype_alignof(CType *ct)
{
    if (FT_LOAD_INT(ct->align) < 0 && ctype_complete(ct) < 0)
        return -1;
    int align = FT_LOAD_INT(ct->align);
    return align >= 0 ? align : err_raise(PyExc_ValueError, "ctype '%s' is of unknown alignment", ct->name);
}
