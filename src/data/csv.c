/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CSV format: header, index, ranges of rows. */
#include "data/csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "data/csv_cells.h"
#include "data/csv_header.h"
#include "data/csv_index.h"
#include "data/csv_reader.h"
#include "data/csv_row.h"

struct csv {
    struct csv_reader *reader;
    struct csv_index index;
    struct csv_layout layout;
    struct buf notes;
    size_t chosen; /* values in a row */
    uint64_t next; /* the row that the reader stands at; UINT64_MAX: none */
};

static void csv_close(void *table)
{
    struct csv *c = table;

    if (!c)
        return;
    for (size_t i = 0; i < c->layout.columns; i++)
        free(c->layout.names[i]);
    free(c->layout.names);
    free(c->layout.unnamed);
    buf_free(&c->notes);
    free(c->layout.slots);
    csv_index_free(&c->index);
    csv_reader_close(c->reader);
    free(c);
}

static void *csv_open(const char *path, const char *object, const struct source_options *o,
                      bool texts, struct err *e)
{
    struct csv *c = NULL;

    (void)texts; /* any column may hold them */
    if (object)
        return err_null(
            err_set(e, ERR_INPUT, "%s: is not an HDF5 file, so it has no object %s", path, object));
    c = err_alloc(1, sizeof *c, path, e);
    if (!c)
        return NULL;
    c->next = UINT64_MAX;
    c->reader = csv_reader_open(path, o->wide ? CSV_RECORD_WIDE : CSV_RECORD_MAX, e);
    if (c->reader) {
        c->layout.path = csv_reader_path(c->reader);
        if (csv_header_read(&c->layout, c->reader, o, &c->notes, e) == 0 &&
            csv_index_build(&c->index, c->reader, e) == 0)
            return c;
    }
    csv_close(c);
    return NULL;
}

static size_t csv_columns(const void *table)
{
    const struct csv *c = table;

    return c->layout.columns;
}

static const char *csv_column_name(const void *table, size_t i)
{
    const struct csv *c = table;

    return c->layout.names[i];
}

static const char *csv_unit(const void *table, size_t i)
{
    (void)table, (void)i;
    return "";
}

static const char *csv_notes(const void *table)
{
    const struct csv *c = table;

    return c->notes.len ? c->notes.data : "";
}

/* A column holds what is read from it. */
static const char *csv_holds(const void *table, size_t i)
{
    (void)table, (void)i;
    return NULL;
}

static const char *csv_left(const void *table, const char *name)
{
    (void)table, (void)name;
    return NULL;
}

static uint64_t csv_rows(const void *table)
{
    const struct csv *c = table;

    return c->index.rows;
}

static int csv_choose(void *table, const struct choice *choice, struct err *e)
{
    struct csv *c = table;
    struct csv_layout *l = &c->layout;

    free(l->slots);
    l->slots = err_alloc(l->columns, sizeof *l->slots, l->path, e);
    if (!l->slots)
        return -1;
    for (size_t i = 0; i < l->columns; i++)
        l->slots[i] = CSV_NO_SLOT;
    for (size_t i = 0; i < choice->count; i++)
        l->slots[choice->columns[i]] = i;
    l->all = choice->all;
    l->missing = choice->missing;
    c->chosen = choice->count;
    return 0;
}

static int next_record(struct csv *c, struct csv_record *record, struct err *e)
{
    int rc = csv_reader_next(c->reader, record, e);

    if (rc == 0)
        return err_set(e, ERR_INPUT,
                       "%s: changed while it was being read: it had %" PRIu64
                       " rows, now it has fewer",
                       c->layout.path, c->index.rows);
    return rc < 0 ? -1 : 0;
}

/* Effect: the reader stands at the row. */
static int go_to(struct csv *c, uint64_t row, struct err *e)
{
    struct csv_record record;
    uint64_t place = row / CSV_INDEX_STEP, from = place * CSV_INDEX_STEP;

    /* From where it stands, if no place of the index is nearer. */
    if (c->next <= row && c->next >= from)
        from = c->next;
    else
        csv_reader_seek(c->reader, c->index.places[place]);
    for (; from < row; from++)
        if (next_record(c, &record, e) < 0)
            return -1;
    return 0;
}

static int csv_read(void *table, uint64_t first, size_t count, double *data, size_t *kept,
                    struct err *e)
{
    struct csv *c = table;
    struct csv_record record;
    size_t n = 0;
    int rc = -1;

    if (csv_reader_check(c->reader, e) < 0 || go_to(c, first, e) < 0)
        goto done;
    for (size_t i = 0; i < count; i++) {
        if (next_record(c, &record, e) < 0)
            goto done;
        int read = csv_row_read(&c->layout, &record, data + n * c->chosen, e);
        if (read < 0)
            goto done;
        n += (size_t)read;
    }
    *kept = n;
    rc = 0;
done:
    c->next = rc == 0 ? first + count : UINT64_MAX;
    return rc;
}

static int csv_read_strip(void *table, uint64_t first, size_t count, struct strip *s, struct err *e)
{
    struct csv *c = table;
    struct csv_record record;
    int rc = -1;

    strip_reset(s);
    if (csv_reader_check(c->reader, e) < 0 || go_to(c, first, e) < 0)
        goto done;
    while (s->rows < count && !strip_is_full(s))
        if (next_record(c, &record, e) < 0 || csv_cells_read(&c->layout, &record, s, e) < 0)
            goto done;
    rc = 0;
done:
    c->next = rc == 0 ? first + s->rows : UINT64_MAX;
    return rc;
}

const struct format csv_format = {
    .column = "column",
    .open = csv_open,
    .close = csv_close,
    .columns = csv_columns,
    .column_name = csv_column_name,
    .rows = csv_rows,
    .unit = csv_unit,
    .notes = csv_notes,
    .holds = csv_holds,
    .left = csv_left,
    .choose = csv_choose,
    .read = csv_read,
    .read_strip = csv_read_strip,
};
