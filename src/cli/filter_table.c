/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a matrix that is filtered, and what is known of its rows. */
#include "cli/filter_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/print.h"
#include "data/source.h"
#include "stats/weight.h"
#include "util/lookup.h"
#include "util/parse.h"
#include "util/store.h"
#include "util/text.h"

enum { MOST_ROWS = 1000000, MOST_BYTES = 1 << 28 };

static struct source *open_matrix(const char *path, struct err *e)
{
    const struct source_options o = {
        .missing = SOURCE_MISSING_NAN, .header_optional = true, .wide = true};
    struct source *s = source_open(path, &o, e);
    const char *notes = s ? source_notes(s) : "";
    size_t len;

    for (const char *note; (note = text_line(&notes, &len));)
        print_error("metaneuron: note: %.*s\n", (int)len, note);
    return s;
}

/* All of it: the filter needs all rows at once. */
static double *read_matrix(struct source *s, const char *path, struct err *e)
{
    size_t n = source_rows(s), d = source_columns(s), kept;
    double *data = NULL;

    if (n > MOST_ROWS)
        return err_null(err_set(
            e, ERR_INPUT, "%s: has more than a million rows, which are too many to compare", path));
    if (d > SIZE_MAX / (n + 1))
        return err_null(err_memory(e, path));
    data = err_alloc(n * d, sizeof *data, path, e);
    if (data && source_read(s, 0, n, data, &kept, e) < 0) {
        free(data);
        data = NULL;
    }
    return data;
}

/* Standard errors in another order would be those of other columns. Other names are no harm. */
static int check_order(const struct filter_table *t, const struct source *s, const char *path,
                       struct err *e)
{
    const char *const *names = source_column_names(s);
    struct lookup ours = {0};
    size_t first = 0;
    int rc = 0;

    while (first < t->d && strcmp(names[first], t->names[first]) == 0)
        first++;
    for (size_t j = 0; rc == 0 && first < t->d && j < t->d; j++)
        rc = lookup_add(&ours, t->names[j], j, e);
    for (size_t j = first; rc == 0 && j < t->d; j++)
        if (strcmp(names[j], t->names[j]) != 0 && lookup_find(&ours, names[j]) != LOOKUP_NONE)
            rc = err_set(e, ERR_INPUT,
                         "%s: column %zu is '%.64s', in the matrix '%.64s'; expected the same "
                         "columns in the same order",
                         path, j + 1, names[j], t->names[j]);
    lookup_free(&ours);
    return rc;
}

static int check_errors(struct filter_table *t, const struct source *s, const char *path,
                        struct err *e)
{
    const char *const *names = source_column_names(s);

    for (size_t i = 0; i < t->n; i++)
        for (size_t j = 0; j < t->d; j++) {
            double *x = &t->errors[i * t->d + j];
            if (isnan(*x))
                *x = 0; /* unknown */
            if (!(*x >= 0))
                return err_set(
                    e, ERR_INPUT,
                    "%s: row %zu (from 0), column '%.64s': found %.17g, expected a standard "
                    "error >= 0, or nothing where it is unknown",
                    path, i, names[j], *x);
        }
    return 0;
}

static int read_errors(struct filter_table *t, const char *path, struct err *e)
{
    struct source *s = open_matrix(path, e);
    int rc = -1;

    if (!s)
        return -1;
    if (source_rows(s) != t->n || source_columns(s) != t->d)
        err_set(e, ERR_INPUT,
                "%s: has %" PRIu64 " rows of %zu columns, the matrix %zu of %zu; expected a "
                "standard error for each of its numbers",
                path, source_rows(s), source_columns(s), t->n, t->d);
    else if (check_order(t, s, path, e) == 0 && (t->errors = read_matrix(s, path, e)))
        rc = check_errors(t, s, path, e);
    source_close(s);
    return rc;
}

/* Effect: *number becomes n numbers of a file, one a line, none less than 0; nor 0, if they are to be
 * positive. */
static int read_numbers(double **number, const char *path, size_t n, bool positive, struct err *e)
{
    char *text = NULL;
    size_t len, i = 0;
    int rc = 0;

    *number = err_alloc(n, sizeof **number, path, e);
    if (!*number || file_read(path, MOST_BYTES, &text, &len, e) < 0)
        return -1;
    if (strlen(text) != len)
        rc = err_set(e, ERR_INPUT, "%s: has a NUL byte, expected a number a line", path);
    for (char *p = text; rc == 0 && *p; i++) {
        size_t length = strcspn(p, "\r\n");
        char *next = p + length;
        double x;
        next += next[0] == '\r' && next[1] == '\n' ? 2 : *next != '\0';
        p[length] = '\0';
        if (parse_double(p, &x) < 0 || x < 0 || (positive && x == 0))
            rc = err_set(e, ERR_INPUT, "%s:%zu: found '%.40s', expected a number %s", path, i + 1,
                         p, positive ? "> 0" : ">= 0");
        else if (i < n)
            (*number)[i] = x;
        p = next;
    }
    if (rc == 0 && i != n)
        rc = err_set(e, ERR_INPUT, "%s: has %zu lines, the matrix %zu rows", path, i, n);
    free(text);
    return rc;
}

/* The shares of rows of these weights; equal ones without a file. */
static int read_shares(struct filter_table *t, const struct filter_files *files, struct err *e)
{
    double *P = NULL;
    int rc = -1;

    t->share = err_alloc(t->n, sizeof *t->share, "shares of the stake", e);
    if (!t->share)
        return -1;
    if (files->weights)
        rc = read_numbers(&P, files->weights, t->n, false, e);
    else
        rc = (P = err_alloc(t->n, sizeof *P, "weights", e)) ? 0 : -1;
    if (rc == 0)
        rc = weight_shares(P, t->n, files->lambda, t->share, e);
    free(P);
    return rc;
}

int filter_table_read(struct filter_table *t, const struct filter_files *files, struct err *e)
{
    *t = (struct filter_table){.source = open_matrix(files->matrix, e)};
    if (!t->source)
        return -1;
    t->n = source_rows(t->source);
    t->d = source_columns(t->source);
    t->names = source_column_names(t->source);
    t->features = read_matrix(t->source, files->matrix, e);
    if (!t->features || read_shares(t, files, e) < 0 ||
        (files->items && read_numbers(&t->items, files->items, t->n, true, e) < 0))
        return -1;
    return files->errors ? read_errors(t, files->errors, e) : 0;
}

void filter_table_free(struct filter_table *t)
{
    source_close(t->source);
    free(t->features);
    free(t->errors);
    free(t->items);
    free(t->share);
    *t = (struct filter_table){0};
}
