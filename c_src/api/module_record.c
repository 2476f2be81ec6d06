/* module_record.c: what the runtime keeps about a compiled module. See module_record.h. */
#include "api/module_record.h"

#include <stdlib.h>

#include "api/exports.h"
#include "types/err.h"

#define KEY_BIT 2 /* set in a key, clear in the address of an object; bit 0 is for opcodes */

/* One interpreter's use of a module. */
typedef struct ModuleUse {
    struct ModuleUse *next;
    ModuleRecord *record;            /* const */
    State *state;                    /* const */
    int64_t interpreter;             /* const: its id; another interpreter may get the same address later */
    PyObject *ffi;                   /* const, owned weak reference to the FFI */
    Tables *tables;                  /* const: part of the FFI */
    struct _cffi_type_context_s own; /* what the tables are made from when the module is shared, */
    _cffi_opcode_t *types;           /* and own.types, owned; else NULL */
} ModuleUse;

/* ---- records ---- */

AT_IMPORT static ModuleRecord *new_record(const char *name, void **exports, const struct _cffi_type_context_s *ctx,
                                          const struct _cffi_extension_s *extension)
{
    bool completes = extension != NULL && extension->size > offsetof(struct _cffi_extension_s, opcodes) &&
                     extension->complete_tables != NULL;
    size_t size = completes ? 0 : (size_t)ctx->num_types * sizeof *ctx->types;
    ModuleRecord *record = PyMem_RawCalloc(1, sizeof *record + size);
    if (record == NULL)
        return (ModuleRecord *)PyErr_NoMemory();
    record->def = (PyModuleDef){PyModuleDef_HEAD_INIT, .m_name = name};
    record->runtime = &state_module_def;
    record->ctx = ctx;
    record->exports = exports;
    record->extension = extension;
    record->incomplete = completes ? extension : NULL;
    record->opcodes = completes ? extension->opcodes : record->copied;
    if (size > 0)
        memcpy(record->copied, ctx->types, size);
    exports[0] = record;
    return record;
}

COLD static void *err_other_runtime(const char *name)
{
    return err_null(PyExc_ImportError,
                    "module '%.200s' is in use by another copy of _cffi_backend in this process: remove one of them, "
                    "or run in a new process",
                    name);
}

AT_IMPORT ModuleRecord *module_record_get(const char *name, void **exports, const struct _cffi_type_context_s *ctx,
                                          const struct _cffi_extension_s *extension)
{
    ModuleRecord *record = exports[0];
    if (record == NULL)
        return new_record(name, exports, ctx, extension);
    return record->runtime == &state_module_def ? record : err_other_runtime(name);
}

/* ---- who uses a module ---- */

AT_IMPORT static ModuleUse *use_of_interpreter(const ModuleRecord *record)
{
    int64_t id = PyInterpreterState_GetID(PyInterpreterState_Get());
    ModuleUse *use = record->uses;
    while (use != NULL && use->interpreter != id)
        use = use->next;
    return use;
}

AT_IMPORT int module_record_find(ModuleRecord *record, State *state, FFIObject **ffi)
{
    PyObject *found = NULL;
    ModuleUse *use;
    FT_LOCK((PyObject *)&record->def);
    use = use_of_interpreter(record);
    if (use != NULL && use->state == state && PyWeakref_GetRef(use->ffi, &found) < 0)
        PyErr_Clear();
    FT_UNLOCK();
    *ffi = (FFIObject *)found;
    return found != NULL ? 1 : use == NULL ? 0 : (err_other_runtime(record->def.m_name), -1);
}

/* ---- sharing ---- */

/* Gives `use` a table of its own with these slots. 0, or -1 without an exception. */
static int separate(ModuleUse *use, const _cffi_opcode_t *slots)
{
    const struct _cffi_type_context_s *ctx = use->record->ctx;
    size_t size = (size_t)ctx->num_types * sizeof *slots;
    use->types = PyMem_RawMalloc(size + 1);
    if (use->types == NULL)
        return -1;
    if (size > 0)
        memcpy(use->types, slots, size);
    use->own = *ctx;
    use->own.types = use->types;
    return 0;
}

static int make_keys(ModuleRecord *record)
{
    int count = record->ctx->num_types;
    record->keys = PyMem_RawMalloc(((size_t)count + 1) * sizeof *record->keys);
    for (int i = 0; record->keys != NULL && i < count; i++)
        record->keys[i] = record;
    return record->keys == NULL ? -1 : 0;
}

/* A second interpreter is about to join: the first one's ctypes go to a table of its own. No Python code runs in here, and the others
 * wait for the GIL; those in the middle of a call hold ctypes, which exports for keys take as well. 0, or -1 without an exception. */
static int share(ModuleRecord *record)
{
    ModuleUse *first = record->uses;
    if (record->incomplete != NULL)
        record->incomplete->complete_tables();
    if (separate(first, record->ctx->types) < 0)
        return -1;
    if (make_keys(record) < 0) {
        PyMem_RawFree(first->types);
        first->types = NULL;
        return -1;
    }
    if (first->tables->ctx != NULL) /* else it is just going */
        first->tables->ctx = &first->own;
    for (int i = 0; i < record->ctx->num_types; i++)
        record->ctx->types[i] = (char *)&record->keys[i] + KEY_BIT;
    exports_take_keys(record->exports);
    return 0;
}

CType *module_record_ctype(void *slot)
{
    if (((uintptr_t)slot & KEY_BIT) == 0)
        return slot;
    ModuleRecord **key = (ModuleRecord **)(void *)((char *)slot - KEY_BIT);
    ModuleUse *use = use_of_interpreter(*key);
    if (use == NULL)
        return err_null(PyExc_RuntimeError, "'%.200s' is used in an interpreter that has not imported it",
                        (*key)->def.m_name);
    CType *ct = realize_slot(use->tables, key - (*key)->keys);
    Py_XDECREF(ct); /* the table keeps it */
    return ct;
}

const struct _cffi_extension_s *module_record_extension(const ModuleUse *use)
{
    return use == NULL ? NULL : use->record->extension;
}

/* ---- joining and leaving ---- */

/* The tables for a new use. NULL without an exception: out of memory. */
static const struct _cffi_type_context_s *tables_for(ModuleUse *use)
{
    ModuleRecord *record = use->record;
    if (record->keys == NULL && record->uses == NULL)
        return record->ctx;
    if ((record->keys == NULL && share(record) < 0) || separate(use, record->opcodes) < 0)
        return NULL;
    return &use->own;
}

/* From the look at the list until `use` is in it no other interpreter runs: nothing in here makes objects. */
static int join_locked(ModuleUse *use, FFIObject *ffi, PyObject *included)
{
    const struct _cffi_type_context_s *ctx = tables_for(use);
    if (ctx == NULL)
        return PyErr_NoMemory(), -1;
    if (ffi_set_tables(ffi, ctx, use->record->opcodes, use->record->incomplete, included) < 0)
        return -1;
    ffi->use = use;
    use->next = use->record->uses;
    use->record->uses = use;
    return 0;
}

static void free_use(ModuleUse *use)
{
    Py_XDECREF(use->ffi);
    PyMem_RawFree(use->types);
    PyMem_RawFree(use);
}

AT_IMPORT int module_record_join(ModuleRecord *record, FFIObject *ffi, PyObject *included)
{
    int result = -1;
    ModuleUse *use = PyMem_RawCalloc(1, sizeof *use);
    if (use == NULL)
        return PyErr_NoMemory(), -1;
    use->record = record;
    use->state = ffi_state(ffi);
    use->interpreter = PyInterpreterState_GetID(PyInterpreterState_Get());
    use->tables = ffi_tables(ffi);
    use->ffi = PyWeakref_NewRef((PyObject *)ffi, NULL);
    if (use->ffi != NULL) {
        FT_LOCK((PyObject *)&record->def);
        result = join_locked(use, ffi, included);
        FT_UNLOCK();
    }
    if (result < 0)
        free_use(use);
    return result;
}

void module_record_leave(ModuleUse *use)
{
    FT_LOCK((PyObject *)&use->record->def);
    ModuleUse **where = &use->record->uses;
    while (*where != use)
        where = &(*where)->next;
    *where = use->next;
    FT_UNLOCK();
    free_use(use);
}
