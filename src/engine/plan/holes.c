/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the columns that leave a partition without rows. */
#include "engine/plan/holes.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "util/buf.h"
#include "util/text.h"

enum {
    ROWS = 256, /* that are read at once */
    LISTED = 4, /* columns that are named */
};

/* Effect: holes[i] is in how many of the rows column i has no value; *rows is how many rows a
 * condition has left of the hand's. */
static int count_holes(struct source *s, const struct hand *h, uint64_t *holes, uint64_t *rows,
                       struct err *e)
{
    size_t columns = source_columns(s), kept;
    double *data = err_alloc(ROWS * columns, sizeof *data, "rows", e);
    int rc = data ? 0 : -1;

    for (uint64_t at = 0; rc == 0 && at < h->rows; at += ROWS) {
        size_t n = h->rows - at < ROWS ? (size_t)(h->rows - at) : ROWS;
        rc = deal_read(h, s, at, n, data, &kept, e);
        for (size_t i = 0; rc == 0 && i < kept * columns; i++)
            holes[i % columns] += isnan(data[i]) != 0;
        *rows += rc == 0 ? kept : 0;
    }
    free(data);
    return rc;
}

/* Effect: names columns, those that are empty throughout before others. */
static void list_holes(struct buf *text, const struct source *s, const uint64_t *holes,
                       uint64_t rows)
{
    const char *const *names = source_column_names(s);
    size_t told = 0, empty = 0, len;

    for (size_t i = 0; i < source_columns(s); i++)
        empty += holes[i] == rows;
    for (size_t i = 0; i < source_columns(s) && told < LISTED; i++) {
        if (holes[i] == 0 || (empty > 0 && holes[i] < rows))
            continue;
        buf_addf(text, "%s'%.100s' has none in ", told++ ? ", " : "", names[i]);
        if (holes[i] == rows)
            buf_adds(text, "any");
        else
            buf_addf(text, "%" PRIu64, holes[i]);
    }
    if (empty > LISTED)
        buf_addf(text, ", … (%zu columns)", empty);
    /* A column without a name is there by an accident, as a rule. */
    for (const char *line, *notes = source_notes(s); (line = text_line(&notes, &len));) {
        buf_adds(text, "; ");
        buf_add(text, line, len);
    }
}

/* Says which columns leave none of the rows, or that a condition does. */
static void explain(const char *path, const struct source_options *o, const struct source *s,
                    const struct hand *h, const uint64_t *holes, uint64_t rows, struct err *e)
{
    const char *where = o->recipe ? o->recipe->where : NULL;
    struct buf text = {0};

    if (rows == 0 && where) {
        err_set(e, ERR_INPUT, "%s: for none of %" PRIu64 " rows is where true: %s", path, h->rows,
                where);
        return;
    }
    list_holes(&text, s, holes, rows);
    err_set(e, ERR_INPUT,
            "%s: none of %" PRIu64 " rows%s has a value in every column that is %s: %s", path, rows,
            where ? " for which where is true" : "",
            o->recipe && !recipe_is_empty(o->recipe) ? "computed over" : "read",
            text.len ? text.data : "the file has changed");
    buf_free(&text);
}

int holes_explain(const char *path, const struct source_options *o, const struct hand *h,
                  struct err *e)
{
    struct source_options all = *o;
    uint64_t *holes = NULL, rows = 0;

    all.missing = SOURCE_MISSING_NAN;
    struct source *s = source_open(path, &all, e);
    if (!s)
        return -1;
    holes = err_alloc(source_columns(s), sizeof *holes, "columns", e);
    if (holes && count_holes(s, h, holes, &rows, e) == 0)
        explain(path, o, s, h, holes, rows, e);
    free(holes);
    source_close(s);
    return -1;
}
