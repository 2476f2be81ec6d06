/* intern.h: one ctype a shape. The table maps a key (bytes: the kind, the addresses of the parts, the numbers) to a
 * weak reference; a ctype takes itself out when it dies, so that unused types cost nothing. A part's address cannot be
 * reused while the key is in the table, since the ctype owns its parts until it has left. */
#ifndef CFFI_TYPES_INTERN_H
#define CFFI_TYPES_INTERN_H

#include "types/ctype.h"

/* The key of the shape told by `words`. New reference, NULL with an exception. */
PyObject *intern_key(const uintptr_t *words, size_t count);

/* The living ctype with this key. 1 and a new reference, 0, or -1 with an exception. */
int intern_find(State *state, PyObject *key, CType **found);

/* Enters `ct` under `key` and returns it; or, when another thread was faster, drops it and returns that one. Takes over
 * the reference to `ct`. NULL with an exception. */
CType *intern_add_steal(CType *ct, PyObject *key);

/* Called by a dying ctype, before it gives up its parts. Keeps a pending exception. */
void intern_remove(CType *ct);

#endif
