/* prim_main.c: without arguments prints the table of primitives: number, kind, conversion, size, alignment, name;
 * else reads lines "size hexadecimal_bytes" and prints them loaded as unsigned, as signed, and stored again. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "types/prim.h"

static void print_table(void)
{
    for (int i = 0; i < PRIM_COUNT; i++) {
        const PrimInfo *info = &prim_table[i];
        printf("%d %d %d %d %d %s\n", prim_find(info->name, strlen(info->name)), info->kind, info->conv, info->size,
               info->align, info->name);
    }
    printf("%d %d %d\n", prim_find("inty", 3), prim_find("in", 2), prim_find("_cffi_double_complex_t", 22));
}

int main(int argc, char **argv)
{
    int size;
    char text[17];
    (void)argv;
    if (argc == 1)
        print_table();
    while (argc > 1 && scanf("%d %16s", &size, text) == 2) {
        char bytes[8], copy[8];
        for (int i = 0; i < size; i++) {
            unsigned byte;
            if (sscanf(text + 2 * i, "%2x", &byte) != 1)
                return 1;
            bytes[i] = (char)byte;
        }
        printf("%" PRIu64 " %" PRId64 " ", prim_load_unsigned(bytes, size), prim_load_signed(bytes, size));
        prim_store_integer(copy, prim_load_unsigned(bytes, size), size);
        for (int i = 0; i < size; i++)
            printf("%02x", (unsigned)(unsigned char)copy[i]);
        printf("\n");
    }
    return 0;
}
