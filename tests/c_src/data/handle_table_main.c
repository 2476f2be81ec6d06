/* handle_table_main.c: adds, removes and looks up addresses as its input says; prints the answers. */
#include <stdint.h>
#include <stdio.h>

#include "data/handle_table.h"

int main(void)
{
    HandleTable table = {0};
    char verb;
    unsigned long long number;
    while (scanf(" %c %llu", &verb, &number) == 2) {
        void *address = (void *)(uintptr_t)number;
        if (verb == '+' && !handle_table_add(&table, address))
            return 1;
        if (verb == '-')
            handle_table_remove(&table, address);
        if (verb == '?')
            printf("%d", handle_table_has(&table, address));
    }
    printf(" %zu\n", table.count);
    handle_table_free(&table);
    return 0;
}
