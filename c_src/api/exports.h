/* exports.h: how a compiled module comes to life.
 *
 * It calls _init_cffi_1_0_external_module(), gets the export table, and becomes a module with the attributes `ffi` and
 * `lib`. */
#ifndef CFFI_API_EXPORTS_H
#define CFFI_API_EXPORTS_H

#include "base/py.h"

struct CType;

/* The method of _cffi_backend; `address` is a Python int, see _CFFI_RAW_* in cffi_abi.h. */
PyObject *exports_init_module(PyObject *backend, PyObject *address);
/* The one for modules with an extension, see _CFFI_RAW_EXTENSION. */
PyObject *exports_init_module_extended(PyObject *backend, PyObject *address);

/* The export table: _CFFI_EXPORTS_CHAR16 entries (api/export_table.c). */
extern void *const export_table[];
/* What modules with an extension get besides: _CFFI_EXTRA_COUNT entries. */
extern void *const export_table_extra[];
/* Gives a module, in the place of the exports that take a ctype, those which also take a key (api/module_record.h). */
void exports_take_keys(void **exports);
/* In debug mode, in the place of the entry PREPARE_POINTER. */
Py_ssize_t export_prepare_pointer_debug(struct CType *ct, PyObject *value, char **out);

#endif
