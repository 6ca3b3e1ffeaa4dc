/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a column as texts. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/attribute.h"
#include "h5/table_private.h"
#include "util/parse.h"
#include "util/text.h"

enum { HOLE = 256 }; /* bytes of a text that stands for a missing one */

/* A read of some rows of one column. */
struct reading {
    struct table *table;
    struct dataset *dataset;
    const char *name; /* of the column */
    size_t at;        /* its number in the dataset */
    uint64_t first;
    size_t rows;
    struct table_text *texts;
    struct arena *arena;
};

/* Reads the rows into so many values of a type; transfer: how, or H5P_DEFAULT. */
static int read_values(const struct reading *r, hid_t type, hid_t transfer, void *to, struct err *e)
{
    const struct dataset *d = r->dataset;
    hsize_t start[2] = {r->first, r->at}, extent[2] = {r->rows, 1}, rows = r->rows;
    hsize_t turned_start[2] = {r->at, r->first}, turned_extent[2] = {1, r->rows};
    hid_t file = H5Dget_space(d->id), memory = H5Screate_simple(1, &rows, NULL);
    int rc = 0;

    if (file < 0 || memory < 0 ||
        H5Sselect_hyperslab(file, H5S_SELECT_SET, d->turned ? turned_start : start, NULL,
                            d->turned ? turned_extent : extent, NULL) < 0 ||
        H5Dread(d->id, type, memory, file, transfer, to) < 0)
        rc = table_unread(r->table, d, r->first, r->first + r->rows - 1, e);
    h5_close(memory);
    h5_close(file);
    return rc;
}

static int no_room(const struct reading *r, struct err *e)
{
    if (!r->arena->full)
        return err_memory(e, r->table->location);
    return err_set(e, ERR_INPUT,
                   "%s: row %" PRIu64 " (from 0): with column '%.200s' its texts have more than "
                   "%zu MiB together",
                   r->table->location, r->first, r->name, r->arena->most >> 20);
}

/* Effect: text i is that; the byte behind it can be written. Nothing at all is missing. */
static int take_text(const struct reading *r, size_t i, char *at, size_t length, struct err *e)
{
    char found[80];

    r->texts[i] = (struct table_text){0};
    if (length == 0)
        return 0;
    char behind = at[length];
    at[length] = '\0';
    bool nul = strlen(at) != length, good = !nul && text_is_utf8(at);
    snprintf(found, sizeof found, "found '%.60s'", good ? "" : at);
    at[length] = behind;
    r->texts[i] = (struct table_text){at, length};
    if (good)
        return 0;
    return err_set_here(e, ERR_INPUT, found,
                        "%s: row %" PRIu64 " (from 0): column '%.200s' has text %s",
                        r->table->location, r->first + i, r->name,
                        nul ? "with a NUL byte in it" : "that is not UTF-8");
}

/* Texts of one length. */
static int read_fixed(const struct reading *r, hid_t type, struct err *e)
{
    size_t size = H5Tget_size(type), all;
    H5T_str_t padding = H5Tget_strpad(type);
    int rc = 0;

    if (__builtin_mul_overflow(r->rows, size, &all) || all == SIZE_MAX)
        all = SIZE_MAX - 1;
    char *at = arena_take(r->arena, all + 1);
    if (!at)
        return no_room(r, e);
    if (read_values(r, type, H5P_DEFAULT, at, e) < 0)
        return -1;
    for (size_t i = 0; rc == 0 && i < r->rows; i++, at += size) {
        size_t length = padding == H5T_STR_NULLTERM ? strnlen(at, size) : size;
        while (length > 0 && at[length - 1] == '\0')
            length--;
        while (padding == H5T_STR_SPACEPAD && length > 0 && at[length - 1] == ' ')
            length--;
        rc = take_text(r, i, at, length, e);
    }
    return rc;
}

/* Memory for texts of any length: HDF5 asks for each. */
static void *take_bytes(size_t size, void *arena)
{
    return arena_take(arena, size);
}

static void leave_bytes(void *bytes, void *arena)
{
    (void)bytes, (void)arena;
}

static int read_variable(const struct reading *r, hid_t type, struct err *e)
{
    char **list = err_alloc(r->rows, sizeof *list, r->table->location, e);
    hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    struct err why = {0};
    int rc = -1;

    if (list && transfer >= 0 &&
        H5Pset_vlen_mem_manager(transfer, take_bytes, r->arena, leave_bytes, r->arena) >= 0)
        rc = read_values(r, type, transfer, list, &why);
    if (rc < 0 && list)
        rc = r->arena->full || why.code == ERR_NONE ? no_room(r, e) : err_pass(e, &why);
    for (size_t i = 0; rc == 0 && i < r->rows; i++)
        rc = take_text(r, i, list[i], list[i] ? strlen(list[i]) : 0, e);
    h5_close(transfer);
    free(list);
    return rc;
}

/* Strings, of which one may be said to stand for a missing one. */
static int read_strings(const struct reading *r, hid_t type, struct err *e)
{
    static const char *const attributes[] = {"_FillValue", "missing_value"};
    char hole[HOLE];

    if ((H5Tis_variable_str(type) > 0 ? read_variable(r, type, e) : read_fixed(r, type, e)) < 0)
        return -1;
    for (size_t k = 0; k < sizeof attributes / sizeof attributes[0]; k++) {
        if (!attribute_text(r->dataset->id, attributes[k], hole, sizeof hole))
            continue;
        for (size_t i = 0; i < r->rows; i++)
            if (r->texts[i].length == strlen(hole) &&
                memcmp(r->texts[i].at, hole, r->texts[i].length) == 0)
                r->texts[i] = (struct table_text){0};
    }
    return 0;
}

static int read_enumeration(const struct reading *r, hid_t type, struct err *e)
{
    struct enumeration **x = &r->dataset->enumeration;
    char what[512], found[40];
    int rc = -1;
    hid_t base = H5Tget_super(type);
    int64_t *numbers = err_alloc(r->rows, sizeof *numbers, r->table->location, e);

    snprintf(what, sizeof what, "%.300s: column '%.150s'", r->table->location, r->name);
    if (!*x)
        *x = enumeration_read(type, what, e);
    if (numbers && *x && read_values(r, type, H5P_DEFAULT, numbers, e) == 0)
        rc = H5Tconvert(base, H5T_NATIVE_INT64, r->rows, numbers, NULL, H5P_DEFAULT) < 0
                 ? table_unread(r->table, r->dataset, r->first, r->first + r->rows - 1, e)
                 : 0;
    for (size_t i = 0; rc == 0 && i < r->rows; i++) {
        const char *name = enumeration_name(*x, numbers[i]);
        r->texts[i] = (struct table_text){name, name ? strlen(name) : 0};
        if (!name)
            snprintf(found, sizeof found, "found %" PRId64, numbers[i]);
        if (!name)
            rc = err_set_here(e, ERR_INPUT, found,
                              "%s: row %" PRIu64 " (from 0): column '%.200s' has a value for which "
                              "its enumeration has no name",
                              r->table->location, r->first + i, r->name);
        else if (!*name)
            r->texts[i] = (struct table_text){0};
    }
    h5_close(base);
    free(numbers);
    return rc;
}

/* Effect: text i is a copy. */
static int copy_text(const struct reading *r, size_t i, const char *text, struct err *e)
{
    size_t length = strlen(text);
    char *at = arena_take(r->arena, length);

    if (!at)
        return no_room(r, e);
    memcpy(at, text, length);
    r->texts[i] = (struct table_text){at, length};
    return 0;
}

/* Whole numbers: a double would not hold all of them. */
static int read_integers(const struct reading *r, hid_t type, struct err *e)
{
    bool negative = H5Tget_sign(type) != H5T_SGN_NONE;
    char text[NUMBER_TEXT];
    int64_t *numbers = err_alloc(r->rows, sizeof *numbers, r->table->location, e);
    int rc = -1;

    if (numbers)
        rc = read_values(r, negative ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64, H5P_DEFAULT, numbers,
                         e);
    for (size_t i = 0; rc == 0 && i < r->rows; i++) {
        if (negative)
            snprintf(text, sizeof text, "%" PRId64, numbers[i]);
        else
            snprintf(text, sizeof text, "%" PRIu64, (uint64_t)numbers[i]);
        rc = copy_text(r, i, text, e);
    }
    free(numbers);
    return rc;
}

static int read_doubles(const struct reading *r, struct err *e)
{
    char text[NUMBER_TEXT];
    double *numbers = err_alloc(r->rows, sizeof *numbers, r->table->location, e);
    int rc = numbers ? read_values(r, H5T_NATIVE_DOUBLE, H5P_DEFAULT, numbers, e) : -1;

    if (rc == 0)
        packing_apply(&r->dataset->packing, numbers, r->rows);
    for (size_t i = 0; rc == 0 && i < r->rows; i++) {
        r->texts[i] = (struct table_text){0};
        if (numbers[i] - numbers[i] == 0)
            rc = copy_text(r, i, format_double(text, numbers[i]), e);
        else if (numbers[i] == numbers[i])
            rc = err_set(e, ERR_INPUT,
                         "%s: row %" PRIu64 " (from 0): column '%.200s' has an infinity, expected "
                         "a finite number",
                         r->table->location, r->first + i, r->name);
    }
    free(numbers);
    return rc;
}

static int read_any(const struct reading *r, struct err *e)
{
    hid_t type = H5Dget_type(r->dataset->id);
    H5T_class_t class = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    int rc;

    if (type < 0)
        rc = table_unread(r->table, r->dataset, r->first, r->first + r->rows - 1, e);
    else if (class == H5T_STRING)
        rc = read_strings(r, type, e);
    else if (class == H5T_ENUM)
        rc = read_enumeration(r, type, e);
    else if (class == H5T_INTEGER && !r->dataset->packing.used && H5Tget_size(type) <= 8)
        rc = read_integers(r, type, e);
    else
        rc = read_doubles(r, e);
    h5_close(type);
    return rc;
}

int table_read_texts(struct table *t, uint64_t first, size_t rows, size_t column,
                     struct table_text *texts, struct arena *arena, struct err *e)
{
    if (first > t->rows || rows > t->rows - first || column >= t->columns)
        return err_set(e, ERR_SOFTWARE,
                       "%s: rows %" PRIu64 " to %" PRIu64 " of column %zu are wanted, but it has "
                       "%" PRIu64 " and %zu columns",
                       t->location, first, first + rows, column, t->rows, t->columns);
    struct home home = t->homes  ? t->homes[column]
                       : t->grid ? (struct home){0, column}
                                 : (struct home){column, 0};
    const struct reading r = {.table = t,
                              .dataset = &t->datasets[home.dataset],
                              .name = t->names[column],
                              .at = home.at,
                              .first = first,
                              .rows = rows,
                              .texts = texts,
                              .arena = arena};
    if (rows == 0)
        return 0;
    if (table_check_size(t, e) < 0 || read_any(&r, e) < 0)
        return -1;
    return table_check_size(t, e);
}
