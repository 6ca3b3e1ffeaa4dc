/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of sources have: files of given bytes, and short ways to open and read them.
 */
#ifndef TESTS_DATA_FIXTURE_H
#define TESTS_DATA_FIXTURE_H

#include <math.h>

#include "data/source.h"
#include "scratch.h"
#include "util/store.h"

static inline void put_bytes(const char *path, const void *bytes, size_t len)
{
    struct err e = {0};

    ck_ok(file_write(path, bytes, len, 0600, &e), &e);
}

static inline void put(const char *path, const char *text)
{
    put_bytes(path, text, strlen(text));
}

/* Opens with the missing policy and up to three columns, NULL for none. */
static inline struct source *open_some(const char *location, enum source_missing missing,
                                       const char *const columns[3], struct err *e)
{
    struct source_options o = {.missing = missing, .columns = columns};

    while (columns && o.columns_count < 3 && columns[o.columns_count])
        o.columns_count++;
    err_clear(e);
    return source_open(location, &o, e);
}

static inline struct source *open_ok(const char *location, enum source_missing missing,
                                     const char *const columns[3])
{
    struct err e = {0};
    struct source *s = open_some(location, missing, columns, &e);

    ck_assert_msg(s != NULL, "%s", e.text);
    return s;
}

/* The file cannot be opened as a source, and the text says these words. */
static inline void refused_columns(const char *location, const char *const columns[3],
                                   enum err_code code, const char *words)
{
    char whole[ERR_WHOLE];
    struct err e = {0};
    struct source *s = open_some(location, SOURCE_MISSING_ERROR, columns, &e);

    ck_assert_msg(!s, "%s should be refused: %s", location, words);
    err_whole(&e, whole);
    ck_assert_msg(e.code == code && strstr(whole, words), "expected %d '%s', got %d: %s", (int)code,
                  words, (int)e.code, whole);
}

/* Reading it all gives these values; NAN stands for itself. */
static inline void reads(const char *location, enum source_missing missing,
                         const char *const columns[3], uint64_t rows, size_t values,
                         const double *expected)
{
    struct err e = {0};
    double data[300];
    size_t kept;
    struct source *s = open_ok(location, missing, columns);

    ck_assert_uint_eq(source_rows(s), rows);
    ck_ok(source_read(s, 0, rows, data, &kept, &e), &e);
    ck_assert_uint_eq(kept * source_columns(s), values);
    for (size_t i = 0; i < values; i++)
        ck_assert_msg(data[i] == expected[i] || (isnan(data[i]) && isnan(expected[i])),
                      "%s: value %zu is %g, expected %g", location, i, data[i], expected[i]);
    source_close(s);
}

#endif
