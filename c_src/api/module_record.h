/* module_record.h: what the runtime keeps about a compiled module: which interpreters use it, and how they share it.
 *
 * A compiled module's type table is static memory of the process, and its wrappers hand what lies in a slot to the
 * functions of the export table. The interpreter that imports the module alone has its ctypes right there. When another
 * one joins, every interpreter gets a table of its own, the slots hold keys, and the module is given exports that take
 * a key to the ctype that the running interpreter has for the slot. So a module in one interpreter pays nothing.
 *
 * Only interpreters that share the GIL can join: Python refuses modules of this kind (single-phase init) in the others,
 * and in all but the main interpreter of a free-threaded build. */
#ifndef CFFI_API_MODULE_RECORD_H
#define CFFI_API_MODULE_RECORD_H

#include "api/ffi.h"

typedef struct ModuleRecord {
    PyModuleDef def;                        /* what the import system wants to know, which keeps the address */
    const void *runtime;                    /* const: &state_module_def of the runtime that made the record */
    const struct _cffi_type_context_s *ctx; /* const: the module's own */
    void **exports;                         /* const: the module's own; [0], which no wrapper reads, is this record */
    struct ModuleUse *uses;                 /* list: one for each interpreter; changed under FT_LOCK of `def` */
    const struct _cffi_extension_s *extension;  /* const: NULL for a module that is not made by us */
    const struct _cffi_extension_s *incomplete; /* const: the same when it completes its tables, or NULL */
    struct ModuleRecord **keys;                 /* NULL, or as soon as it is shared: a key is an address in here */
    const _cffi_opcode_t *opcodes;              /* const: what the slots begin as: the module's own, or */
    _cffi_opcode_t copied[];                    /* const: what they were when it was loaded */
} ModuleRecord;

/* The record of the module with these exports and tables, made when it is first imported in this process and never
 * freed. NULL with an exception. */
ModuleRecord *module_record_get(const char *name, void **exports, const struct _cffi_type_context_s *ctx,
                                const struct _cffi_extension_s *extension);

/* *ffi = the FFI that the running interpreter has for the module already, new reference: 1; 0 it has none; -1 with
 * ImportError when another copy of the runtime in this interpreter has it. */
int module_record_find(ModuleRecord *record, State *state, FFIObject **ffi);

/* Gives `ffi`, which has no tables yet, those of the module. 0, or -1 with an exception and everything as it was. */
int module_record_join(ModuleRecord *record, FFIObject *ffi, PyObject *included);

/* The FFI is gone; its tables are given back already. */
void module_record_leave(struct ModuleUse *use);

/* The extension of the module whose FFI has this use; NULL for NULL. */
const struct _cffi_extension_s *module_record_extension(const struct ModuleUse *use);

/* What an export got for a ctype, which may be a key: the ctype of the running interpreter, borrowed. NULL with an
 * exception. */
CType *module_record_ctype(void *slot);

#endif
