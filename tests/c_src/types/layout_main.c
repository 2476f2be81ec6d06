/* layout_main.c: lays out the records on its standard input, one a line:
 *     rules union packed big_endian pack size align count  {size align bits named given} * count
 * and prints for each: status, or "end size align standard_size standard_align  {offset shift standard} * count". */
#include <stdio.h>
#include <stdlib.h>

#include "types/layout.h"

static long next_number(void)
{
    long number;
    if (scanf("%ld", &number) != 1) {
        fprintf(stderr, "a number is missing\n");
        exit(2);
    }
    return number;
}

static void read_member(LayoutMember *member)
{
    member->size = next_number();
    member->align = (int)next_number();
    member->bits = (int)next_number();
    member->named = next_number() != 0;
    member->given = next_number();
}

static void print_layout(const LayoutMember *members, size_t count, const LayoutResult *result)
{
    printf("%td %td %d %td %d", result->end, result->size, result->align, result->standard_size,
           result->standard_align);
    for (size_t i = 0; i < count; i++)
        printf(" %td %d %td", members[i].offset, members[i].shift, members[i].standard);
    printf("\n");
}

static void lay_out(int rules)
{
    static const char *const names[] = {"OK", "TOO_LARGE", "TOO_SMALL", "ACROSS"};
    LayoutOptions options = {.rules = (LayoutRules)rules};
    LayoutResult result;
    size_t bad = 0;
    options.is_union = next_number() != 0;
    options.packed = next_number() != 0;
    options.big_endian_bits = next_number() != 0;
    options.pack = (int)next_number();
    options.size = next_number();
    options.align = (int)next_number();
    size_t count = (size_t)next_number();
    LayoutMember *members = calloc(count + 1, sizeof *members);
    if (members == NULL)
        exit(3);
    for (size_t i = 0; i < count; i++)
        read_member(&members[i]);
    LayoutStatus status = layout_compute(&options, members, count, &result, &bad);
    if (status == LAYOUT_OK)
        print_layout(members, count, &result);
    else
        printf("%s %zu\n", names[status], bad);
    free(members);
}

int main(void)
{
    int rules;
    while (scanf("%d", &rules) == 1)
        lay_out(rules);
    return 0;
}
