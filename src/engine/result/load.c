/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the values of result.h5 in their types and shapes. */
#include "engine/result/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const struct flat_value *load_expect(const struct load *l, const char *path, enum flat_type type,
                                     unsigned rank, size_t rows, size_t columns)
{
    const struct flat_value *v = flat_find(l->f, path);

    if (v && v->type == type && v->rank == rank && v->dims[0] == rows && v->dims[1] == columns)
        return v;
    return err_null(
        err_set(l->e, ERR_INPUT, "%s: %s is %s", l->name, path,
                v ? "of another type or shape than a result's" : "missing: not a whole result"));
}

int load_check_length(const struct load *l, const struct flat_value *states)
{
    if (states->dims[1] <= (uint64_t)l->contract->state_length)
        return 0;
    return err_set(l->e, ERR_INPUT, "%s: its states have %zu doubles, its contract allows %" PRId64,
                   l->name, states->dims[1], l->contract->state_length);
}

const struct flat_value *load_column(const struct load *l, const struct result_column *c,
                                     size_t rounds, size_t S)
{
    enum flat_type type = result_flat_types[c->type];
    char path[RESULT_PATH];

    snprintf(path, sizeof path, "/%s/%s", rounds ? "rounds" : "slaves", c->name);
    if (rounds && type != FLAT_STRING)
        return load_expect(l, path, type, 2, rounds, S);
    return load_expect(l, path, type, 1, rounds ? rounds * S : S, 1);
}

int load_entry(const struct load *l, const struct result_column *c, const struct flat_value *v,
               size_t i, struct result_slave *s)
{
    char *place = (char *)s + c->offset;

    if (c->room > 0 && strlen(v->strings[i]) >= c->room)
        return err_set(l->e, ERR_INPUT, "%s: %s[%zu] has %zu bytes, at most %zu are allowed",
                       l->name, v->path, i, strlen(v->strings[i]), c->room - 1);
    if (c->type == RESULT_COUNT && (v->integers[i] < 0 || (uint64_t)v->integers[i] > RECORD_ITEMS))
        return err_set(l->e, ERR_INPUT, "%s: %s[%zu] is %" PRId64 ", expected 0 to 2^53", l->name,
                       v->path, i, v->integers[i]);
    if (c->type == RESULT_NUMBER || c->type == RESULT_COUNT)
        memcpy(place, &v->numbers[i], sizeof(uint64_t));
    else if (c->type == RESULT_FLAG)
        *(bool *)place = v->integers[i] != 0;
    else if (c->type == RESULT_TEXT)
        return result_set((char **)(void *)place, v->strings[i], l->e);
    else if (snprintf(place, sizeof s->why, "%s", v->strings[i]) >= (int)sizeof s->why)
        return err_set(l->e, ERR_INPUT, "%s: %s[%zu] has more than %zu bytes", l->name, v->path, i,
                       sizeof s->why - 1);
    return 0;
}

int load_salts(const struct load *l, const struct flat_value *v, size_t slices, size_t slice,
               struct result *r)
{
    size_t one = r->slaves * SHA256_LEN;

    if (!v)
        return 0;
    if (!load_expect(l, v->path, FLAT_BYTES, 1, slices * one, 1) || result_salt(r, l->e) < 0)
        return -1;
    memcpy(r->salts, v->bytes + slice * one, one);
    return 0;
}

/* The labels beside an array, or NULL when there are none. */
static const char *const *labels_of(const struct load *l, const char *path, const char *suffix,
                                    size_t count)
{
    char name[RESULT_PATH];

    snprintf(name, sizeof name, "%s%s", path, suffix);
    const struct flat_value *v = flat_find(l->f, name);
    return v && v->type == FLAT_STRING && v->count == count ? (const char *const *)v->strings
                                                            : NULL;
}

/* Adds the arrays of a group. Beside them are their labels, which are strings;
 * anything else there is no part of a result. */
int load_arrays(const struct load *l, const char *group, struct result_arrays *a)
{
    size_t n = strlen(group);

    for (size_t i = 0; i < flat_count(l->f); i++) {
        const struct flat_value *v = flat_at(l->f, i);
        char help[RESULT_PATH];
        if (strncmp(v->path, group, n) != 0 || v->path[n] != '/' || strchr(v->path, '@') ||
            v->type != FLAT_NUMBER)
            continue;
        if (!params_is_name(v->path + n + 1) || strlen(v->path + n + 1) >= PARAMS_NAME ||
            v->count == 0)
            return err_set(l->e, ERR_INPUT, "%s: %.100s is no array of a result", l->name, v->path);
        snprintf(help, sizeof help, "%s@help", v->path);
        const struct flat_value *words = flat_find(l->f, help);
        const struct function_array array = {
            .name = v->path + n + 1,
            .help =
                words && words->type == FLAT_STRING && words->rank == 0 ? words->strings[0] : "",
            .rows = v->dims[0],
            .columns = v->dims[1],
            .row_labels = labels_of(l, v->path, "_rows", v->dims[0]),
            .column_labels = labels_of(l, v->path, "_columns", v->dims[1]),
            .values = v->numbers,
        };
        if (result_add(a, &array, l->e) < 0)
            return -1;
    }
    return 0;
}
