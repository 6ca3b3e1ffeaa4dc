/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the digests of the rows of a data set. */
#include "site/policy/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/cells.h"
#include "data/source.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/store.h"

enum { BLOCK = 1 << 16 }; /* bytes that are read at once */

static const char domain[] = "metaneuron-snapshot-v1";

/* What rows are made with. */
struct maker {
    struct rows *r;
    const uint8_t *key;
    struct hash *one, *all;
};

static int open_maker(struct maker *m, struct err *e)
{
    m->r->count = 0;
    m->one = hash_create(e);
    m->all = hash_create(e);
    if (!m->one || !m->all)
        return -1;
    hash_add(m->all, domain, sizeof domain);
    hash_add(m->all, m->key, SHA256_LEN);
    return 0;
}

static void close_maker(struct maker *m)
{
    hash_destroy(m->one);
    hash_destroy(m->all);
}

/* Effect: there is a row more, of these bytes. */
static int add_row(struct maker *m, const void *bytes, size_t len, struct err *e)
{
    struct rows *r = m->r;
    uint8_t digest[SHA256_LEN];

    if (r->head + r->count >= r->capacity) {
        uint64_t more = r->capacity + r->capacity / 8 + 4096;
        uint64_t *words = realloc(r->words, more * sizeof *words);
        if (!words)
            return err_memory(e, "the digests of rows");
        r->words = words;
        r->capacity = more;
    }
    hash_add(m->one, m->key, SHA256_LEN);
    hash_add(m->one, bytes, len);
    if (hash_final(m->one, digest, e) < 0)
        return -1;
    hash_add(m->all, digest, SHA256_LEN);
    memcpy(&r->words[r->head + r->count++], digest, sizeof *r->words);
    return 0;
}

/* One number has one form. */
static void put_number(struct buf *row, double x)
{
    const double plain = isnan(x) ? (double)NAN : x == 0 ? 0 : x;

    buf_add(row, &plain, sizeof plain);
}

/* And no two texts have the same beside each other. */
static void put_text(struct buf *row, struct expression_text text)
{
    const uint64_t length = text.at ? text.length : UINT64_MAX;

    buf_add(row, &length, sizeof length);
    if (text.at)
        buf_add(row, text.at, text.length);
}

/* Rows of numbers, and of texts where the file says that it has some. */
static int add_cells(struct maker *m, struct cells *c, struct err *e)
{
    const size_t columns = cells_columns(c);
    struct buf row = {0};
    size_t texts = 0, count = 0;
    int rc = 0;

    for (size_t i = 0; i < columns; i++)
        texts += cells_is_text(c, i);
    hash_add(m->all, texts ? "cells" : "numbers", texts ? sizeof "cells" : sizeof "numbers");
    for (size_t i = 0; i < columns; i++)
        hash_add(m->all, cells_name(c, i), strlen(cells_name(c, i)) + 1);
    for (uint64_t at = 0; rc == 0 && at < cells_rows(c); at += count) {
        const struct expression_column *x;
        rc = cells_read(c, at, &x, &count, e);
        for (size_t r = 0; rc == 0 && r < count; r++) {
            buf_reset(&row);
            for (size_t i = 0; i < columns; i++)
                if (cells_is_text(c, i))
                    put_text(&row, x[i].texts[r]);
                else
                    put_number(&row, x[i].numbers[r]);
            rc = buf_failed(&row) ? err_memory(e, "a row") : add_row(m, row.data, row.len, e);
        }
    }
    buf_free(&row);
    return rc;
}

/* A record of a CSV file that grows until it ends. */
struct line {
    char *data;
    size_t len, capacity;
    bool quoted; /* an odd number of quotes so far: a line feed is part of it */
    bool first;  /* it names the columns, and is no row */
};

static int end_line(struct maker *m, struct line *l, struct err *e)
{
    int rc = 0;

    if (l->len > 0 && l->data[l->len - 1] == '\r')
        l->len--;
    if (l->len > 0 && l->first)
        hash_add(m->all, l->data, l->len);
    else if (l->len > 0)
        rc = add_row(m, l->data, l->len, e);
    l->first = l->first && l->len == 0;
    l->len = 0;
    return rc;
}

static int add_byte(struct maker *m, struct line *l, char c, struct err *e)
{
    if (c == '\n' && !l->quoted)
        return end_line(m, l, e);
    char *data = err_grow(l->data, l->len, &l->capacity, 1, "a line", e);
    if (!data)
        return -1;
    l->data = data;
    data[l->len++] = c;
    l->quoted ^= c == '"';
    return 0;
}

/* The lines of a text file, whatever stands there. */
static int add_lines(struct maker *m, const char *path, struct err *e)
{
    static const size_t most = (size_t)BLOCK;
    struct line l = {.first = true};
    char *block = err_alloc(most, 1, "a file", e);
    uint64_t size = 0;
    int fd = block ? file_open(path, e) : -1;
    int rc = fd < 0 ? -1 : file_size(fd, path, &size, e);

    hash_add(m->all, "lines", sizeof "lines");
    for (uint64_t at = 0; rc == 0 && at < size;) {
        size_t n = size - at < most ? (size_t)(size - at) : most;
        rc = file_pread(fd, path, block, n, at, e);
        if (rc == 0 && memchr(block, '\0', n))
            rc = err_set(e, ERR_INPUT, "%s: is no text", path);
        for (size_t i = 0; rc == 0 && i < n; i++)
            rc = add_byte(m, &l, block[i], e);
        at += n;
    }
    if (rc == 0)
        rc = end_line(m, &l, e);
    if (fd >= 0)
        file_close(fd);
    free(l.data);
    free(block);
    return rc;
}

/* Effect: the digest is of all that was added. */
static int finish(struct maker *m, struct err *e)
{
    hash_add(m->all, &m->r->count, sizeof m->r->count);
    return hash_final(m->all, m->r->digest, e);
}

static int by_cells(struct maker *m, const char *location, struct err *e)
{
    struct cells *c = cells_open(location, e);
    int rc = c && open_maker(m, e) == 0 && add_cells(m, c, e) == 0 ? finish(m, e) : -1;

    cells_close(c);
    return rc;
}

/* Whether a file looks as it did; then what was wrong with it is in it. */
static bool is_as_it_was(const char *location, const struct source_stamp *before)
{
    struct source_stamp now;

    return source_stamp(location, &now, NULL) == 0 && now.size == before->size &&
           now.time_ns == before->time_ns;
}

int rows_read(struct rows *r, const char *location, const uint8_t key[static SHA256_LEN],
              struct err *e)
{
    struct maker m = {.r = r, .key = key};
    struct source_stamp before;
    struct err why = {0}, nothing = {0};

    if (source_stamp(location, &before, e) < 0)
        return -1;
    int rc = by_cells(&m, location, &why);
    if (rc < 0 && why.code == ERR_INPUT && is_as_it_was(location, &before)) { /* text is in it? */
        close_maker(&m);
        m.one = m.all = NULL;
        r->by_lines = true;
        rc = open_maker(&m, &nothing) == 0 && add_lines(&m, location, &nothing) == 0
                 ? finish(&m, &nothing)
                 : -1;
    }
    close_maker(&m);
    if (rc == 0 && !is_as_it_was(location, &before))
        return err_set(e, ERR_INPUT, "%s: has changed while it was read", location);
    return rc < 0 ? err_pass(e, &why) : 0;
}
