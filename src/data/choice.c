/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns names of columns into their numbers. */
#include "data/choice.h"

#include <stdlib.h>
#include <string.h>

#include "util/alike.h"
#include "util/buf.h"

enum { LISTED = 600 }; /* bytes of names that an error lists at most */

struct named {
    const char *name;
    size_t number;
};

/* The table's columns in the order of their names. */
struct directory {
    const struct format *format;
    const void *table;
    const char *location;
    struct named *sorted;
    size_t count;
};

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static int sort_names(struct directory *d, struct err *e)
{
    d->sorted = err_alloc(d->count, sizeof *d->sorted, d->location, e);
    if (!d->sorted)
        return -1;
    for (size_t i = 0; i < d->count; i++)
        d->sorted[i] = (struct named){d->format->column_name(d->table, i), i};
    qsort(d->sorted, d->count, sizeof *d->sorted, compare);
    for (size_t i = 1; i < d->count; i++)
        if (compare(&d->sorted[i - 1], &d->sorted[i]) == 0)
            return err_set(e, ERR_INPUT,
                           "%s: two columns have the name '%.200s' (numbers %zu and %zu, from 1); "
                           "give one of them another",
                           d->location, d->sorted[i].name, d->sorted[i - 1].number + 1,
                           d->sorted[i].number + 1);
    return 0;
}

static int not_there(const struct directory *d, const char *name, struct err *e)
{
    struct buf list = {0};
    char hint[ALIKE_HINT] = "";
    bool found = false;
    size_t i = 0;

    const char *holds = d->format->left(d->table, name);
    if (holds)
        return err_set(e, ERR_INPUT, "%s: column '%.200s' holds %s, expected numbers%s",
                       d->location, name, holds, FORMAT_TEXT_ADVICE);
    for (size_t k = 0; k < d->count && !found; k++)
        found = alike_hint(hint, name, d->format->column_name(d->table, k));

    for (; i < d->count && list.len < LISTED; i++)
        buf_addf(&list, "%s%.100s", i ? ", " : "", d->format->column_name(d->table, i));
    if (i < d->count)
        buf_addf(&list, ", ... (%zu in all)", d->count);
    err_set(e, ERR_INPUT, "%s: has no %s '%.200s'%s; it has: %s", d->location, d->format->column,
            name, hint, buf_failed(&list) ? "?" : list.data);
    buf_free(&list);
    return -1;
}

static int look_up(struct choice *c, const struct directory *d, const struct source_options *o,
                   struct err *e)
{
    int rc = -1;
    bool *taken = err_alloc(d->count, sizeof *taken, d->location, e);

    if (!taken)
        return -1;
    for (size_t i = 0; i < o->columns_count; i++) {
        struct named wanted = {.name = o->columns[i]};
        const struct named *found =
            bsearch(&wanted, d->sorted, d->count, sizeof *d->sorted, compare);
        if (!found) {
            not_there(d, wanted.name, e);
            goto done;
        }
        if (taken[found->number]) {
            err_set(e, ERR_INPUT, "%s: column '%.200s' is chosen twice", d->location, wanted.name);
            goto done;
        }
        taken[found->number] = true;
        c->columns[i] = found->number;
    }
    rc = 0;
done:
    free(taken);
    return rc;
}

/* Fails if what is to be read as numbers holds texts, as far as the file tells. */
static int check_holds(const struct choice *c, const struct directory *d, struct err *e)
{
    for (size_t i = 0; c->texts && i < c->count; i++) {
        const char *holds = d->format->holds(d->table, c->columns[i]);
        if (holds && !c->texts[i])
            return err_set(e, ERR_INPUT, "%s: column '%.200s' holds %s, expected numbers%s",
                           d->location, d->format->column_name(d->table, c->columns[i]), holds,
                           FORMAT_TEXT_ADVICE);
    }
    return 0;
}

int choice_make(struct choice *c, const struct format *format, const void *table,
                const char *location, const struct source_options *o, struct err *e)
{
    struct directory d = {.format = format, .table = table, .location = location};
    int rc = -1;

    d.count = format->columns(table);
    c->all = !o->columns;
    c->missing = o->missing;
    c->count = c->all ? d.count : o->columns_count;
    c->columns = err_alloc(c->count, sizeof *c->columns, location, e);
    if (!c->columns || (!o->wide && sort_names(&d, e) < 0))
        goto done;
    for (size_t i = 0; c->all && i < c->count; i++)
        c->columns[i] = i;
    rc = c->all ? 0 : look_up(c, &d, o, e);
    if (rc == 0)
        rc = check_holds(c, &d, e);
done:
    free(d.sorted);
    return rc;
}

void choice_free(struct choice *c)
{
    free(c->columns);
    *c = (struct choice){0};
}
