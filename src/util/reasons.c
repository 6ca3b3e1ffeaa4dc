/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reasons, each with all whom it concerns. */
#include "util/reasons.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"

enum {
    LISTED = 8, /* names of one reason that are told */
    NEAR = 64,  /* reasons that a new one is compared with: where all differ, it must end */
};

/* Returns where the number stands last in the path that the text begins with, up to the first
 * colon, as no part of a longer number; NULL: nowhere. Directories before may have it by chance. */
static const char *find_number(const char *text, const char *digits, size_t n)
{
    const char *found = NULL, *end = strchr(text, ':');

    for (const char *p = text; end && (p = strstr(p, digits)) && p < end; p++)
        if ((p == text || !isdigit((unsigned char)p[-1])) && !isdigit((unsigned char)p[n]))
            found = p;
    return found;
}

/* Appends the text with {slave} for the number. */
static void add_common(struct buf *to, const char *text, uint64_t number)
{
    char digits[24];
    size_t n = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    const char *at = number > 0 ? find_number(text, digits, n) : NULL;

    if (at) {
        buf_add(to, text, (size_t)(at - text));
        buf_adds(to, "{slave}");
        text = at + n;
    }
    buf_adds(to, text);
}

/* Appends a name to a list, of which the first few are told. */
static void add_name(struct buf *list, size_t *count, const char *name)
{
    if (*count < LISTED)
        buf_addf(list, "%s%s", *count ? ", " : "", name);
    else if (*count == LISTED)
        buf_adds(list, ", …");
    ++*count;
}

/* Whether the list has the name already; of those that are told, no other matters. */
static bool has_name(const struct buf *list, const char *name)
{
    size_t n = strlen(name);

    for (const char *p = list->data; p && (p = strstr(p, name)); p++)
        if ((p == list->data || p[-1] == ' ') && (p[n] == ',' || p[n] == '\0'))
            return true;
    return false;
}

static struct reason_of *find(const struct reasons *r, const char *common)
{
    for (size_t i = r->count > NEAR ? r->count - NEAR : 0; i < r->count; i++)
        if (strcmp(r->list[i].common.data, common) == 0)
            return &r->list[i];
    return NULL;
}

void reasons_add(struct reasons *r, const char *who, uint64_t number, const char *where,
                 const char *text)
{
    struct buf common = {0};

    buf_adds(&common, ""); /* data is there, even if the text is empty */
    add_common(&common, text, number);
    struct reason_of *list =
        err_grow(r->list, r->count, &r->capacity, sizeof *list, "reasons", NULL);
    r->list = list ? list : r->list;
    r->failed |= !list || buf_failed(&common) || !common.data;
    struct reason_of *x = r->failed ? NULL : find(r, common.data);
    if (!r->failed && !x) {
        x = &r->list[r->count++];
        *x = (struct reason_of){.common = common};
        common = (struct buf){0};
        buf_adds(&x->text, text);
    }
    buf_free(&common);
    if (!x)
        return;
    add_name(&x->who, &x->count, who);
    if (where[0] && strcmp(where, "-") != 0 && !has_name(&x->where, where))
        add_name(&x->where, &x->places, where);
    r->failed |= buf_failed(&x->text) || buf_failed(&x->who) || buf_failed(&x->where);
}

void reasons_tell(struct buf *to, const struct reason_of *x, const char *before, size_t most)
{
    const char *text = x->count == 1 ? x->text.data : x->common.data;
    const char *who = x->who.data, *where = x->where.data;

    if (x->count == 1)
        buf_addf(to, "%s%s: ", before, who);
    else
        buf_addf(to, "%zu slaves (%s): ", x->count, who);
    buf_addf(to, "%.*s", (int)most, text ? text : "");
    if (where)
        buf_addf(to, " (node%s %s)", x->places > 1 ? "s" : "", where);
}

void reasons_free(struct reasons *r)
{
    for (size_t i = 0; i < r->count; i++) {
        buf_free(&r->list[i].text);
        buf_free(&r->list[i].common);
        buf_free(&r->list[i].who);
        buf_free(&r->list[i].where);
    }
    free(r->list);
    *r = (struct reasons){0};
}
