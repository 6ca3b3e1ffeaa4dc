/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A CSV file: any division into ranges gives the same rows, whatever is made of missing values. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/source.h"

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
    check(fuzz_file(data, len, NULL), len, &o);
    return 0;
}
