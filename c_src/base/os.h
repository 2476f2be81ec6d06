/* os.h: what the operating system gives: shared libraries and the last error. Equal functions in os_posix.c and os_win.c. */
#ifndef CFFI_BASE_OS_H
#define CFFI_BASE_OS_H

#include "base/py.h"

/* Opens the library `path` (a str or path-like; None: the program itself and what it has loaded). NULL with OSError,
 * which names the path, the system's reason, and the dependency that is missing where the system tells it. */
void *os_library_open(PyObject *path, int flags);

/* The address of `name`, or NULL without an exception; then os_library_error() says why (may be NULL). */
void *os_library_symbol(void *handle, const char *name);
const char *os_library_error(void);

/* 0, or -1 with OSError. */
int os_library_close(void *handle);

/* Adds RTLD_LAZY, RTLD_NOW, RTLD_GLOBAL, RTLD_LOCAL … as (name, value) by calling `add`. 0 or -1. */
int os_library_flags(int (*add)(void *context, const char *name, long value), void *context);

/* ffi.getwinerror(code): a tuple (code, message); code -1 means the saved one. RuntimeError-free only on Windows. */
PyObject *os_windows_error(int code);

/* A value per thread; `at_thread_exit` gets the value of each thread that ends, when it is not NULL. 0, or -1 without an exception. */
typedef struct {
    uintptr_t id;
} OsThreadKey;
int os_thread_key_make(OsThreadKey *key, void(PLATFORM_CALLBACK *at_thread_exit)(void *value));
void os_thread_key_free(OsThreadKey key);
void *os_thread_key_get(OsThreadKey key);
int os_thread_key_set(OsThreadKey key, void *value);

/* Calls function(argument) when this thread ends, before any at_thread_exit. Does nothing where the system cannot. */
void os_thread_at_exit(void (*function)(void *argument), void *argument);

/* A FILE * (unbuffered) on a duplicate of `descriptor`; `mode` as for fopen(). NULL with OSError. */
void *os_file_open(int descriptor, const char *mode);
void os_file_close(void *file);

void os_sleep(int milliseconds);

#endif
