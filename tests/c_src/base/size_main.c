/* size_main.c: prints the results of base/size.h for lines "multiply|add|align A B": a number, or "no" when it does not fit. */
#include <stdio.h>
#include <string.h>

#include "base/size.h"

int main(void)
{
    char verb[16];
    long long a, b;
    while (scanf("%15s %lld %lld", verb, &a, &b) == 3) {
        ptrdiff_t result = -1;
        bool fits = strcmp(verb, "multiply") == 0 ? size_multiply((ptrdiff_t)a, (ptrdiff_t)b, &result)
                    : strcmp(verb, "add") == 0    ? size_add((ptrdiff_t)a, (ptrdiff_t)b, &result)
                                                  : size_align((ptrdiff_t)a, (ptrdiff_t)b, &result);
        if (fits)
            printf("%lld\n", (long long)result);
        else
            printf("no\n");
    }
    return 0;
}
