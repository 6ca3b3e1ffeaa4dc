/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data sets of the repository, cut at random into honest slaves. */
#include "rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/source.h"
#include "function/bound.h"
#include "function/registry.h"

enum { LEAST_ROWS = 8, PATH_BYTES = 4096 };

/* Effect: adds the rows of a file to the table, whose columns it has. */
static void read_file(struct rows *t, const char *path)
{
    const struct source_options all = {.missing = SOURCE_MISSING_ERROR};
    struct err e = {0};
    struct source *s = source_open(path, &all, &e);
    size_t kept;

    if (!s)
        round_die("%s", e.text);
    size_t count = source_rows(s), columns = source_columns(s);
    if (!t->names) {
        t->columns = columns;
        t->names = round_alloc(columns, sizeof *t->names);
        for (size_t j = 0; j < columns; j++)
            t->names[j] = strdup(source_column_names(s)[j]);
    }
    if (columns != t->columns)
        round_die("%s: %zu columns; expected %zu", path, columns, t->columns);
    t->data = realloc(t->data, (t->rows + count) * columns * sizeof *t->data);
    if (!t->data)
        round_die("out of memory for %s", path);
    if (source_read(s, 0, count, t->data + t->rows * columns, &kept, &e) < 0)
        round_die("%s", e.text);
    t->rows += kept;
    source_close(s);
}

struct rows rows_read(size_t set, const char *source)
{
    struct rows t = {.name = set == 0 ? "wdbc" : "digits"};
    char path[PATH_BYTES];

    for (int part = 1; set == 0 && part <= 8; part++) {
        snprintf(path, sizeof path, "%s/jobs/breast-cancer/hospital-%d.csv", source, part);
        read_file(&t, path);
    }
    if (set == 1) {
        snprintf(path, sizeof path, "%s/jobs/pca/digits.csv", source);
        read_file(&t, path);
    }
    return t;
}

void rows_free(struct rows *t)
{
    for (size_t j = 0; j < t->columns; j++)
        free(t->names[j]);
    free(t->names);
    free(t->data);
    *t = (struct rows){0};
}

struct rows_parts rows_deal(const struct rows *t, const struct rows_cut *cut, struct draw *r)
{
    size_t n = cut->slaves, spare = t->rows - n * LEAST_ROWS;
    struct rows_parts p = {.order = round_alloc(t->rows, sizeof(size_t)),
                           .first = round_alloc(n + 1, sizeof(size_t))};
    double *size = round_alloc(n, sizeof *size), sum = 0, before = 0;

    if (t->rows < n * LEAST_ROWS)
        round_die("%s: %zu rows are too few for %zu slaves", t->name, t->rows, n);
    for (size_t i = 0; i < t->rows; i++)
        p.order[i] = i;
    draw_shuffle(r, p.order, t->rows);
    for (size_t i = 0; i < n; i++)
        sum += size[i] = cut->uneven ? exp(draw_normal(r)) : 1;
    for (size_t i = 0; i < n; i++) {
        before += size[i];
        p.first[i + 1] = cut->uneven ? (i + 1) * LEAST_ROWS + (size_t)(before / sum * (double)spare)
                                     : t->rows * (i + 1) / n;
    }
    p.first[n] = t->rows;
    free(size);
    return p;
}

void rows_parts_free(struct rows_parts *p)
{
    free(p->order);
    free(p->first);
    *p = (struct rows_parts){0};
}

size_t rows_features(const struct rows *t, const struct rows_cut *cut)
{
    return 2 * (t->columns - (cut->label ? 0 : 1));
}

static struct bound *bind_moments(const struct rows *t, size_t columns)
{
    struct err e = {0};
    const struct function *f = registry_find("moments", &e);
    struct bound *b =
        f ? bound_create(f, NULL, 0, (const char *const *)t->names, columns, &e) : NULL;

    if (!b)
        round_die("%s", e.text);
    return b;
}

/* Effect: x is the rows of one slave, without the label or with it. */
static size_t gather(const struct rows *t, const struct rows_parts *p, size_t slave, size_t columns,
                     double *x)
{
    size_t count = p->first[slave + 1] - p->first[slave];

    for (size_t i = 0; i < count; i++)
        memcpy(x + i * columns, t->data + p->order[p->first[slave] + i] * t->columns,
               columns * sizeof *x);
    return count;
}

struct round rows_round(const struct rows *t, const struct rows_cut *cut, struct draw *r)
{
    size_t columns = t->columns - (cut->label ? 0 : 1);
    struct rows_parts p = rows_deal(t, cut, r);
    struct bound *b = bind_moments(t, columns);
    struct round round = round_new(cut->slaves, bound_features_length(b));
    double *x = round_alloc(t->rows * columns, sizeof *x);
    struct err e = {0};

    for (size_t i = 0; i < cut->slaves; i++) {
        double *state = round_alloc(bound_length(b), sizeof *state);
        size_t count = gather(t, &p, i, columns, x);
        struct block block = {.rows = count, .columns = columns, .data = x};
        if (bound_accumulate(b, state, &block, &e) ||
            bound_features(b, state, round.x + i * round.d, round.errors + i * round.d, &e))
            round_die("%s", e.text);
        round.items[i] = (double)count;
        free(state);
    }
    free(x);
    bound_destroy(b);
    rows_parts_free(&p);
    return round;
}
