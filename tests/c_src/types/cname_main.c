/* cname_main.c: makes a C name by the commands on its standard input, one a line, and prints every step as "name@position":
 *     base NAME | pointer | to_array | array LENGTH | insert TEXT | function VARIADIC CONVENTION ARGUMENT...  (";" between) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "types/cname.h"

static CName function(const CName *old, char *words)
{
    const char *arguments[16];
    size_t count = 0;
    int variadic = atoi(words);
    char *convention = strchr(words, ';') + 1;
    char *next = strchr(convention, ';');
    while (next != NULL && count < 16) {
        *next++ = '\0';
        arguments[count++] = next;
        next = strchr(next, ';');
    }
    return cname_function(old->text, old->position, arguments, count, variadic != 0, convention);
}

static CName step(const CName *old, char *line)
{
    char *rest = strchr(line, ' ');
    rest = rest == NULL ? line + strlen(line) : rest + 1;
    if (strncmp(line, "base", 4) == 0)
        return cname_base(rest);
    if (strncmp(line, "pointer", 7) == 0)
        return cname_pointer(old->text, old->position, false);
    if (strncmp(line, "to_array", 8) == 0)
        return cname_pointer(old->text, old->position, true);
    if (strncmp(line, "array", 5) == 0)
        return cname_array(old->text, old->position, (ptrdiff_t)strtoll(rest, NULL, 10));
    if (strncmp(line, "insert", 6) == 0)
        return cname_insert(old->text, old->position, rest, 0);
    return function(old, rest);
}

int main(void)
{
    char line[1000];
    CName name = {NULL, 0};
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        CName next = step(&name, line);
        free(name.text);
        name = next;
        if (name.text == NULL)
            return 1;
        printf("%s@%d\n", name.text, name.position);
    }
    free(name.text);
    return 0;
}
