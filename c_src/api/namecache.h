/* namecache.h: a small table in front of a dict with str keys, looked up by the identity of the str.
 *
 * Code asks for the same attribute or C type by the same object again and again. In free-threaded builds a row keeps the first name that
 * it gets, and only has values that are never freed, so that it is read without locks. */
#ifndef CFFI_API_NAMECACHE_H
#define CFFI_API_NAMECACHE_H

#include "base/py.h"

#define NAMECACHE_SIZE 128 /* a power of two */

typedef struct {
    struct {
        PyObject *name;  /* owned or NULL: as long as it is here, no other str has its address */
        PyObject *value; /* owned; of a free-threaded build: never freed, or NULL */
    } rows[NAMECACHE_SIZE];
} NameCache;

static inline size_t namecache_row(PyObject *name)
{
    uintptr_t address = (uintptr_t)name;
    return (address >> 4 ^ address >> 11) & (NAMECACHE_SIZE - 1);
}

/* The value, borrowed, or NULL: then ask the dict. */
static inline PyObject *namecache_get_borrowed(NameCache *cache, PyObject *name)
{
    size_t row = namecache_row(name);
    return LIKELY(FT_LOAD_POINTER(cache->rows[row].name) == name) ? FT_LOAD_POINTER(cache->rows[row].value) : NULL;
}

/* Remembers what the dict said. `pinned`: the value is never freed. */
void namecache_put(NameCache *cache, PyObject *name, PyObject *value, bool pinned);

int namecache_visit(NameCache *cache, visitproc visit, void *arg);
void namecache_clear(NameCache *cache); /* it knows nothing any more; others may be reading */
void namecache_free(NameCache *cache);  /* nobody is */

#endif
