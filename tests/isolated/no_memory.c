/* no_memory.c: refuses one allocation of _cffi_backend. Its calls of the functions below are led here by its own table of addresses (ELF),
 * so that no other code notices anything. */
#include <Python.h>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static long countdown = -1; /* allocations until one is refused; negative: none */
static int refused;

void refuse(long allocation)
{
    countdown = allocation;
    refused = 0;
}

/* Ends it; returns whether an allocation was refused. */
int stop_refusing(void)
{
    countdown = -1;
    return refused;
}

static int is_refused(void)
{
    if (countdown < 0 || countdown-- > 0)
        return 0;
    refused = 1;
    return 1;
}

/* NULL, with an exception where Python's functions set one. */
#define MEMORY(name, parameters, arguments)                                                                            \
    static void *my_##name parameters                                                                                  \
    {                                                                                                                  \
        return is_refused() ? NULL : name arguments;                                                                   \
    }
#define OBJECT(name, parameters, arguments)                                                                            \
    static PyObject *my_##name parameters                                                                              \
    {                                                                                                                  \
        return is_refused() ? PyErr_NoMemory() : (PyObject *)name arguments;                                           \
    }
MEMORY(malloc, (size_t size), (size))
MEMORY(calloc, (size_t count, size_t size), (count, size))
MEMORY(PyMem_Malloc, (size_t size), (size))
MEMORY(PyMem_Calloc, (size_t count, size_t size), (count, size))
MEMORY(PyMem_Realloc, (void *memory, size_t size), (memory, size))
MEMORY(PyMem_RawMalloc, (size_t size), (size))
MEMORY(PyMem_RawCalloc, (size_t count, size_t size), (count, size))
MEMORY(PyObject_Malloc, (size_t size), (size))
MEMORY(PyThread_allocate_lock, (void), ())
OBJECT(_PyObject_New, (PyTypeObject * type), (type))
OBJECT(_PyObject_GC_New, (PyTypeObject * type), (type))
OBJECT(PyList_New, (Py_ssize_t size), (size))
OBJECT(PyTuple_New, (Py_ssize_t size), (size))
OBJECT(PyDict_New, (void), ())
OBJECT(PyList_AsTuple, (PyObject * list), (list))
OBJECT(PyLong_FromLong, (long value), (value))
OBJECT(PyLong_FromLongLong, (long long value), (value))
OBJECT(PyLong_FromUnsignedLong, (unsigned long value), (value))
OBJECT(PyLong_FromSsize_t, (Py_ssize_t value), (value))
OBJECT(PyFloat_FromDouble, (double value), (value))
OBJECT(PyUnicode_FromString, (const char *text), (text))
OBJECT(PyUnicode_InternFromString, (const char *text), (text))
OBJECT(PyUnicode_FromFormatV, (const char *text, va_list values), (text, values))
OBJECT(PyBytes_FromStringAndSize, (const char *text, Py_ssize_t size), (text, size))
OBJECT(PyObject_Repr, (PyObject * object), (object))
OBJECT(PyObject_Str, (PyObject * object), (object))
OBJECT(PyCapsule_New, (void *memory, const char *name, PyCapsule_Destructor end), (memory, name, end))
OBJECT(PyWeakref_NewRef, (PyObject * object, PyObject *callback), (object, callback))
OBJECT(_PyObject_GC_NewVar, (PyTypeObject * type, Py_ssize_t count), (type, count))
OBJECT(PyCMethod_New, (PyMethodDef * def, PyObject *self, PyObject *module, PyTypeObject *type),
       (def, self, module, type))
OBJECT(PyComplex_FromDoubles, (double real, double imaginary), (real, imaginary))
OBJECT(PyDict_Copy, (PyObject * dict), (dict))
OBJECT(PyDict_SetDefault, (PyObject * dict, PyObject *key, PyObject *value), (dict, key, value))
OBJECT(PyLong_FromDouble, (double value), (value))
OBJECT(PyLong_FromUnsignedLongLong, (unsigned long long value), (value))
OBJECT(PyNumber_Index, (PyObject * value), (value))
OBJECT(PyNumber_Long, (PyObject * value), (value))
OBJECT(PyNumber_Lshift, (PyObject * a, PyObject *b), (a, b))
OBJECT(PyNumber_Or, (PyObject * a, PyObject *b), (a, b))
OBJECT(PyNumber_Rshift, (PyObject * a, PyObject *b), (a, b))
OBJECT(PyNumber_ToBase, (PyObject * value, int base), (value, base))
OBJECT(PyObject_Call, (PyObject * f, PyObject *args, PyObject *keywords), (f, args, keywords))
OBJECT(PyObject_CallNoArgs, (PyObject * f), (f))
OBJECT(PyObject_CallOneArg, (PyObject * f, PyObject *arg), (f, arg))
OBJECT(PyObject_Vectorcall, (PyObject * f, PyObject *const *args, size_t count, PyObject *names),
       (f, args, count, names))
OBJECT(PyObject_Dir, (PyObject * object), (object))
OBJECT(PyObject_GetAttr, (PyObject * object, PyObject *name), (object, name))
OBJECT(PyObject_GetAttrString, (PyObject * object, const char *name), (object, name))
OBJECT(PyObject_GetIter, (PyObject * object), (object))
OBJECT(PyUnicode_DecodeUTF16, (const char *text, Py_ssize_t size, const char *errors, int *order),
       (text, size, errors, order))
OBJECT(PyUnicode_DecodeUTF8, (const char *text, Py_ssize_t size, const char *errors), (text, size, errors))
OBJECT(PyUnicode_FromOrdinal, (int character), (character))
OBJECT(PyUnicode_New, (Py_ssize_t size, Py_UCS4 highest), (size, highest))
OBJECT(PyImport_ImportModule, (const char *name), (name))

static PyObject *my_PyUnicode_FromFormat(const char *text, ...)
{
    va_list values;
    va_start(values, text);
    PyObject *made = my_PyUnicode_FromFormatV(text, values);
    va_end(values);
    return made;
}

#define STATUS(name, parameters, arguments)                                                                            \
    static int my_##name parameters                                                                                    \
    {                                                                                                                  \
        return is_refused() ? (PyErr_NoMemory(), -1) : name arguments;                                                 \
    }
STATUS(PyList_Append, (PyObject * list, PyObject *item), (list, item))
STATUS(PyDict_SetItem, (PyObject * dict, PyObject *key, PyObject *value), (dict, key, value))
STATUS(PyObject_SetAttrString, (PyObject * object, const char *name, PyObject *value), (object, name, value))
STATUS(PyObject_IsInstance, (PyObject * object, PyObject *type), (object, type))
STATUS(PyObject_IsTrue, (PyObject * object), (object))
STATUS(PyDict_SetItemString, (PyObject * dict, const char *key, PyObject *value), (dict, key, value))

static const struct {
    const char *name;
    void *mine;
} table[] = {
    {"_PyObject_GC_NewVar", (void *)my__PyObject_GC_NewVar},
    {"PyCMethod_New", (void *)my_PyCMethod_New},
    {"PyComplex_FromDoubles", (void *)my_PyComplex_FromDoubles},
    {"PyDict_Copy", (void *)my_PyDict_Copy},
    {"PyDict_SetDefault", (void *)my_PyDict_SetDefault},
    {"PyLong_FromDouble", (void *)my_PyLong_FromDouble},
    {"PyLong_FromUnsignedLongLong", (void *)my_PyLong_FromUnsignedLongLong},
    {"PyNumber_Index", (void *)my_PyNumber_Index},
    {"PyNumber_Long", (void *)my_PyNumber_Long},
    {"PyNumber_Lshift", (void *)my_PyNumber_Lshift},
    {"PyNumber_Or", (void *)my_PyNumber_Or},
    {"PyNumber_Rshift", (void *)my_PyNumber_Rshift},
    {"PyNumber_ToBase", (void *)my_PyNumber_ToBase},
    {"PyObject_Call", (void *)my_PyObject_Call},
    {"PyObject_CallNoArgs", (void *)my_PyObject_CallNoArgs},
    {"PyObject_CallOneArg", (void *)my_PyObject_CallOneArg},
    {"PyObject_Vectorcall", (void *)my_PyObject_Vectorcall},
    {"PyObject_Dir", (void *)my_PyObject_Dir},
    {"PyObject_GetAttr", (void *)my_PyObject_GetAttr},
    {"PyObject_GetAttrString", (void *)my_PyObject_GetAttrString},
    {"PyObject_GetIter", (void *)my_PyObject_GetIter},
    {"PyUnicode_DecodeUTF16", (void *)my_PyUnicode_DecodeUTF16},
    {"PyUnicode_DecodeUTF8", (void *)my_PyUnicode_DecodeUTF8},
    {"PyUnicode_FromOrdinal", (void *)my_PyUnicode_FromOrdinal},
    {"PyUnicode_New", (void *)my_PyUnicode_New},
    {"PyObject_SetAttrString", (void *)my_PyObject_SetAttrString},
    {"PyObject_IsInstance", (void *)my_PyObject_IsInstance},
    {"PyObject_IsTrue", (void *)my_PyObject_IsTrue},
    {"PyThread_allocate_lock", (void *)my_PyThread_allocate_lock},
    {"malloc", (void *)my_malloc},
    {"calloc", (void *)my_calloc},
    {"PyMem_Malloc", (void *)my_PyMem_Malloc},
    {"PyMem_Calloc", (void *)my_PyMem_Calloc},
    {"PyMem_Realloc", (void *)my_PyMem_Realloc},
    {"PyMem_RawMalloc", (void *)my_PyMem_RawMalloc},
    {"PyMem_RawCalloc", (void *)my_PyMem_RawCalloc},
    {"PyObject_Malloc", (void *)my_PyObject_Malloc},
    {"_PyObject_New", (void *)my__PyObject_New},
    {"_PyObject_GC_New", (void *)my__PyObject_GC_New},
    {"PyList_New", (void *)my_PyList_New},
    {"PyTuple_New", (void *)my_PyTuple_New},
    {"PyDict_New", (void *)my_PyDict_New},
    {"PyList_AsTuple", (void *)my_PyList_AsTuple},
    {"PyLong_FromLong", (void *)my_PyLong_FromLong},
    {"PyLong_FromLongLong", (void *)my_PyLong_FromLongLong},
    {"PyLong_FromUnsignedLong", (void *)my_PyLong_FromUnsignedLong},
    {"PyLong_FromSsize_t", (void *)my_PyLong_FromSsize_t},
    {"PyFloat_FromDouble", (void *)my_PyFloat_FromDouble},
    {"PyUnicode_FromString", (void *)my_PyUnicode_FromString},
    {"PyUnicode_InternFromString", (void *)my_PyUnicode_InternFromString},
    {"PyUnicode_FromFormatV", (void *)my_PyUnicode_FromFormatV},
    {"PyBytes_FromStringAndSize", (void *)my_PyBytes_FromStringAndSize},
    {"PyObject_Repr", (void *)my_PyObject_Repr},
    {"PyObject_Str", (void *)my_PyObject_Str},
    {"PyCapsule_New", (void *)my_PyCapsule_New},
    {"PyWeakref_NewRef", (void *)my_PyWeakref_NewRef},
    {"PyImport_ImportModule", (void *)my_PyImport_ImportModule},
    {"PyList_Append", (void *)my_PyList_Append},
    {"PyDict_SetItem", (void *)my_PyDict_SetItem},
    {"PyDict_SetItemString", (void *)my_PyDict_SetItemString},
    {"PyUnicode_FromFormat", (void *)my_PyUnicode_FromFormat},
};

static int redirect_row(const char *base, const ElfW(Rela) * row, const ElfW(Sym) * symbols, const char *texts)
{
    const char *name = texts + symbols[ELF64_R_SYM(row->r_info)].st_name;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(name, table[i].name) == 0) {
            void **place = (void **)(base + row->r_offset);
            size_t page = (size_t)sysconf(_SC_PAGESIZE);
            if (mprotect((void *)((size_t)place & ~(page - 1)), page, PROT_READ | PROT_WRITE) < 0)
                return -1;
            *place = table[i].mine;
            return 1;
        }
    }
    return 0;
}

static int redirect_rows(const char *base, const ElfW(Rela) * rows, size_t bytes, const ElfW(Sym) * symbols,
                         const char *texts)
{
    int count = 0;
    for (size_t i = 0; rows != NULL && i < bytes / sizeof *rows; i++)
        count += redirect_row(base, &rows[i], symbols, texts);
    return count;
}

static int redirect_library(struct dl_phdr_info *info, size_t size, void *count)
{
    const ElfW(Dyn) *dynamic = NULL;
    (void)size;
    if (strstr(info->dlpi_name, "/_cffi_backend.") == NULL)
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
            dynamic = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    size_t found[DT_JMPREL + 1] = {0};
    for (; dynamic != NULL && dynamic->d_tag != DT_NULL; dynamic++)
        if (dynamic->d_tag >= 0 && dynamic->d_tag <= DT_JMPREL)
            found[dynamic->d_tag] = dynamic->d_un.d_val;
    const char *base = (const char *)info->dlpi_addr;
    const ElfW(Sym) *symbols = (const ElfW(Sym) *)found[DT_SYMTAB];
    const char *texts = (const char *)found[DT_STRTAB];
    *(int *)count = redirect_rows(base, (const ElfW(Rela) *)found[DT_RELA], found[DT_RELASZ], symbols, texts) +
                    redirect_rows(base, (const ElfW(Rela) *)found[DT_JMPREL], found[DT_PLTRELSZ], symbols, texts);
    return 1;
}

/* Returns the number of addresses that lead here now. */
int redirect(void)
{
    int count = 0;
    dl_iterate_phdr(redirect_library, &count);
    return count;
}
