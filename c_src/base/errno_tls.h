/* errno_tls.h: the C errno (and on Windows GetLastError) as it was after the last C call of this thread. */
#ifndef CFFI_BASE_ERRNO_TLS_H
#define CFFI_BASE_ERRNO_TLS_H

#include "base/platform.h"

void errno_save(void);    /* after a C call: errno -> saved */
void errno_restore(void); /* before a C call: saved -> errno */
int errno_get(void);      /* the saved value: ffi.errno */
void errno_set(int value);

#if PLATFORM_WINDOWS
unsigned long errno_get_last_error(void); /* the saved GetLastError() */
#endif

#endif
