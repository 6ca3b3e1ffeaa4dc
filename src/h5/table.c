/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads rows of a site's own tables. */
#include "h5/table.h"

#include <inttypes.h>
#include <stdlib.h>

#include "h5/filter.h"
#include "h5/h5err.h"
#include "h5/table_private.h"
#include "util/file.h"

enum {
    TABLE_SCRATCH = (4 << 20) / sizeof(double), /* at least 8 rows of a dataset */
    COLUMN_PIECE = 64 << 10,                    /* rows of a column that are read at once */
};

void table_close(struct table *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->datasets_count; i++) {
        h5_close(t->datasets[i].id);
        enumeration_free(t->datasets[i].enumeration);
    }
    buf_free(&t->notes);
    free(t->homes);
    for (size_t i = 0; t->names && i < t->columns; i++)
        free(t->names[i]);
    if (t->file >= 0)
        H5Fclose(t->file);
    file_close(t->fd);
    free(t->datasets);
    free(t->names);
    free(t->scratch);
    free(t->location);
    free(t->path);
    free(t);
}

const char *table_location(const struct table *t)
{
    return t->location;
}

size_t table_columns(const struct table *t)
{
    return t->columns;
}

const char *table_column_name(const struct table *t, size_t i)
{
    return t->names[i];
}

uint64_t table_rows(const struct table *t)
{
    return t->rows;
}

static const struct dataset *dataset_of(const struct table *t, size_t i)
{
    return &t->datasets[t->homes ? t->homes[i].dataset : t->grid ? 0 : i];
}

const char *table_holds(const struct table *t, size_t i)
{
    return dataset_of(t, i)->holds;
}

const char *table_unit(const struct table *t, size_t i)
{
    return dataset_of(t, i)->unit;
}

const char *table_notes(const struct table *t)
{
    return t->notes.len && !buf_failed(&t->notes) ? t->notes.data : "";
}

int table_unread(const struct table *t, const struct dataset *d, uint64_t first, uint64_t last,
                 struct err *e)
{
    char filter[FILTER_NAME];
    struct err why = {0};

    h5err_read(&why, "%s: rows %" PRIu64 " to %" PRIu64 "%s%.200s cannot be read", t->location,
               first, last, d->name ? " of " : "", d->name ? d->name : "");
    if (!filter_missing(d->id, filter))
        return err_set(e, why.code, "%s", why.text);
    return err_set(e, ERR_OPEN,
                   "%s: %s%.200s compressed with %s, a filter that is not here; copy the file with "
                   "h5repack -f GZIP=4 where it is",
                   t->location, d->name ? d->name : "its data is", d->name ? " is" : "", filter);
}

/* Reads a part of a dataset to where it belongs among rows x width doubles: column at, of one
 * that is stored column after column; else all of them. */
static int select_part(const struct table *t, const struct dataset *d, uint64_t first, size_t rows,
                       size_t at, double *data, struct err *e)
{
    hsize_t start[2] = {first, 0}, extent[2] = {rows, d->width};
    hsize_t turned_start[2] = {at, first}, turned_extent[2] = {1, rows};
    hsize_t column_start[2] = {0, at}, column_extent[2] = {rows, 1};
    hid_t file = H5Dget_space(d->id), memory = H5Screate_simple(d->rank, extent, NULL);
    bool ready = file >= 0 && memory >= 0;
    int rc = 0;

    if (ready && d->turned)
        ready =
            H5Sselect_hyperslab(memory, H5S_SELECT_SET, column_start, NULL, column_extent, NULL) >=
                0 &&
            H5Sselect_hyperslab(file, H5S_SELECT_SET, turned_start, NULL, turned_extent, NULL) >= 0;
    else if (ready)
        ready = H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, extent, NULL) >= 0;
    if (!ready || H5Dread(d->id, H5T_NATIVE_DOUBLE, memory, file, H5P_DEFAULT, data) < 0)
        rc = table_unread(t, d, first, first + rows - 1,
                          e); /* before another call loses the reason */
    h5_close(memory);
    h5_close(file);
    return rc;
}

/* Reads whole rows of a dataset by way of HDF5. */
static int select_rows(const struct table *t, const struct dataset *d, uint64_t first, size_t rows,
                       double *data, struct err *e)
{
    size_t parts = d->turned ? d->width : 1;

    for (size_t at = 0; at < parts; at++)
        if (select_part(t, d, first, rows, at, data, e) < 0)
            return -1;
    return 0;
}

/* Reads whole rows of a dataset into data. Doubles that lie there as they are
 * wanted are read as they lie: for a few rows HDF5 would read 64 KiB. */
static int read_rows(const struct table *t, size_t dataset, uint64_t first, size_t rows,
                     double *data, struct err *e)
{
    const struct dataset *d = &t->datasets[dataset];
    size_t row = d->width * sizeof *data;
    int rc;

    if (d->place == PLACE_NONE)
        rc = select_rows(t, d, first, rows, data, e);
    else
        rc = file_pread(t->fd, t->path, data, rows * row, d->place + first * row, e);
    if (rc == 0)
        packing_apply(&d->packing, data, rows * d->width);
    return rc;
}

/* Reads some columns of a grid, by way of whole rows. */
static int read_grid(const struct table *t, uint64_t first, size_t rows, const size_t *columns,
                     size_t count, double *data, struct err *e)
{
    size_t piece = TABLE_SCRATCH / t->columns;

    for (size_t at = 0; at < rows; at += piece) {
        size_t n = rows - at < piece ? rows - at : piece;
        if (read_rows(t, 0, first + at, n, t->scratch, e) < 0)
            return -1;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < count; k++)
                *data++ = t->scratch[i * t->columns + columns[k]];
    }
    return 0;
}

/* Reads some columns, each from its own dataset or among others of one. */
static int read_columns(const struct table *t, uint64_t first, size_t rows, const size_t *columns,
                        size_t count, double *data, struct err *e)
{
    size_t piece = COLUMN_PIECE;

    for (size_t i = 0; i < t->datasets_count; i++)
        if (TABLE_SCRATCH / t->datasets[i].width < piece)
            piece = TABLE_SCRATCH / t->datasets[i].width;
    for (size_t at = 0; at < rows; at += piece) {
        size_t n = rows - at < piece ? rows - at : piece, there = SIZE_MAX;
        for (size_t k = 0; k < count; k++) {
            struct home home = t->homes ? t->homes[columns[k]] : (struct home){columns[k], 0};
            size_t width = t->datasets[home.dataset].width;
            if (home.dataset != there &&
                read_rows(t, home.dataset, first + at, n, t->scratch, e) < 0)
                return -1;
            there = home.dataset;
            for (size_t i = 0; i < n; i++)
                data[(at + i) * count + k] = t->scratch[i * width + home.at];
        }
    }
    return 0;
}

/* Whether the values lie in the file as they do in data. */
static bool is_straight(const struct table *t, const size_t *columns, size_t count)
{
    if (!t->grid)
        return count == 1 && !t->homes;
    for (size_t i = 0; i < count; i++)
        if (columns[i] != i)
            return false;
    return count == t->columns;
}

static int read_chosen(struct table *t, uint64_t first, size_t rows, const size_t *columns,
                       size_t count, double *data, struct err *e)
{
    if (is_straight(t, columns, count))
        return read_rows(t, t->grid ? 0 : columns[0], first, rows, data, e);
    if (!t->scratch && !(t->scratch = err_alloc(TABLE_SCRATCH, sizeof(double), t->location, e)))
        return -1;
    if (t->grid)
        return read_grid(t, first, rows, columns, count, data, e);
    return read_columns(t, first, rows, columns, count, data, e);
}

int table_check_size(const struct table *t, struct err *e)
{
    uint64_t now;

    if (file_size(t->fd, t->path, &now, e) < 0)
        return -1;
    if (now == t->size)
        return 0;
    return err_set(e, ERR_INPUT,
                   "%s: changed while it was being read: it had %" PRIu64
                   " bytes, now it has %" PRIu64,
                   t->path, t->size, now);
}

int table_read(struct table *t, uint64_t first, size_t rows, const size_t *columns, size_t count,
               double *data, struct err *e)
{
    if (first > t->rows || rows > t->rows - first)
        return err_set(e, ERR_SOFTWARE,
                       "%s: rows %" PRIu64 " to %" PRIu64 " are wanted, but it has %" PRIu64,
                       t->location, first, first + rows, t->rows);
    for (size_t i = 0; i < count; i++)
        if (columns[i] >= t->columns)
            return err_set(e, ERR_SOFTWARE, "%s: column %zu is wanted, but it has %zu", t->location,
                           columns[i], t->columns);
    if (rows == 0 || count == 0)
        return 0;
    if (table_check_size(t, e) < 0 || read_chosen(t, first, rows, columns, count, data, e) < 0)
        return -1;
    return table_check_size(t, e);
}
