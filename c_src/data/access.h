/* access.h: parts of a value: by index, by slice, by field name; and where they lie. */
#ifndef CFFI_DATA_ACCESS_H
#define CFFI_DATA_ACCESS_H

#include "data/cdata.h"

/* cd[key] and cd[key] = value, `key` an int or a slice. */
PyObject *access_get_item(CData *cd, PyObject *key);
int access_set_item(CData *cd, PyObject *key, PyObject *value);

/* cd.name and cd.name = value, `cd` a record or a pointer to one; other types have the attributes of the Python type
 * only. */
PyObject *access_get_field(CData *cd, PyObject *name);
int access_set_field(CData *cd, PyObject *name, PyObject *value);

/* One step from a `ct` to a part of it: a field name (str) of a record, an index (int) of an array or pointer.
 * `first`: a pointer may be followed (ffi.offsetof("struct s *", "x"), ffi.addressof(p, "x")). Adds to *offset; the
 * type of the part is borrowed. TypeError, KeyError (unknown field), OverflowError. */
CType *access_step(CType *ct, PyObject *step, bool first, Py_ssize_t *offset);

/* ffi.offsetof(ct, *steps): all steps from the first; *offset starts at 0. */
CType *access_path(CType *ct, PyObject *const *steps, Py_ssize_t count, Py_ssize_t *offset);

/* ffi.addressof(cd, *steps): a pointer cdata. Without steps `cd` is a record or an array; with steps also a pointer. */
PyObject *access_addressof(CData *cd, PyObject *const *steps, Py_ssize_t count);

/* rawaddressof(pointer, cd, offset): `offset` bytes after the start of a record, array or what a pointer points to. */
PyObject *access_rawaddressof(CType *pointer, CData *cd, Py_ssize_t offset);

#endif
