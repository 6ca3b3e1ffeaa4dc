/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names the values of an enumeration. */
#include "h5/enumeration.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "h5/close.h"
#include "h5/h5err.h"
#include "util/text.h"

struct member {
    int64_t number;
    char *name;
};

struct enumeration {
    struct member *members; /* by number */
    size_t count;
};

static int compare(const void *a, const void *b)
{
    int64_t x = ((const struct member *)a)->number, y = ((const struct member *)b)->number;

    return (x > y) - (x < y);
}

/* Reads member i; base: the type of its numbers. */
static int read_member(struct member *m, hid_t type, hid_t base, unsigned i, const char *what,
                       struct err *e)
{
    char *name = H5Tget_member_name(type, i);
    int64_t number = 0; /* room for one that is stored in fewer bytes */

    m->name = name ? strdup(name) : NULL;
    if (!name || H5Tget_member_value(type, i, &number) < 0 ||
        H5Tconvert(base, H5T_NATIVE_INT64, 1, &number, NULL, H5P_DEFAULT) < 0)
        h5err_read(e, "%s: its enumeration cannot be read", what);
    else if (!m->name)
        err_memory(e, what);
    else if (!text_is_utf8(m->name))
        err_set(e, ERR_INPUT, "%s: a name of its enumeration, '%.60s', is not UTF-8", what,
                m->name);
    else {
        m->number = number;
        H5free_memory(name);
        return 0;
    }
    H5free_memory(name);
    return -1;
}

static int read_members(struct enumeration *x, hid_t type, hid_t base, const char *what,
                        struct err *e)
{
    int count = H5Tget_nmembers(type);

    if (count < 0 || count > ENUMERATION_MOST || base < 0 || H5Tget_class(base) != H5T_INTEGER ||
        H5Tget_size(base) > sizeof(int64_t))
        return err_set(e, ERR_INPUT,
                       "%s: is an enumeration of %d names, expected at most %d, of integers of at "
                       "most 8 bytes",
                       what, count, ENUMERATION_MOST);
    x->members = err_alloc((size_t)count, sizeof *x->members, what, e);
    if (!x->members)
        return -1;
    for (; x->count < (size_t)count; x->count++)
        if (read_member(&x->members[x->count], type, base, (unsigned)x->count, what, e) < 0) {
            free(x->members[x->count].name);
            return -1;
        }
    qsort(x->members, x->count, sizeof *x->members, compare);
    for (size_t i = 1; i < x->count; i++)
        if (compare(&x->members[i - 1], &x->members[i]) == 0)
            return err_set(e, ERR_INPUT,
                           "%s: its enumeration has two names, '%.60s' and '%.60s', of one value",
                           what, x->members[i - 1].name, x->members[i].name);
    return 0;
}

struct enumeration *enumeration_read(hid_t type, const char *what, struct err *e)
{
    struct enumeration *x = err_alloc(1, sizeof *x, what, e);
    hid_t base = x ? H5Tget_super(type) : -1;

    if (x && read_members(x, type, base, what, e) < 0) {
        enumeration_free(x);
        x = NULL;
    }
    h5_close(base);
    return x;
}

void enumeration_free(struct enumeration *x)
{
    if (!x)
        return;
    for (size_t i = 0; i < x->count; i++)
        free(x->members[i].name);
    free(x->members);
    free(x);
}

const char *enumeration_name(const struct enumeration *x, int64_t number)
{
    struct member wanted = {.number = number};
    const struct member *m = bsearch(&wanted, x->members, x->count, sizeof *m, compare);

    return m ? m->name : NULL;
}
