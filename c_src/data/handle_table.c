/* handle_table.c: slots of memory whose addresses are the values of handles. Pure C. */
#include "data/handle_table.h"

#include <stdlib.h>

#define FIRST_COUNT 256

static void append_free(HandleTable *table, HandleSlot *slot)
{
    slot->object = NULL;
    slot->next = NULL;
    if (table->first_free == NULL)
        table->first_free = slot;
    else
        table->last_free->next = slot;
    table->last_free = slot;
}

static bool grow(HandleTable *table)
{
    size_t count = table->newest == NULL ? FIRST_COUNT : 2 * (table->newest->bytes / sizeof(HandleSlot));
    HandleBlock *block =
        count > SIZE_MAX / 2 / sizeof(HandleSlot) ? NULL : malloc(sizeof *block + count * sizeof *block->slots);
    if (block == NULL)
        return false;
    block->older = table->newest;
    block->bytes = count * sizeof *block->slots;
    table->newest = block;
    table->slots = block->slots;
    table->bytes = block->bytes;
    for (size_t i = 0; i < count; i++)
        append_free(table, &block->slots[i]);
    return true;
}

HandleSlot *handle_table_take(HandleTable *table, void *object)
{
    if (table->first_free == NULL && !grow(table))
        return NULL;
    HandleSlot *slot = table->first_free;
    table->first_free = slot->next;
    slot->object = object;
    return slot;
}

void handle_table_give_back(HandleTable *table, HandleSlot *slot)
{
    append_free(table, slot);
}

void *handle_table_get(const HandleTable *table, const void *address)
{
    for (const HandleBlock *block = table->newest; block != NULL; block = block->older) {
        size_t at = (size_t)((uintptr_t)address - (uintptr_t)block->slots);
        if (at < block->bytes)
            return at % sizeof(HandleSlot) == 0 ? ((const HandleSlot *)address)->object : NULL;
    }
    return NULL;
}

void handle_table_free(HandleTable *table)
{
    while (table->newest != NULL) {
        HandleBlock *older = table->newest->older;
        free(table->newest);
        table->newest = older;
    }
    *table = (HandleTable){0};
}
