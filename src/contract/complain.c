/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what is wrong with a value, by its place in the document. */
#include "contract/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Turns "/filter/weight@t_min" into "filter.weight.t_min" and "/contract@title"
 * into "title": how a spec says it. */
static void key_of(const char *path, char *key, size_t size)
{
    size_t skip = strncmp(path, "/contract@", 10) == 0 ? 10 : 1;

    snprintf(key, size, "%s", path + (path[0] ? skip : 0));
    for (char *p = key; *p; p++)
        if (*p == '/' || *p == '@')
            *p = '.';
}

int load_complain(const struct load *l, const char *path, const char *format, ...)
{
    char words[700], key[300], group[128];
    const struct flat_value *v = flat_find(l->f, path);
    va_list ap;

    va_start(ap, format);
    vsnprintf(words, sizeof words, format, ap);
    va_end(ap);
    if (!v) { /* what is missing is missing where its group begins */
        snprintf(group, sizeof group, "%.*s", (int)strcspn(path, "@"), path);
        v = flat_find(l->f, group);
    }
    if (!v || v->line == 0)
        return err_set(l->e, ERR_INPUT, "%s: %.300s: %s", l->name, path, words);
    key_of(path, key, sizeof key);
    return err_set(l->e, ERR_INPUT, "%s:%u: %s: %s", l->name, v->line, key, words);
}

int load_too_new(const struct load *l, const char *path, int64_t format, int64_t since)
{
    return load_complain(l, path,
                         "is unknown in a contract of format %" PRId64
                         ", which the document says that it is; format %" PRId64 " has it",
                         format, since);
}

int load_pass(const struct load *l, const char *path, const struct err *why)
{
    const struct flat_value *v = flat_find(l->f, path);

    if (!v || v->line == 0)
        return err_set(l->e, why->code, "%s: %s", l->name, why->text);
    return err_set(l->e, why->code, "%s:%u: %s", l->name, v->line, why->text);
}
