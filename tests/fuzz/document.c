/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text as a flat document. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

enum { MOST = 4096 }; /* elements of a value */

/* Returns the next of the values up to the comma, which ends there, or "". */
static char *next(char **values)
{
    static char none[1];
    char *value = *values ? strsep(values, ",") : NULL;

    return value ? value : none;
}

/* Effect: adds one value of count elements. */
static void add(struct flat *f, const char *path, enum flat_type type, unsigned rank,
                const size_t dims[static 2], char *values)
{
    size_t count = rank == 0 ? 1 : rank == 1 ? dims[0] : dims[0] * dims[1];
    char *strings[MOST];
    double numbers[MOST];
    int64_t integers[MOST];
    uint8_t bytes[MOST];
    const void *const data[] = {
        [FLAT_GROUP] = NULL,     [FLAT_INTEGER] = integers, [FLAT_NUMBER] = numbers,
        [FLAT_STRING] = strings, [FLAT_BOOLEAN] = integers, [FLAT_BYTES] = bytes,
    };

    for (size_t i = 0; i < count; i++) {
        char *value = rank == 0 ? values : next(&values);
        strings[i] = value;
        numbers[i] = strtod(value, NULL);
        integers[i] = strtoll(value, NULL, 10);
        bytes[i] = (uint8_t)integers[i];
        if (type == FLAT_BOOLEAN)
            integers[i] = integers[i] != 0;
    }
    flat_add(f, path, type, rank, dims, data[type], 0);
}

static void add_line(struct flat *f, char *line)
{
    static const char kinds[] = " ginsbB";
    char path[512], kind;
    size_t dims[2] = {1, 1};
    char *equals = strstr(line, " =");
    char *values = equals ? equals + 2 : line + strlen(line);

    if (equals)
        *equals = '\0';
    values += *values == ' ';
    int n = sscanf(line, "%511s %c %zu %zu", path, &kind, &dims[0], &dims[1]);
    const char *at = n >= 2 ? strchr(kinds + 1, kind) : NULL;
    if (!at || !*at || path[0] != '/' || dims[0] > MOST || dims[1] > MOST ||
        dims[0] * dims[1] > MOST || !text_is_utf8(path) || !text_is_utf8(values))
        return;
    add(f, path, (enum flat_type)(at - kinds), kind == 'B' ? 1 : (unsigned)(n - 2), dims, values);
}

struct flat *fuzz_document(const uint8_t *data, size_t len)
{
    struct flat *f = flat_create(NULL);
    char *text = fuzz_text(data, len), *rest = text, *line;

    must(f);
    while ((line = strsep(&rest, "\n")))
        if (!flat_find(f, line))
            add_line(f, line);
    free(text);
    return f;
}
