/* os_win.c: what Windows gives: shared libraries, values per thread, the last error. */
#include "base/os.h"

#if PLATFORM_WINDOWS

#include <windows.h>
#include <io.h>
#include <stdio.h>

#include <psapi.h>

#include "base/errno_tls.h"

/* ---- messages ---- */

/* The system's text for `code`, without its line end. New str. */
static PyObject *message_of(DWORD code)
{
    wchar_t *text = NULL;
    DWORD length =
        FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
                       NULL, code, 0, (wchar_t *)&text, 0, NULL);
    if (length == 0)
        return PyUnicode_FromFormat("Windows Error 0x%x", (unsigned)code);
    while (length > 0 && (text[length - 1] <= L' ' || text[length - 1] == L'.'))
        length--;
    PyObject *message = PyUnicode_FromWideChar(text, (Py_ssize_t)length);
    LocalFree(text);
    return message;
}

PyObject *os_windows_error(int code)
{
    DWORD number = code == -1 ? (DWORD)thread_record_here()->saved_last_error : (DWORD)code;
    PyObject *message = message_of(number);
    return message == NULL ? NULL : Py_BuildValue("(kN)", (unsigned long)number, message);
}

/* ---- shared libraries ---- */

/* The system says "module not found" also when the file is there and one that it needs is not. */
static const char *hint_for(DWORD code, const wchar_t *file)
{
    if (code == ERROR_MOD_NOT_FOUND && GetFileAttributesW(file) != INVALID_FILE_ATTRIBUTES)
        return " (the file is there: a DLL that it depends on is not; os.add_dll_directory() says where to look)";
    if (code == ERROR_BAD_EXE_FORMAT)
        return " (a 32-bit DLL in a 64-bit Python, or the other way round)";
    return "";
}

static void *err_open(PyObject *path, DWORD code, const wchar_t *file)
{
    PyObject *message = message_of(code);
    if (message != NULL)
        PyErr_Format(PyExc_OSError, "cannot load library '%S': %U (error 0x%x)%s", path, message, (unsigned)code,
                     hint_for(code, file));
    Py_XDECREF(message);
    return NULL;
}

/* With the directories of os.add_dll_directory() and, for a path, its own; then as every program finds it (PATH). */
static HMODULE load(const wchar_t *file)
{
    DWORD flags = LOAD_LIBRARY_SEARCH_DEFAULT_DIRS;
    if (wcschr(file, L'\\') != NULL && file[1] == L':')
        flags |= LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR;
    HMODULE handle = LoadLibraryExW(file, NULL, flags);
    return handle != NULL ? handle : LoadLibraryW(file);
}

static void *open_file(wchar_t *file, PyObject *path)
{
    HMODULE handle;
    DWORD code = 0;
    for (wchar_t *p = file; *p != 0; p++)
        *p = *p == L'/' ? L'\\' : *p;
    Py_BEGIN_ALLOW_THREADS
    handle = load(file);
    if (handle == NULL)
        code = GetLastError();
    Py_END_ALLOW_THREADS
    return handle != NULL ? (void *)handle : err_open(path, code, file);
}

void *os_library_open(PyObject *path, int Py_UNUSED(flags))
{
    if (path == Py_None)
        return (void *)GetModuleHandleW(NULL);
    PyObject *name;
    if (!PyUnicode_FSDecoder(path, &name))
        return NULL;
    wchar_t *file = PyUnicode_AsWideCharString(name, NULL);
    void *handle = file == NULL ? NULL : open_file(file, path);
    PyMem_Free(file);
    Py_DECREF(name);
    return handle;
}

/* In all modules that the program has loaded, as dlsym() of the program itself does elsewhere. */
static void *find_everywhere(const char *name)
{
    HMODULE modules[1024];
    DWORD size = 0;
    if (!K32EnumProcessModules(GetCurrentProcess(), modules, sizeof modules, &size))
        return NULL;
    DWORD count = size < sizeof modules ? size / sizeof *modules : sizeof modules / sizeof *modules;
    for (DWORD i = 0; i < count; i++) {
        FARPROC address = GetProcAddress(modules[i], name);
        if (address != NULL)
            return (void *)(uintptr_t)address;
    }
    return NULL;
}

void *os_library_symbol(void *handle, const char *name)
{
    FARPROC address = GetProcAddress((HMODULE)handle, name);
    if (address != NULL)
        return (void *)(uintptr_t)address;
    return handle == (void *)GetModuleHandleW(NULL) ? find_everywhere(name) : NULL;
}

const char *os_library_error(void)
{
    return "it is not exported";
}

int os_library_close(void *handle)
{
    if (handle == (void *)GetModuleHandleW(NULL) || FreeLibrary((HMODULE)handle))
        return 0;
    PyErr_Format(PyExc_OSError, "cannot close library: error 0x%x", (unsigned)GetLastError());
    return -1;
}

/* There is one way of loading only; the names exist so that programs need not ask. */
int os_library_flags(int (*add)(void *context, const char *name, long value), void *context)
{
    static const char *const names[] = {"RTLD_LAZY", "RTLD_NOW", "RTLD_GLOBAL", "RTLD_LOCAL"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (add(context, names[i], 0) < 0)
            return -1;
    }
    return 0;
}

/* ---- values per thread ---- */

int os_thread_key_make(OsThreadKey *key, void(PLATFORM_CALLBACK *at_thread_exit)(void *value))
{
    DWORD id = FlsAlloc(at_thread_exit);
    key->id = (uintptr_t)id;
    return id == FLS_OUT_OF_INDEXES ? -1 : 0;
}

void os_thread_key_free(OsThreadKey key)
{
    FlsFree((DWORD)key.id);
}

void *os_thread_key_get(OsThreadKey key)
{
    return FlsGetValue((DWORD)key.id);
}

int os_thread_key_set(OsThreadKey key, void *value)
{
    return FlsSetValue((DWORD)key.id, value) ? 0 : -1;
}

void os_thread_at_exit(void (*function)(void *argument), void *argument)
{
    (void)function;
    (void)argument;
}

void os_sleep(int milliseconds)
{
    Sleep((DWORD)milliseconds);
}

/* ---- C files ---- */

void *os_file_open(int descriptor, const char *mode)
{
    int copy = _dup(descriptor);
    FILE *file = copy < 0 ? NULL : _fdopen(copy, mode);
    if (file == NULL) {
        PyErr_SetFromErrno(PyExc_OSError);
        if (copy >= 0)
            _close(copy);
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
typedef int os_win_is_empty; /* ISO C has no empty translation units */
#endif
