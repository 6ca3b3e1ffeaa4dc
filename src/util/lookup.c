/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number of a name, among many. */
#include "util/lookup.h"

#include <jansson.h>

size_t lookup_find(const struct lookup *l, const char *name)
{
    const json_t *number = json_object_get(l->table, name);

    return number ? (size_t)json_integer_value(number) : LOOKUP_NONE;
}

int lookup_add(struct lookup *l, const char *name, size_t number, struct err *e)
{
    if (!l->table)
        l->table = json_object();
    /* Names are bytes here, and need not be UTF-8. */
    if (json_object_set_new_nocheck(l->table, name, json_integer((json_int_t)number)) < 0)
        return err_memory(e, "names");
    return 0;
}

void lookup_free(struct lookup *l)
{
    json_decref(l->table);
    l->table = NULL;
}
