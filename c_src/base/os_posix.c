/* os_posix.c: what a POSIX system gives: shared libraries, values per thread. */
#include "base/os.h"

#if !PLATFORM_WINDOWS

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* ---- shared libraries ---- */

/* The path as the system wants it (new bytes object); names without a slash are searched for by the system. */
static PyObject *path_bytes(PyObject *path)
{
    PyObject *bytes;
    return PyUnicode_FSConverter(path, &bytes) ? bytes : NULL;
}

static void *open_file(const char *file, PyObject *path, int flags)
{
    void *handle;
    const char *reason = NULL;
    Py_BEGIN_ALLOW_THREADS
    handle = dlopen(file, flags);
    if (handle == NULL)
        reason = dlerror(); /* valid until the next dl function of this thread */
    Py_END_ALLOW_THREADS
    if (handle == NULL)
        PyErr_Format(PyExc_OSError, "cannot load library '%S': %s", path,
                     reason == NULL ? "(no reason given)" : reason);
    return handle;
}

void *os_library_open(PyObject *path, int flags)
{
    if ((flags & (RTLD_LAZY | RTLD_NOW)) == 0)
        flags |= RTLD_NOW;
    if (path == Py_None)
        return open_file(NULL, path, flags);
    PyObject *bytes = path_bytes(path);
    void *handle = bytes == NULL ? NULL : open_file(PyBytes_AS_STRING(bytes), path, flags);
    Py_XDECREF(bytes);
    return handle;
}

void *os_library_symbol(void *handle, const char *name)
{
    dlerror(); /* forget an older reason */
    return dlsym(handle, name);
}

const char *os_library_error(void)
{
    return dlerror();
}

int os_library_close(void *handle)
{
    if (dlclose(handle) == 0)
        return 0;
    const char *reason = dlerror();
    PyErr_Format(PyExc_OSError, "cannot close library: %s", reason == NULL ? "(no reason given)" : reason);
    return -1;
}

AT_IMPORT int os_library_flags(int (*add)(void *context, const char *name, long value), void *context)
{
    static const struct {
        const char *name;
        long value;
    } flags[] = {
        {"RTLD_LAZY", RTLD_LAZY},         {"RTLD_NOW", RTLD_NOW},
        {"RTLD_GLOBAL", RTLD_GLOBAL},     {"RTLD_LOCAL", RTLD_LOCAL},
#ifdef RTLD_NODELETE
        {"RTLD_NODELETE", RTLD_NODELETE},
#endif
#ifdef RTLD_NOLOAD
        {"RTLD_NOLOAD", RTLD_NOLOAD},
#endif
#ifdef RTLD_DEEPBIND
        {"RTLD_DEEPBIND", RTLD_DEEPBIND},
#endif
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (add(context, flags[i].name, flags[i].value) < 0)
            return -1;
    }
    return 0;
}

PyObject *os_windows_error(int Py_UNUSED(code))
{
    PyErr_SetString(PyExc_NotImplementedError, "getwinerror() exists on Windows only");
    return NULL;
}

/* ---- values per thread ---- */

AT_IMPORT int os_thread_key_make(OsThreadKey *key, void(PLATFORM_CALLBACK *at_thread_exit)(void *value))
{
    pthread_key_t id;
    if (pthread_key_create(&id, at_thread_exit) != 0)
        return -1;
    key->id = (uintptr_t)id;
    return 0;
}

void os_thread_key_free(OsThreadKey key)
{
    pthread_key_delete((pthread_key_t)key.id);
}

void *os_thread_key_get(OsThreadKey key)
{
    return pthread_getspecific((pthread_key_t)key.id);
}

int os_thread_key_set(OsThreadKey key, void *value)
{
    return pthread_setspecific((pthread_key_t)key.id, value) == 0 ? 0 : -1;
}

#if defined(__GLIBC__)
extern int __cxa_thread_atexit_impl(void (*function)(void *), void *argument, void *dso) __attribute__((weak));
extern char __dso_handle
    __attribute__((visibility("hidden"))); /* by the linker: this library stays loaded until then */

void os_thread_at_exit(void (*function)(void *argument), void *argument)
{
    if (__cxa_thread_atexit_impl != NULL) /* since glibc 2.18 */
        (void)__cxa_thread_atexit_impl(function, argument, &__dso_handle);
}
#else
void os_thread_at_exit(void (*function)(void *argument), void *argument)
{
    (void)function;
    (void)argument;
}
#endif

void os_sleep(int milliseconds)
{
    struct timespec time = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
    nanosleep(&time, NULL);
}

/* ---- C files ---- */

void *os_file_open(int descriptor, const char *mode)
{
    int copy = dup(descriptor);
    FILE *file = copy < 0 ? NULL : fdopen(copy, mode);
    if (file == NULL) {
        PyErr_SetFromErrno(PyExc_OSError);
        if (copy >= 0)
            close(copy);
        return NULL;
    }
    setbuf(file, NULL);
    return file;
}

void os_file_close(void *file)
{
    fclose(file);
}

#else
typedef int os_posix_is_empty; /* ISO C has no empty translation units */
#endif
