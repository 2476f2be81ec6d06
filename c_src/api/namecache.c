/* namecache.c: a small table in front of a dict with str keys. */
#include "api/namecache.h"

#if FT_FREE_LISTS

void namecache_put(NameCache *cache, PyObject *name, PyObject *value, bool Py_UNUSED(pinned))
{
    size_t row = namecache_row(name);
    PyObject *old_name = cache->rows[row].name, *old_value = cache->rows[row].value;
    cache->rows[row].name = Py_NewRef(name);
    cache->rows[row].value = Py_NewRef(value);
    Py_XDECREF(old_name);
    Py_XDECREF(old_value);
}

int namecache_visit(NameCache *cache, visitproc visit, void *arg)
{
    for (size_t i = 0; i < NAMECACHE_SIZE; i++)
        Py_VISIT(cache->rows[i].value);
    return 0;
}

void namecache_clear(NameCache *cache)
{
    for (size_t i = 0; i < NAMECACHE_SIZE; i++) {
        Py_CLEAR(cache->rows[i].name);
        Py_CLEAR(cache->rows[i].value);
    }
}

void namecache_free(NameCache *cache)
{
    namecache_clear(cache);
}

#else

void namecache_put(NameCache *cache, PyObject *name, PyObject *value, bool pinned)
{
    size_t row = namecache_row(name);
    if (pinned && FT_LOAD_POINTER(cache->rows[row].name) == NULL &&
        !FT_CLAIM_POINTER(cache->rows[row].name, Py_NewRef(name)))
        Py_DECREF(name);
    if (pinned && FT_LOAD_POINTER(cache->rows[row].name) == name)
        FT_STORE_POINTER(cache->rows[row].value, value);
}

int namecache_visit(NameCache *Py_UNUSED(cache), visitproc Py_UNUSED(visit), void *Py_UNUSED(arg))
{
    return 0;
}

void namecache_clear(NameCache *cache)
{
    for (size_t i = 0; i < NAMECACHE_SIZE; i++)
        FT_STORE_POINTER(cache->rows[i].value, NULL);
}

void namecache_free(NameCache *cache)
{
    for (size_t i = 0; i < NAMECACHE_SIZE; i++)
        Py_XDECREF(cache->rows[i].name);
}

#endif
