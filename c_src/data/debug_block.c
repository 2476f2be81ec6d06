/* debug_block.c: debug mode: the blocks of memory that cdata own. */
#include "data/debug_block.h"

#include "base/size.h"
#include "types/err.h"

#define ZONE        16 /* bytes before and after a block that nobody should write to */
#define ZONE_BYTE   0xFD
#define DEAD_BYTE   0xDD
#define KEEP_BYTES  (16 << 20) /* of memory given back */
#define KEEP_BLOCKS 10000

struct DebugRegistry {
    PyThread_type_lock lock; /* of all below; no Python code runs under it */
    AddressNode *blocks;     /* with memory of ours, alive or kept */
    DebugBlock *first;       /* given back: the oldest … */
    DebugBlock *last;        /* … the newest */
    size_t kept_blocks;
    size_t kept_bytes;
};

static void lock(struct DebugRegistry *registry)
{
    PyThread_acquire_lock(registry->lock, WAIT_LOCK);
}

static void unlock(struct DebugRegistry *registry)
{
    PyThread_release_lock(registry->lock);
}

/* ---- where Python code is ---- */

static bool is_ours(PyObject *file)
{
    const char *text = file == NULL ? NULL : PyUnicode_AsUTF8(file);
    return text != NULL && (strstr(text, "/cffi_runtime/") != NULL || strstr(text, "\\cffi_runtime\\") != NULL);
}

static PyObject *file_of(PyFrameObject *frame)
{
    PyCodeObject *code = PyFrame_GetCode(frame);
    PyObject *file = PyObject_GetAttrString((PyObject *)code, "co_filename");
    Py_DECREF(code);
    return file;
}

/* The line of Python that is running, outside of our own package. */
static DebugSite site_here(void)
{
    DebugSite site = {NULL, 0};
    PyObject *pending = PyErr_GetRaisedException();
    PyFrameObject *frame = (PyFrameObject *)Py_XNewRef((PyObject *)PyEval_GetFrame());
    while (frame != NULL) {
        Py_XDECREF(site.file);
        site.file = file_of(frame);
        site.line = PyFrame_GetLineNumber(frame);
        PyFrameObject *caller = is_ours(site.file) ? PyFrame_GetBack(frame) : NULL;
        Py_DECREF(frame);
        frame = caller;
    }
    PyErr_SetRaisedException(pending); /* what went wrong in here only costs the file name */
    return site;
}

static PyObject *site_text(const DebugSite *site)
{
    if (site->file == NULL)
        return PyUnicode_FromString("an unknown place");
    return PyUnicode_FromFormat("%U:%d", site->file, site->line);
}

PyObject *debug_block_text(const DebugBlock *block)
{
    static const char *const how[] = {
        [DEBUG_RELEASED] = "released",
        [DEBUG_COLLECTED] = "collected with the cdata that owned it",
    };
    PyObject *made = site_text(&block->made), *gone = site_text(&block->gone), *text = NULL;
    if (made != NULL && gone != NULL && block->fate == DEBUG_ALIVE)
        text = PyUnicode_FromFormat("%U at %U", block->origin, made);
    else if (made != NULL && gone != NULL)
        text = PyUnicode_FromFormat("%U at %U, %s at %U", block->origin, made, how[block->fate], gone);
    Py_XDECREF(made);
    Py_XDECREF(gone);
    return text;
}

/* ---- life of a block ---- */

static void block_free(DebugBlock *block)
{
    PyMem_RawFree(block->memory);
    Py_XDECREF(block->origin);
    Py_XDECREF(block->made.file);
    Py_XDECREF(block->gone.file);
    PyMem_Free(block);
}

static DebugBlock *block_new(CType *ct, const char *function)
{
    DebugBlock *block = PyMem_Calloc(1, sizeof *block);
    if (block == NULL)
        return (DebugBlock *)PyErr_NoMemory();
    block->references = 1;
    block->origin = PyUnicode_FromFormat("%s('%s')", function, ct->name);
    block->made = site_here();
    if (block->origin == NULL) {
        block_free(block);
        return NULL;
    }
    return block;
}

DebugBlock *debug_block_describe(CType *ct, const char *function, char *data, Py_ssize_t size)
{
    DebugBlock *block = block_new(ct, function);
    if (block != NULL) {
        block->node.start = (uintptr_t)data;
        block->node.end = (uintptr_t)data + (size < 0 ? 0 : (size_t)size);
        block->is_handle = strcmp(function, "ffi.new_handle") == 0;
    }
    return block;
}

/* Memory with room for both zones. */
static int get_memory(DebugBlock *block, Py_ssize_t size, int align)
{
    Py_ssize_t total;
    uintptr_t unit = align < ZONE ? ZONE : (uintptr_t)align;
    if (size_add(size, 2 * ZONE + (Py_ssize_t)unit, &total))
        block->memory = PyMem_RawCalloc(1, (size_t)total);
    if (block->memory == NULL)
        return PyErr_NoMemory(), -1;
    block->node.start = ((uintptr_t)block->memory + ZONE + unit - 1) & ~(unit - 1);
    block->node.end = block->node.start + (size_t)size;
    memset((char *)block->node.start - ZONE, ZONE_BYTE, ZONE);
    memset((char *)block->node.end, ZONE_BYTE, ZONE);
    return 0;
}

DebugBlock *debug_block_allocate(CType *ct, Py_ssize_t size, int align)
{
    struct DebugRegistry *registry = ct->state->debug_registry;
    DebugBlock *block = block_new(ct, "ffi.new");
    if (block == NULL)
        return NULL;
    if (get_memory(block, size, align) < 0) {
        block_free(block);
        return NULL;
    }
    lock(registry);
    address_tree_insert(&registry->blocks, &block->node);
    unlock(registry);
    return block;
}

DebugBlock *debug_block_keep(State *state, DebugBlock *block)
{
    if (block == NULL)
        return NULL;
    lock(state->debug_registry);
    block->references++;
    unlock(state->debug_registry);
    return block;
}

void debug_block_drop(State *state, DebugBlock *block)
{
    bool last;
    if (block == NULL)
        return;
    lock(state->debug_registry);
    last = --block->references == 0;
    unlock(state->debug_registry);
    if (last)
        block_free(block);
}

/* ---- the end of a block ---- */

static bool zone_is_whole(const unsigned char *zone)
{
    for (int i = 0; i < ZONE; i++) {
        if (zone[i] != ZONE_BYTE)
            return false;
    }
    return true;
}

/* Which side of the block was written to; NULL: none. */
static const char *damage(const DebugBlock *block)
{
    if (block->memory == NULL)
        return NULL;
    if (!zone_is_whole((const unsigned char *)block->node.start - ZONE))
        return "before the start";
    return zone_is_whole((const unsigned char *)block->node.end) ? NULL : "after the end";
}

COLD static int err_damaged(const DebugBlock *block, const char *where)
{
    PyObject *text = debug_block_text(block);
    if (text == NULL)
        return -1;
    err_raise(PyExc_RuntimeError, "C code wrote %s of the %zd bytes of %U", where,
              (Py_ssize_t)(block->node.end - block->node.start), text);
    Py_DECREF(text);
    return -1;
}

/* Takes the oldest block out of the list, with its reference. */
static DebugBlock *take_oldest_locked(struct DebugRegistry *registry)
{
    DebugBlock *block = registry->first;
    registry->first = block->next;
    if (registry->first == NULL)
        registry->last = NULL;
    registry->kept_blocks--;
    registry->kept_bytes -= block->node.end - block->node.start;
    if (block->memory != NULL)
        address_tree_remove(&registry->blocks, &block->node);
    return block;
}

static void keep_locked(struct DebugRegistry *registry, DebugBlock *block)
{
    block->references++;
    block->next = NULL;
    *(registry->last == NULL ? &registry->first : &registry->last->next) = block;
    registry->last = block;
    registry->kept_blocks++;
    registry->kept_bytes += block->node.end - block->node.start;
}

/* Frees memory of blocks given back long ago; what cdata still know of them stays. */
static void forget_some(State *state)
{
    struct DebugRegistry *registry = state->debug_registry;
    for (;;) {
        DebugBlock *block = NULL;
        char *memory = NULL;
        lock(registry);
        if (registry->kept_blocks > KEEP_BLOCKS || registry->kept_bytes > KEEP_BYTES) {
            block = take_oldest_locked(registry);
            memory = block->memory;
            block->memory = NULL;
        }
        unlock(registry);
        if (block == NULL)
            return;
        PyMem_RawFree(memory);
        debug_block_drop(state, block);
    }
}

int debug_block_end(State *state, DebugBlock *block, int fate)
{
    if (block == NULL || block->fate != DEBUG_ALIVE)
        return 0;
    const char *where = damage(block);
    block->gone = site_here();
    FT_STORE_BYTE(block->fate, (uint8_t)fate);
    if (block->memory != NULL)
        memset((char *)block->node.start, DEAD_BYTE, block->node.end - block->node.start);
    if (block->memory != NULL || block->is_handle) {
        lock(state->debug_registry);
        keep_locked(state->debug_registry, block);
        unlock(state->debug_registry);
        forget_some(state);
    }
    return where == NULL ? 0 : err_damaged(block, where);
}

/* ---- finding ---- */

DebugBlock *debug_block_at(State *state, const char *address)
{
    struct DebugRegistry *registry = state->debug_registry;
    lock(registry);
    DebugBlock *block = (DebugBlock *)(void *)address_tree_find(registry->blocks, (uintptr_t)address);
    if (block != NULL)
        block->references++;
    unlock(registry);
    return block;
}

DebugBlock *debug_block_dead_handle(State *state, const char *address)
{
    struct DebugRegistry *registry = state->debug_registry;
    DebugBlock *found = NULL;
    lock(registry);
    for (DebugBlock *block = registry->first; block != NULL; block = block->next) {
        if (block->is_handle && block->node.start == (uintptr_t)address)
            found = block; /* the newest */
    }
    if (found != NULL)
        found->references++;
    unlock(registry);
    return found;
}

/* ---- the registry ---- */

/* All cdata are gone by now: what is left are the blocks given back. */
static void registry_free(State *state)
{
    struct DebugRegistry *registry = state->debug_registry;
    while (registry->first != NULL)
        debug_block_drop(state, take_oldest_locked(registry));
    PyThread_free_lock(registry->lock);
    PyMem_Free(registry);
    state->debug_registry = NULL;
}

int debug_block_init(State *state)
{
    struct DebugRegistry *registry = PyMem_Calloc(1, sizeof *registry);
    if (registry == NULL || (registry->lock = PyThread_allocate_lock()) == NULL) {
        PyMem_Free(registry);
        return PyErr_NoMemory(), -1;
    }
    state->debug_registry = registry;
    state->debug_registry_free = registry_free;
    return 0;
}
