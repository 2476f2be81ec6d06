/* namecache.c: a small table in front of a dict with str keys. */
#include "api/namecache.h"

void namecache_put(NameCache *cache, PyObject *name, PyObject *value)
{
    if (!FT_FREE_LISTS)
        return;
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
