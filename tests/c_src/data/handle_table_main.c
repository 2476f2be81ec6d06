/* handle_table_main.c: takes slots and gives them back as its input says; prints what the table tells of their addresses.
 *
 *   + N  a handle for object N       - N  the end of it       ? N D  which object is D bytes behind where the handle of N is, or last was */
#include <stdio.h>

#include "data/handle_table.h"

int main(void)
{
    static HandleSlot *slots[10000];
    HandleTable table = {0};
    char verb;
    unsigned number;
    int distance;
    while (scanf(" %c %u", &verb, &number) == 2) {
        if (verb == '+' && (slots[number] = handle_table_take(&table, (void *)(uintptr_t)number)) == NULL)
            return 1;
        if (verb == '-')
            handle_table_give_back(&table, slots[number]);
        if (verb == '?' && scanf("%d", &distance) == 1)
            printf("%zu ", (size_t)(uintptr_t)handle_table_get(&table, (char *)slots[number] + distance));
    }
    handle_table_free(&table);
    return handle_table_get(&table, slots[1]) != NULL;
}
