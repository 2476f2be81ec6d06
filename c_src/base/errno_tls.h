/* errno_tls.h: what each thread keeps about its C calls: the errno (and on Windows GetLastError) that the last one left, and the Python
 * thread state that was given up for the one it is in. */
#ifndef CFFI_BASE_ERRNO_TLS_H
#define CFFI_BASE_ERRNO_TLS_H

#include <errno.h>

#include "base/platform.h"

typedef struct {
    int *errno_at; /* &errno of this thread: asked for once; NULL: not yet */
    int saved_errno;
    unsigned long saved_last_error; /* Windows */
    void *
        released; /* the PyThreadState that this thread had before the C call that it is in; NULL: it is in none, or in Python again */
} ThreadRecord;

/* The record of this thread: found once in a function, the compiler keeps the address. */
#if PLATFORM_TLS_DESCRIPTOR_X86
ThreadRecord *thread_record_here(void) __attribute__((const));
#else
extern THREAD_LOCAL ThreadRecord thread_record;
static inline ThreadRecord *thread_record_here(void)
{
    return &thread_record;
}
#endif

/* errno is a function call on most platforms, as it is another one in each thread. */
static inline int *thread_errno(ThreadRecord *thread)
{
    if (UNLIKELY(thread->errno_at == NULL))
        thread->errno_at = &errno;
    return thread->errno_at;
}

#if PLATFORM_WINDOWS
void errno_save_last_error(ThreadRecord *thread);
void errno_restore_last_error(const ThreadRecord *thread);
#else
#define errno_save_last_error(thread)    ((void)(thread))
#define errno_restore_last_error(thread) ((void)(thread))
#endif

/* After a C call: errno -> saved. */
static inline void errno_save(void)
{
    ThreadRecord *thread = thread_record_here();
    thread->saved_errno = *thread_errno(thread);
    errno_save_last_error(thread);
}

/* Before a C call: saved -> errno. */
static inline void errno_restore(void)
{
    ThreadRecord *thread = thread_record_here();
    errno_restore_last_error(thread);
    *thread_errno(thread) = thread->saved_errno;
}

/* The saved value: ffi.errno. */
static inline int errno_get(void)
{
    return thread_record_here()->saved_errno;
}

static inline void errno_set(int value)
{
    thread_record_here()->saved_errno = value;
}

#endif
