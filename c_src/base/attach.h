/* attach.h: entering Python from C code that is called by anybody: threads that Python made, threads it never saw, at any time.
 *
 * An AttachTarget stands for one interpreter. What C code may call (closures, extern "Python") holds a reference to it; it outlives
 * the interpreter, so that a late call is refused instead of touching what is gone.
 *
 *   open     every thread may enter
 *   closing  atexit callbacks ran: only the thread that ends the interpreter, which still runs Python, may
 *   gone     the module was freed: nobody may */
#ifndef CFFI_BASE_ATTACH_H
#define CFFI_BASE_ATTACH_H

#include "base/errno_tls.h"
#include "base/py.h"

typedef struct AttachTarget AttachTarget;
enum { ATTACH_OPEN, ATTACH_CLOSING, ATTACH_GONE };

/* What every AttachTarget begins with. */
typedef struct {
    PyInterpreterState *interpreter; /* const */
    long stage;                      /* atomic: ATTACH_* */
} AttachHead;

/* One stay inside Python; lives on the stack of the caller. */
typedef struct {
    AttachTarget *target;
    PyThreadState *returned;    /* the state that this thread gave up for the C call that it is in; or NULL, and: */
    PyGILState_STATE gil_state; /* when this thread has a state of the interpreter */
    PyThreadState *own;         /* otherwise: the state made for this stay or kept for this thread, */
    PyThreadState *previous;    /* and the one of another interpreter that is set aside meanwhile */
    bool counted;               /* the end of the interpreter waits for this thread to leave */
} Attach;

/* Around a C call: gives up the GIL in such a way that C code which calls back finds the state of its thread at once. */
typedef struct {
    PyThreadState *state;
    void *outer; /* what the thread had given up before */
} Released;

static inline Released attach_release(ThreadRecord *thread)
{
    Released released = {PyEval_SaveThread(), thread->released};
    thread->released = released.state;
    return released;
}

static inline void attach_take_back(ThreadRecord *thread, Released released)
{
    thread->released = released.outer;
    PyEval_RestoreThread(released.state);
}

/* Makes the target of the current interpreter. NULL with an exception. */
AttachTarget *attach_target_new(void);
/* Before C code gets something to call: the end of the interpreter is known by atexit. 0, or -1 with an exception. */
int attach_target_watch(AttachTarget *target);
AttachTarget *attach_target_ref(AttachTarget *target);
void attach_target_unref(AttachTarget *target); /* may be called without the GIL */

/* The module is going: nobody may enter any more. Drops the caller's reference. */
void attach_target_close(AttachTarget *target);

/* Whether every thread is let in, as far as can be told; whether none is any more; the interpreter, for comparison only. */
bool attach_target_is_open(AttachTarget *target);
bool attach_target_is_gone(AttachTarget *target);
PyInterpreterState *attach_target_interpreter(const AttachTarget *target);

/* true: this thread holds the GIL of the interpreter until attach_leave(); the thread state of a foreign thread is kept until the
 * thread ends. false: the interpreter cannot be entered (any more); Python must not be touched. Leaves errno as it likes. */
bool attach_enter(AttachTarget *target, Attach *attach);
void attach_leave_own(Attach *attach);

/* The same by the shortest way only: nearly always C code calls back in the course of a call that this thread made of it: then the state
 * is known and is taken up again. Unless it is in use already, since C code in between entered Python on its own; PyGILState_Check()
 * says no only when it knows. false: another way may be open. */
static ALWAYS_INLINE bool attach_return(AttachTarget *target, Attach *attach)
{
    AttachHead *head = (AttachHead *)target;
    ThreadRecord *thread = thread_record_here();
    PyThreadState *state = thread->released;
    if (UNLIKELY(state == NULL || state->interp != head->interpreter || ATOMIC_LOAD(head->stage) != ATTACH_OPEN ||
                 PyGILState_Check()))
        return false;
    thread->released = NULL;
    attach->returned = state;
    PyEval_RestoreThread(state);
    return true;
}

static ALWAYS_INLINE void attach_leave(Attach *attach)
{
    if (LIKELY(attach->returned != NULL)) {
        thread_record_here()->released = attach->returned;
        PyEval_SaveThread();
    } else {
        attach_leave_own(attach);
    }
}

#endif
