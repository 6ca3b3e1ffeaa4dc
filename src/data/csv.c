/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CSV format: header, index, ranges of rows. */
#include "data/csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/csv_field.h"
#include "data/csv_index.h"
#include "data/csv_reader.h"
#include "data/csv_row.h"

struct csv {
    struct csv_reader *reader;
    struct csv_index index;
    struct csv_layout layout;
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
    free(c->layout.slots);
    csv_index_free(&c->index);
    csv_reader_close(c->reader);
    free(c);
}

/* Returns the name of column i, or NULL; one without a name is called by its number. */
static char *column_name(const struct csv_field *f, size_t i)
{
    char *name = NULL;

    if (f->len > 0)
        return csv_field_text(f);
    return asprintf(&name, "c%zu", i) < 0 ? NULL : name;
}

/* Cuts the header into names. *bare is how many of them are unquoted numbers. */
static int read_names(struct csv *c, const struct csv_record *header, size_t *bare, struct err *e)
{
    const char *path = c->layout.path, *p = header->text, *end = p + header->len;
    struct csv_field f;
    double v;

    c->layout.names = err_alloc(CSV_COLUMNS_MAX, sizeof *c->layout.names, path, e);
    if (!c->layout.names)
        return -1;
    for (;; p++) {
        size_t i = c->layout.columns;
        if (i == CSV_COLUMNS_MAX)
            return err_set(e, ERR_INPUT, "%s:%" PRIu64 ": has more than %d columns", path,
                           header->line, CSV_COLUMNS_MAX);
        if (csv_field_next(&p, end, &f) < 0)
            return err_set(e, ERR_INPUT,
                           "%s:%" PRIu64 ": the name of column %zu has a quote where none can be",
                           path, header->line, i + 1);
        if (!f.quoted && csv_field_value(&f, &v) == CSV_NUMBER)
            ++*bare;
        c->layout.names[i] = column_name(&f, i);
        if (!c->layout.names[i])
            return err_memory(e, path);
        c->layout.columns++;
        if (p == end)
            return 0;
    }
}

/* Refuses first lines that no one can have meant as names separated by commas. */
static int check_names(const struct csv *c, const struct csv_record *header, size_t bare,
                       struct err *e)
{
    const struct csv_layout *l = &c->layout;

    if (bare == l->columns)
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": holds only numbers, but should name the columns (quote "
                       "them, if they are the names)",
                       l->path, header->line);
    if (l->columns == 1 && !header->quoted && strpbrk(l->names[0], ";\t|"))
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": has no comma; columns are separated by commas, not by "
                       "semicolons, tabs or bars (quote it, if it is one name)",
                       l->path, header->line);
    if (!header->quoted && memchr(header->text, '\r', header->len))
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": has a carriage return inside; lines end with LF or CRLF",
                       l->path, header->line);
    return 0;
}

/* Names for columns whose first line is a row like the others. */
static int number_columns(struct csv *c, struct err *e)
{
    for (size_t i = 0; i < c->layout.columns; i++) {
        free(c->layout.names[i]);
        if (asprintf(&c->layout.names[i], "c%zu", i) < 0) {
            c->layout.names[i] = NULL;
            return err_memory(e, c->layout.path);
        }
    }
    return 0;
}

static int read_header(struct csv *c, bool headless, struct err *e)
{
    struct csv_place start = csv_reader_tell(c->reader);
    struct csv_record header;
    size_t bare = 0;
    int rc = csv_reader_next(c->reader, &header, e);

    if (rc < 0)
        return -1;
    if (rc == 0)
        return err_set(e, ERR_INPUT, "%s: is empty; the first line of a CSV file names the columns",
                       c->layout.path);
    if (header.len == 0)
        return err_set(e, ERR_INPUT, "%s:%" PRIu64 ": is blank, but should name the columns",
                       c->layout.path, header.line);
    if (memchr(header.text, '\0', header.len))
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": has a NUL byte, so it is no CSV file (is it binary, or "
                       "UTF-16 text?)",
                       c->layout.path, header.line);
    if (read_names(c, &header, &bare, e) < 0)
        return -1;
    if (!headless || bare < c->layout.columns)
        return check_names(c, &header, bare, e);
    csv_reader_seek(c->reader, start);
    return number_columns(c, e);
}

static void *csv_open(const char *path, const char *object, bool headless, struct err *e)
{
    struct csv *c = NULL;

    if (object)
        return err_null(
            err_set(e, ERR_INPUT, "%s: is not an HDF5 file, so it has no object %s", path, object));
    c = err_alloc(1, sizeof *c, path, e);
    if (!c)
        return NULL;
    c->next = UINT64_MAX;
    c->reader = csv_reader_open(path, e);
    if (c->reader) {
        c->layout.path = csv_reader_path(c->reader);
        if (read_header(c, headless, e) == 0 && csv_index_build(&c->index, c->reader, e) == 0)
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

const struct format csv_format = {
    .column = "column",
    .open = csv_open,
    .close = csv_close,
    .columns = csv_columns,
    .column_name = csv_column_name,
    .rows = csv_rows,
    .choose = csv_choose,
    .read = csv_read,
};
