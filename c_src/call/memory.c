/* memory.c: memory that lives as long as one call: the blocks of the heap. */
#include "call/memory.h"

#define BLOCK_HEAD ((sizeof(MemoryBlock) + MEMORY_ALIGNMENT - 1) & ~(size_t)(MEMORY_ALIGNMENT - 1))

char *memory_get_block(Memory *memory, size_t size)
{
    MemoryBlock *block = size > (size_t)PY_SSIZE_T_MAX - BLOCK_HEAD ? NULL : PyMem_Malloc(BLOCK_HEAD + size);
    if (block == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    block->next = memory->blocks;
    memory->blocks = block;
    return (char *)block + BLOCK_HEAD;
}

void memory_free_blocks(Memory *memory)
{
    while (memory->blocks != NULL) {
        MemoryBlock *next = memory->blocks->next;
        PyMem_Free(memory->blocks);
        memory->blocks = next;
    }
}
