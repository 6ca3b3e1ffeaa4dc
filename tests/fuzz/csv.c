/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A CSV file: any division into ranges gives the same rows, whatever is made of missing values. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/choice.h"
#include "data/location.h"
#include "util/text.h"

enum { ROWS_MOST = 256, DOUBLES_MOST = 65536 };

static void must_be_same(const double *a, const double *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        must(a[i] == b[i] || (isnan(a[i]) && isnan(b[i])));
}

/* Reads rows [0, rows) at once and, from the last one on, one by one. */
static void read_rows(struct source *s, size_t rows, enum source_missing missing, const char *path)
{
    size_t columns = source_columns(s), kept = 0, one = 0;
    double *all = malloc((rows * columns + 1) * sizeof *all);
    double *row = malloc((columns + 1) * sizeof *row);
    struct err e = {0};

    must(all && row);
    bool good = source_read(s, 0, rows, all, &kept, &e) == 0;
    if (!good)
        must_refuse(&e, ERR_INPUT, path);
    must(!good || kept == rows || (missing == SOURCE_MISSING_SKIP && kept < rows));
    size_t at = kept;
    for (size_t k = rows; k-- > 0;) {
        struct err why = {0};
        int rc = source_read(s, k, 1, row, &one, &why);
        if (rc < 0) {
            must(!good);
            must_refuse(&why, ERR_INPUT, path);
            continue;
        }
        must(one <= 1 && (!good || at >= one));
        at -= one;
        for (size_t i = 0; i < one * columns; i++)
            must(isfinite(row[i]) || (isnan(row[i]) && missing == SOURCE_MISSING_NAN));
        if (good)
            must_be_same(row, all + at * columns, one * columns);
    }
    must(!good || at == 0);
    free(all);
    free(row);
}

static void check(const char *path, size_t len, const struct source_options *o)
{
    struct err e = {0};

    fuzz_memory_begin();
    struct source *s = source_open(path, o, &e);
    /* The window is as long as the longest record, and at least a quarter of a MiB. */
    fuzz_memory_end((2 << 20) + 128 * len);
    if (!s) {
        must_refuse(&e, ERR_INPUT, path);
        return;
    }
    size_t columns = source_columns(s);
    uint64_t rows = source_rows(s);
    must(columns > 0 && rows <= len + 1);
    for (size_t i = 0; i < columns; i++)
        must(source_column_names(s)[i] && source_unit(s, i));
    must(source_notes(s));
    size_t most = DOUBLES_MOST / columns;
    rows = rows < ROWS_MOST ? rows : ROWS_MOST;
    read_rows(s, rows < most ? (size_t)rows : most, o->missing, path);
    source_close(s);
}

/* A table whose columns are all read as texts, or every other one. */
struct opened {
    const struct format *format;
    void *table;
    struct choice choice;
    bool *texts;
};

static bool open_texts(struct opened *o, const char *path, const struct source_options *options,
                       bool all, struct err *e)
{
    *o = (struct opened){0};
    o->table = location_open(path, options, true, &o->format, e);
    if (!o->table)
        return false;
    size_t columns = o->format->columns(o->table);
    o->texts = malloc(columns * sizeof *o->texts);
    must(o->texts);
    for (size_t i = 0; i < columns; i++)
        o->texts[i] = all || i % 2 == 0;
    o->choice.texts = o->texts;
    return choice_make(&o->choice, o->format, o->table, path, options, e) == 0 &&
           o->format->choose(o->table, &o->choice, e) == 0;
}

static void close_texts(struct opened *o)
{
    choice_free(&o->choice);
    free(o->texts);
    if (o->table)
        o->format->close(o->table);
}

/* Both rows are the same; and each text is one. */
static void must_be_same_row(const struct strip *a, size_t i, const struct strip *b, size_t k)
{
    for (size_t j = 0; j < a->count; j++) {
        const struct strip_column *x = &a->columns[j], *y = &b->columns[j];
        if (x->numbers) {
            must_be_same(&x->numbers[i], &y->numbers[k], 1);
            continue;
        }
        const struct expression_text *t = &x->texts[i], *u = &y->texts[k];
        must(t->length == u->length && (!t->at) == (!u->at));
        must(!t->at || (t->length > 0 && memcmp(t->at, u->at, t->length) == 0));
        must(!t->at || (strlen(t->at) == t->length && text_is_utf8(t->at)));
    }
}

/* Reads rows at once and, from the last one on, one by one. */
static void check_texts(const char *path, const struct source_options *options, bool all)
{
    struct err e = {0};
    struct strip many, one;
    struct opened o;

    if (!open_texts(&o, path, options, all, &e)) {
        must_refuse(&e, ERR_INPUT, path);
        close_texts(&o);
        return;
    }
    uint64_t rows = o.format->rows(o.table);
    must(strip_make(&many, o.texts, o.choice.count, NULL) == 0);
    must(strip_make(&one, o.texts, o.choice.count, NULL) == 0);
    size_t n = rows < many.room ? (size_t)rows : many.room;
    bool good = n > 0 && o.format->read_strip(o.table, 0, n, &many, &e) == 0;
    if (n > 0 && !good)
        must_refuse(&e, ERR_INPUT, path);
    must(!good || (many.rows > 0 && many.rows <= n));
    for (size_t k = good ? many.rows : n, left = ROWS_MOST; k-- > 0 && left-- > 0;) {
        struct err why = {0};
        if (o.format->read_strip(o.table, k, 1, &one, &why) == 0) {
            must(one.rows == 1);
            must_be_same_row(good ? &many : &one, good ? k : 0, &one, 0);
        } else {
            must(!good);
            must_refuse(&why, ERR_INPUT, path);
        }
    }
    strip_free(&many);
    strip_free(&one);
    close_texts(&o);
}

/* One of the ways to read a file: which one, its bytes say, as each takes its time. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char *const names[] = {"a", "b"};
    unsigned way = 0;

    for (size_t i = 0; i < len; i++)
        way += data[i];
    struct source_options o = {.missing = (enum source_missing)(1 + way % 3)};
    o.header_optional = way / 3 % 2 > 0;
    if (way / 6 % 2 > 0) {
        o.columns = names;
        o.columns_count = sizeof names / sizeof names[0];
    }
    const char *path = fuzz_file(data, len, NULL);
    if (way / 12 % 2 > 0) {
        o.header_optional = false;
        check_texts(path, &o, way / 24 % 2 > 0);
    } else {
        check(path, len, &o);
    }
    return 0;
}
