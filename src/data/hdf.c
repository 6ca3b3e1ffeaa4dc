/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HDF5 format: a table of layer h5 under the policy for missing values. */
#include "data/hdf.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "h5/table.h"
#include "util/buf.h"
#include "util/versions.h"

struct hdf {
    struct table *table;
    const struct choice *choice;
    struct buf notes;
    size_t fits;     /* rows of a strip, as far as their texts have told */
    size_t *numbers; /* of the chosen columns those that are numbers, made when first needed */
    size_t *slots;   /* where in the choice they are */
    size_t numbers_count;
    double *block;            /* so many numbers in each row of a strip */
    struct table_text *texts; /* a column of a strip */
};

/* Effect: frees what strips are read into. */
static void free_room(struct hdf *h)
{
    free(h->numbers);
    free(h->slots);
    free(h->block);
    free(h->texts);
    h->numbers = h->slots = NULL;
    h->block = NULL;
    h->texts = NULL;
}

static void hdf_close(void *table)
{
    struct hdf *h = table;

    if (!h)
        return;
    table_close(h->table);
    buf_free(&h->notes);
    free_room(h);
    free(h);
}

static void *hdf_open(const char *path, const char *object, const struct source_options *o,
                      bool texts, struct err *e)
{
    const struct table_wanted wanted = {.names = o->columns,
                                        .count = o->columns_count,
                                        .texts = texts,
                                        .most = o->wide ? SOURCE_WIDEST : SOURCE_COLUMNS_MAX};
    struct hdf *h = err_alloc(1, sizeof *h, path, e);

    if (!h)
        return NULL;
    h->table = table_open(path, object, &wanted, e);
    if (!h->table) {
        hdf_close(h);
        return NULL;
    }
    return h;
}

static size_t hdf_columns(const void *table)
{
    const struct hdf *h = table;

    return table_columns(h->table);
}

static const char *hdf_column_name(const void *table, size_t i)
{
    const struct hdf *h = table;

    return table_column_name(h->table, i);
}

static uint64_t hdf_rows(const void *table)
{
    const struct hdf *h = table;

    return table_rows(h->table);
}

static const char *hdf_unit(const void *table, size_t i)
{
    const struct hdf *h = table;

    return table_unit(h->table, i);
}

static const char *hdf_notes(const void *table)
{
    const struct hdf *h = table;

    return h->notes.len && !buf_failed(&h->notes) ? h->notes.data : "";
}

static const char *hdf_holds(const void *table, size_t i)
{
    const struct hdf *h = table;

    return table_holds(h->table, i);
}

static const char *hdf_left(const void *table, const char *name)
{
    const struct hdf *h = table;

    return table_left(h->table, name);
}

/* A time counts from a date that is not in its numbers, and may be another in another file:
 * it is read for who asks for it by name. */
static int check_times(struct hdf *h, struct err *e)
{
    for (size_t i = 0; i < h->choice->count; i++) {
        const char *name = table_column_name(h->table, h->choice->columns[i]);
        const char *unit = table_unit(h->table, h->choice->columns[i]);
        if (!strcasestr(unit, " since "))
            continue;
        if (h->choice->all)
            return err_set(
                e, ERR_INPUT,
                "%s: column '%.200s' holds times ('%.100s'): choose the columns to read, "
                "with '%.200s' among them if its numbers are wanted as they are",
                table_location(h->table), name, unit, name);
        buf_addf(&h->notes, "column '%.100s' is read in '%.100s'\n", name, unit);
    }
    return 0;
}

static int hdf_choose(void *table, const struct choice *choice, struct err *e)
{
    struct hdf *h = table;

    h->choice = choice;
    h->fits = SIZE_MAX;
    free_room(h);
    buf_reset(&h->notes);
    buf_adds(&h->notes, table_notes(h->table));
    return check_times(h, e);
}

/* x - x is +0, all of whose bits are 0, unless x is an infinity or NaN. */
VERSIONS static bool all_finite(const double *values, size_t count)
{
    uint64_t found = 0;

    for (size_t i = 0; i < count; i++) {
        double difference = values[i] - values[i];
        uint64_t bits;
        memcpy(&bits, &difference, sizeof bits);
        found |= bits;
    }
    return found == 0;
}

static int infinite(const struct hdf *h, uint64_t row, size_t column, struct err *e)
{
    return err_set(e, ERR_INPUT,
                   "%s: row %" PRIu64 " (from 0): column '%.200s' has an infinity, "
                   "expected a finite number",
                   table_location(h->table), row, table_column_name(h->table, column));
}

/* Returns 1 when the row is kept, 0 when it is left out, or -1. */
static int judge_row(const struct hdf *h, uint64_t row, const double *values, struct err *e)
{
    const struct choice *c = h->choice;
    int whole = 1;

    for (size_t i = 0; i < c->count; i++) {
        const char *name = table_column_name(h->table, c->columns[i]);
        const char *where = table_location(h->table);
        if (isinf(values[i]))
            return infinite(h, row, c->columns[i], e);
        if (!isnan(values[i]) || c->missing == SOURCE_MISSING_NAN)
            continue;
        if (c->missing == SOURCE_MISSING_ERROR)
            return err_set(
                e, ERR_INPUT,
                "%s: row %" PRIu64 " (from 0): column '%.200s' has no value (found "
                "NaN); set data.missing to skip to leave such rows out, or to nan to read "
                "it as NaN",
                where, row, name);
        whole = 0;
    }
    return whole;
}

static int hdf_read(void *table, uint64_t first, size_t count, double *data, size_t *kept,
                    struct err *e)
{
    struct hdf *h = table;
    size_t width = h->choice->count, n = 0;

    if (table_read(h->table, first, count, h->choice->columns, width, data, e) < 0)
        return -1;
    if (all_finite(data, count * width)) {
        *kept = count;
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        const double *row = data + i * width;
        int whole = all_finite(row, width) ? 1 : judge_row(h, first + i, row, e);
        if (whole < 0)
            return -1;
        if (whole && n < i)
            memcpy(data + n * width, row, width * sizeof *data);
        n += (size_t)whole;
    }
    *kept = n;
    return 0;
}

/* Effect: there is room for the columns of strips. */
static int make_room(struct hdf *h, const struct strip *s, struct err *e)
{
    const char *what = table_location(h->table);
    size_t n = 0;

    if (h->numbers)
        return 0;
    h->numbers = err_alloc(s->count, sizeof *h->numbers, what, e);
    h->slots = err_alloc(s->count, sizeof *h->slots, what, e);
    h->texts = err_alloc(s->room, sizeof *h->texts, what, e);
    for (size_t i = 0; h->numbers && h->slots && i < s->count; i++) {
        if (!s->columns[i].numbers)
            continue;
        h->slots[n] = i;
        h->numbers[n++] = h->choice->columns[i];
    }
    h->numbers_count = n;
    h->block = err_alloc(n * s->room, sizeof *h->block, what, e);
    if (h->numbers && h->slots && h->texts && h->block)
        return 0;
    free_room(h);
    return -1;
}

static int read_texts(const struct hdf *h, uint64_t first, size_t rows, struct strip *s,
                      struct err *e)
{
    strip_reset(s);
    for (size_t i = 0; i < s->count; i++) {
        struct expression_text *to = s->columns[i].texts;
        if (!to)
            continue;
        if (table_read_texts(h->table, first, rows, h->choice->columns[i], h->texts, &s->bytes, e) <
            0)
            return -1;
        for (size_t k = 0; k < rows; k++)
            to[k] = (struct expression_text){h->texts[k].at, h->texts[k].length};
    }
    return 0;
}

static int read_numbers(const struct hdf *h, uint64_t first, size_t rows, struct strip *s,
                        struct err *e)
{
    size_t width = h->numbers_count;

    if (table_read(h->table, first, rows, h->numbers, width, h->block, e) < 0)
        return -1;
    bool look = !all_finite(h->block, rows * width);
    for (size_t i = 0; look && i < rows * width; i++)
        if (isinf(h->block[i]))
            return infinite(h, first + i / width, h->numbers[i % width], e);
    for (size_t i = 0; i < width; i++)
        for (size_t k = 0; k < rows; k++)
            s->columns[h->slots[i]].numbers[k] = h->block[k * width + i];
    return 0;
}

/* How many rows have texts that fit, trying tells. */
static int hdf_read_strip(void *table, uint64_t first, size_t count, struct strip *s, struct err *e)
{
    struct hdf *h = table;
    size_t rows = count < h->fits ? count : h->fits;
    struct err why = {0};

    if (make_room(h, s, e) < 0)
        return -1;
    while (read_texts(h, first, rows, s, &why) < 0) {
        if (!s->bytes.full || rows == 1)
            return err_pass(e, &why);
        h->fits = rows /= 2;
        err_clear(&why);
    }
    if (read_numbers(h, first, rows, s, e) < 0)
        return -1;
    s->rows = rows;
    return 0;
}

const struct format hdf_format = {
    .column = "numeric column",
    .typed = true,
    .open = hdf_open,
    .close = hdf_close,
    .columns = hdf_columns,
    .column_name = hdf_column_name,
    .rows = hdf_rows,
    .unit = hdf_unit,
    .notes = hdf_notes,
    .holds = hdf_holds,
    .left = hdf_left,
    .choose = hdf_choose,
    .read = hdf_read,
    .read_strip = hdf_read_strip,
};
