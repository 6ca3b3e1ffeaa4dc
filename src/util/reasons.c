/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reasons, each with all whom it concerns. */
#include "util/reasons.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

enum {
    LISTED = 8, /* names of one reason that are told */
    NEAR = 64,  /* reasons that a new one is compared with: where all differ, it must end */
};

/* Returns how long the number is if it stands at p, as no part of a longer one; else 0. */
static size_t number_at(const char *text, const char *p, uint64_t number)
{
    char digits[24];
    size_t n = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number);

    if (number == 0 || (p > text && isdigit((unsigned char)p[-1])) || strncmp(p, digits, n) != 0 ||
        isdigit((unsigned char)p[n]))
        return 0;
    return n;
}

/* Whether a slave's number may stand at p: in the path that the text begins with, up to the first
 * colon (NULL: it begins with none), and in names such as slave-K.stderr. */
static bool may_be_number(const char *text, const char *colon, const char *p)
{
    static const char name[] = "slave-";
    enum { NAME = sizeof name - 1 };

    return (colon && p < colon) || (p - text >= NAME && memcmp(p - NAME, name, NAME) == 0);
}

/* Whether two texts say the same of two slaves: each has its own number where it may be, and all
 * else is equal. A directory has one of the numbers by chance, not both. Effect: common, if not
 * NULL, gets it with {slave} for the number. */
static bool is_same(const char *a, uint64_t of_a, const char *b, uint64_t of_b, struct buf *common)
{
    const char *p = a, *q = b, *colon = strchr(a, ':');

    while (*p) {
        size_t n = may_be_number(a, colon, p) ? number_at(a, p, of_a) : 0,
               m = n ? number_at(b, q, of_b) : 0;
        if (m == 0 && *p != *q)
            return false;
        if (m == 0 && common)
            buf_addc(common, *p);
        else if (common)
            buf_adds(common, "{slave}");
        p += m ? n : 1;
        q += m ? m : 1;
    }
    return *q == '\0';
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

/* Returns the reason that it is one more of, or NULL. */
static struct reason_of *find(const struct reasons *r, const char *text, uint64_t number)
{
    for (size_t i = r->count > NEAR ? r->count - NEAR : 0; i < r->count; i++)
        if (is_same(r->list[i].text.data, r->list[i].number, text, number, NULL))
            return &r->list[i];
    return NULL;
}

/* Returns a new reason, or NULL. */
static struct reason_of *grow(struct reasons *r, const char *text, uint64_t number)
{
    struct reason_of *list =
        err_grow(r->list, r->count, &r->capacity, sizeof *list, "reasons", NULL);
    struct buf copy = {0};

    buf_adds(&copy, text);
    buf_addc(&copy, '\0'); /* data is there, even if the text is empty */
    r->list = list ? list : r->list;
    r->failed |= !list || buf_failed(&copy);
    if (r->failed) {
        buf_free(&copy);
        return NULL;
    }
    r->list[r->count] = (struct reason_of){.text = copy, .number = number};
    return &r->list[r->count++];
}

void reasons_add(struct reasons *r, const char *who, uint64_t number, const char *where,
                 const char *text)
{
    struct reason_of *x = find(r, text, number);

    if (x && x->count == 1)
        is_same(x->text.data, x->number, text, number, &x->common);
    if (!x)
        x = grow(r, text, number);
    if (!x)
        return;
    add_name(&x->who, &x->count, who);
    if (where[0] && strcmp(where, "-") != 0 && !has_name(&x->where, where))
        add_name(&x->where, &x->places, where);
    r->failed |= buf_failed(&x->common) || buf_failed(&x->who) || buf_failed(&x->where);
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
