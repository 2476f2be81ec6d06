/* memory.h: memory that lives as long as one call: a piece of the C stack first, then blocks of the heap. */
#ifndef CFFI_CALL_MEMORY_H
#define CFFI_CALL_MEMORY_H

#include "base/py.h"

#define MEMORY_ALIGNMENT 16
#define MEMORY_ON_STACK  640

typedef struct MemoryBlock {
    struct MemoryBlock *next;
} MemoryBlock;

typedef struct {
    char *free; /* the rest of `stack` */
    MemoryBlock *blocks;
    _Alignas(MEMORY_ALIGNMENT) char stack[MEMORY_ON_STACK];
} Memory;

static inline void memory_init(Memory *memory)
{
    memory->free = memory->stack;
    memory->blocks = NULL;
}

char *memory_get_block(Memory *memory, size_t size);
void memory_free_blocks(Memory *memory);

/* `size` bytes, aligned to MEMORY_ALIGNMENT, not cleared. NULL with MemoryError. */
static inline char *memory_get(Memory *memory, size_t size)
{
    size_t left = (size_t)(memory->stack + MEMORY_ON_STACK - memory->free);
    if (UNLIKELY(size > left))
        return memory_get_block(memory, size);
    char *result = memory->free;
    size = (size + MEMORY_ALIGNMENT - 1) & ~(size_t)(MEMORY_ALIGNMENT - 1);
    memory->free += size < left ? size : left;
    return result;
}

static inline void memory_done(Memory *memory)
{
    if (UNLIKELY(memory->blocks != NULL))
        memory_free_blocks(memory);
}

#endif
