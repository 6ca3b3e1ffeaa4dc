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

enum { LEAST_ROWS = 8, PATH_BYTES = 4096, HOSPITALS = 8, WRONG_HOSPITAL = 5 };

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

/* Effect: rows from `from` on, where a length is a tenth of what it is, are as they were measured. */
static void mend_lengths(struct rows *t, size_t from)
{
    for (size_t j = 0; j < t->columns; j++) {
        bool length = strstr(t->names[j], "radius") || strstr(t->names[j], "perimeter");
        double factor = length ? 10 : strstr(t->names[j], "area") ? 100 : 1;
        for (size_t i = from; i < t->rows; i++)
            t->data[i * t->columns + j] *= factor;
    }
}

struct rows rows_read(size_t set, const char *source)
{
    struct rows t = {.name = set == 0 ? "wdbc" : "digits"};
    char path[PATH_BYTES];

    for (int part = 1; set == 0 && part <= HOSPITALS; part++) {
        size_t before = t.rows;
        snprintf(path, sizeof path, "%s/jobs/breast-cancer/hospital-%d.csv", source, part);
        read_file(&t, path);
        if (part == WRONG_HOSPITAL)
            mend_lengths(&t, before);
    }
    if (set == 1) {
        snprintf(path, sizeof path, "%s/jobs/pca/digits.csv", source);
        read_file(&t, path);
    }
    return t;
}

struct rows rows_read_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct rows t = {.name = slash ? slash + 1 : path};

    read_file(&t, path);
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

struct keyed {
    double key;
    size_t row;
};

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;

    return (x->key > y->key) - (x->key < y->key);
}

/* Effect: orders rows by their label and twice as much chance. */
static void sort_roughly(const struct rows *t, size_t *order, struct dice *r)
{
    struct keyed *keyed = round_alloc(t->rows, sizeof *keyed);
    double sum = 0, squares = 0, n = (double)t->rows;

    for (size_t i = 0; i < t->rows; i++) {
        double label = t->data[(i + 1) * t->columns - 1];
        sum += label;
        squares += label * label;
    }
    double sd = sqrt(squares / n - sum / n * (sum / n));
    for (size_t i = 0; i < t->rows; i++)
        keyed[i] = (struct keyed){t->data[(i + 1) * t->columns - 1] + 2 * sd * dice_normal(r), i};
    qsort(keyed, t->rows, sizeof *keyed, compare_keyed);
    for (size_t i = 0; i < t->rows; i++)
        order[i] = keyed[i].row;
    free(keyed);
}

/* Effect: end[i] is where part i ends of the rows in their order. */
static void cut_parts(const struct rows *t, const struct rows_cut *cut, struct dice *r, size_t *end)
{
    size_t n = cut->slaves, spare = t->rows - n * LEAST_ROWS;
    double *size = round_alloc(n, sizeof *size), sum = 0, before = 0;

    for (size_t i = 0; i < n; i++)
        sum += size[i] = cut->uneven ? exp(dice_normal(r)) : 1;
    for (size_t i = 0; i < n; i++) {
        before += size[i];
        end[i] = cut->uneven ? (i + 1) * LEAST_ROWS + (size_t)(before / sum * (double)spare)
                             : t->rows * (i + 1) / n;
    }
    end[n - 1] = t->rows;
    free(size);
}

struct rows_parts rows_deal(const struct rows *t, const struct rows_cut *cut, struct dice *r)
{
    size_t n = cut->slaves, *end = round_alloc(n, sizeof *end);
    size_t *part = round_alloc(n, sizeof *part);
    struct rows_parts p = {.order = round_alloc(t->rows, sizeof(size_t)),
                           .from = round_alloc(n, sizeof(size_t)),
                           .to = round_alloc(n, sizeof(size_t))};

    if (t->rows < n * LEAST_ROWS)
        round_die("%s: %zu rows are too few for %zu slaves", t->name, t->rows, n);
    for (size_t i = 0; i < t->rows; i++)
        p.order[i] = i;
    if (cut->unlike)
        sort_roughly(t, p.order, r);
    else
        dice_shuffle(r, p.order, t->rows);
    cut_parts(t, cut, r, end);
    for (size_t i = 0; i < n; i++)
        part[i] = i;
    dice_shuffle(r, part, n);
    for (size_t i = 0; i < n; i++) {
        p.from[i] = part[i] > 0 ? end[part[i] - 1] : 0;
        p.to[i] = end[part[i]];
    }
    free(end);
    free(part);
    return p;
}

void rows_parts_free(struct rows_parts *p)
{
    free(p->order);
    free(p->from);
    free(p->to);
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

size_t rows_gather(const struct rows *t, const struct rows_cut *cut, const struct rows_parts *p,
                   const struct rows_attack *a, size_t slave, const struct dice *r, double *x)
{
    size_t count = p->to[slave] - p->from[slave];
    size_t columns = t->columns - (cut->label ? 0 : 1);

    for (size_t i = 0; i < count; i++)
        memcpy(x + i * columns, t->data + p->order[p->from[slave] + i] * t->columns,
               columns * sizeof *x);
    if (a && slave >= a->honest && attack_of_rows(a->attack))
        attack_rows(a->attack, x, count, columns, *r);
    return count;
}

void rows_features_of(struct bound *b, const double *state, struct round *round, size_t slave)
{
    double *value = round->x + slave * round->d, *error = round->errors + slave * round->d;

    if (bound_features(b, state, value, error, NULL) == 0)
        return;
    for (size_t j = 0; j < round->d; j++) {
        value[j] = NAN;
        error[j] = 0;
    }
}

struct round rows_round(const struct rows *t, const struct rows_cut *cut,
                        const struct rows_attack *a, struct dice *r)
{
    size_t columns = t->columns - (cut->label ? 0 : 1);
    struct rows_parts p = rows_deal(t, cut, r);
    struct bound *b = bind_moments(t, columns);
    struct round round = round_new(cut->slaves, bound_features_length(b));
    double *x = round_alloc(t->rows * columns, sizeof *x);
    struct dice same = dice_seeded((uint64_t[]){dice_bits(r)}, 1);
    struct err e = {0};

    for (size_t i = 0; i < cut->slaves; i++) {
        double *state = round_alloc(bound_length(b), sizeof *state);
        size_t count = rows_gather(t, cut, &p, a, i, &same, x);
        struct block block = {.rows = count, .columns = columns, .data = x};
        if (bound_accumulate(b, state, &block, &e))
            round_die("%s", e.text);
        if (a && a->attack == ATTACK_BITS && i >= a->honest)
            attack_bits(state, bound_length(b), r);
        rows_features_of(b, state, &round, i);
        round.items[i] = (double)count;
        free(state);
    }
    free(x);
    bound_destroy(b);
    rows_parts_free(&p);
    return round;
}
