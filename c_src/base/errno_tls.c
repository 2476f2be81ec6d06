/* errno_tls.c: the saved errno of each thread. Pure C. */
#include "base/errno_tls.h"

#include <errno.h>

#if PLATFORM_WINDOWS
#include <windows.h>
static THREAD_LOCAL DWORD saved_last_error;
#endif
static THREAD_LOCAL int saved_errno;

void errno_save(void)
{
    saved_errno = errno;
#if PLATFORM_WINDOWS
    saved_last_error = GetLastError();
#endif
}

void errno_restore(void)
{
#if PLATFORM_WINDOWS
    SetLastError(saved_last_error);
#endif
    errno = saved_errno;
}

int errno_get(void)
{
    return saved_errno;
}

void errno_set(int value)
{
    saved_errno = value;
}

#if PLATFORM_WINDOWS
unsigned long errno_get_last_error(void)
{
    return saved_last_error;
}
#endif
