/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of the table each version of the format has. */
#include "contract/schema.h"

#include <string.h>

/* What came after version 1, and what contracts without it mean: what they always meant. */
static const struct {
    const char *group, *key;
    int64_t since;
    const char *before;
} later[] = {
    {"/data", "deal", 2, "blocks"},
    {"/limits", "share_min", 2, "0"},
};

enum { LATER = sizeof later / sizeof later[0] };

/* Returns the place of the field in later, or LATER. */
static size_t find_later(const struct schema_field *f)
{
    size_t i = 0;

    while (i < LATER &&
           (strcmp(later[i].group, f->group) != 0 || strcmp(later[i].key, f->key) != 0))
        i++;
    return i;
}

int64_t schema_since(const struct schema_field *f)
{
    size_t i = find_later(f);

    return i < LATER ? later[i].since : 1;
}

bool schema_may_hold(const struct schema_field *f, int64_t format, const struct contract_param *v)
{
    return f->type != SCHEMA_SHARE || format >= 2 || v->type == FLAT_INTEGER;
}

bool schema_applies(const struct schema_field *f, int64_t format, bool work)
{
    return format >= schema_since(f) && strcmp(f->group, work ? "/data" : "/work") != 0;
}

const char *schema_default(const struct schema_field *f, int64_t format)
{
    return format >= schema_since(f) ? f->fallback : later[find_later(f)].before;
}
