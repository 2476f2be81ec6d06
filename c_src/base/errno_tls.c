/* errno_tls.c: what each thread keeps about its C calls. Pure C. */
#include "base/errno_tls.h"

THREAD_LOCAL_NEAR ThreadRecord thread_record;

#if PLATFORM_WINDOWS
#include <windows.h>

void errno_save_last_error(ThreadRecord *thread)
{
    thread->saved_last_error = GetLastError();
}

void errno_restore_last_error(const ThreadRecord *thread)
{
    SetLastError(thread->saved_last_error);
}
#endif
