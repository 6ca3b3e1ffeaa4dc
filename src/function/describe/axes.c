/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The edges of a histogram's bins, from parameters. */
#include "function/describe/axes_private.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/numbers.h"
#include "util/parse.h"

static int __attribute__((format(printf, 2, 3)))
fail(char error[static AXES_ERROR], const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(error, AXES_ERROR, format, ap);
    va_end(ap);
    return -1;
}

static int fail_word(const char *text, char error[static AXES_ERROR])
{
    return fail(error, "parameter 'edges': '%.*s' is no number", numbers_word(text), text);
}

static int check_rising(const double *edges, size_t bins, char error[static AXES_ERROR])
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT];

    for (size_t k = 0; k < bins; k++)
        if (!(edges[k] < edges[k + 1]))
            return fail(error, "edges must rise; found %s after %s",
                        format_double(high, edges[k + 1]), format_double(low, edges[k]));
    return 0;
}

/* Bins so narrow that rounding moves their edges by a good part of them are refused:
 * the guess of a bin may be wrong by one at most. */
static int set_uniform(struct axis *axis, double lower, double upper, double bins,
                       char error[static AXES_ERROR])
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT];
    double width = (upper - lower) / bins, size = fmax(fabs(lower), fabs(upper));

    if (!(lower < upper) || !isfinite(upper - lower))
        return fail(error, "bins from lower %s to upper %s; expected lower < upper, or edges",
                    format_double(low, lower), format_double(high, upper));
    if (!(bins >= 1 && bins <= AXES_BINS && floor(bins) == bins))
        return fail(error, "%s bins; expected 1 to %d", format_double(low, bins), AXES_BINS);
    if (!(width > 1e-14 * size && width > 1e-300))
        return fail(error, "bins from %s to %s are too narrow for numbers of this size",
                    format_double(low, lower), format_double(high, upper));
    double *edges = malloc(((size_t)bins + 1) * sizeof *edges);
    if (!edges)
        return fail(error, "out of memory for %.0f bins", bins);
    axis->bins = (size_t)bins;
    for (size_t k = 0; k < axis->bins; k++)
        edges[k] = (double)k * width + lower;
    edges[axis->bins] = upper;
    axis->edges = edges;
    return 0;
}

/* lower:upper:bins */
static int read_uniform(struct axis *axis, const char *text, char error[static AXES_ERROR])
{
    double number[3];

    for (int i = 0; i < 3; i++) {
        if (!text)
            return fail(error, "parameter 'edges': expected lower:upper:bins");
        if (numbers_read(&text, ':', &number[i]) < 0)
            return fail_word(text, error);
    }
    if (text)
        return fail(error, "parameter 'edges': expected lower:upper:bins and no more");
    return set_uniform(axis, number[0], number[1], number[2], error);
}

static int read_list(struct axis *axis, const char *text, size_t length,
                     char error[static AXES_ERROR])
{
    size_t count = 1, n = 0;

    for (size_t i = 0; i < length; i++)
        count += text[i] == ',';
    if (count < 2 || count > AXES_BINS + 1)
        return fail(error, "parameter 'edges': a list of %zu; expected 2 to %d", count,
                    AXES_BINS + 1);
    double *edges = malloc(count * sizeof *edges);
    if (!edges)
        return fail(error, "out of memory for %zu edges", count);
    axis->edges = edges;
    axis->bins = count - 1;
    while (text)
        if (numbers_read(&text, ',', &edges[n++]) < 0)
            return fail_word(text, error);
    return check_rising(edges, axis->bins, error);
}

/* Effect: sets the axes from lists; *uniform becomes false where one is of edges. */
static int read_text(struct axes *a, const char *text, bool *uniform, char error[static AXES_ERROR])
{
    size_t lists = 1;
    const char *at = text;

    for (const char *c = text; *c; c++)
        lists += *c == ';';
    if (lists != 1 && lists != a->count)
        return fail(error, "parameter 'edges' has %zu lists; expected 1, or one for each of %zu",
                    lists, a->count);
    for (size_t j = 0; j < a->count; j++) {
        size_t length = strcspn(at, ";");
        bool equal = memchr(at, ':', length) != NULL;
        if ((equal ? read_uniform(&a->axis[j], at, error)
                   : read_list(&a->axis[j], at, length, error)) < 0)
            return -1;
        *uniform = *uniform && equal;
        at = lists == 1 ? text : at + length + 1;
    }
    return 0;
}

struct axes *axes_create(const struct axes_wanted *w, char error[static AXES_ERROR])
{
    struct axes *a = calloc(1, sizeof *a);
    bool uniform = true;
    int rc = 0;

    if (!a || !(a->axis = calloc(w->count, sizeof *a->axis))) {
        free(a);
        fail(error, "out of memory for %zu axes", w->count);
        return NULL;
    }
    a->count = w->count;
    if (*w->text)
        rc = read_text(a, w->text, &uniform, error);
    for (size_t j = 0; rc == 0 && !*w->text && j < a->count; j++)
        rc = set_uniform(&a->axis[j], w->lower, w->upper, (double)w->bins, error);
    for (size_t j = 0; rc == 0 && j < a->count; j++) {
        a->axis[j].first = a->cells;
        a->cells += a->axis[j].bins + AXES_OUTER;
        if (a->cells > AXES_CELLS)
            rc = fail(error, "more than %d cells: use fewer bins or columns", AXES_CELLS);
    }
    if (rc == 0 && !(a->lanes = axes_lanes_create(a, uniform)))
        rc = fail(error, "out of memory for %zu axes", a->count);
    if (rc < 0) {
        axes_destroy(a);
        return NULL;
    }
    return a;
}

void axes_destroy(struct axes *a)
{
    if (!a)
        return;
    for (size_t j = 0; j < a->count; j++)
        free((double *)a->axis[j].edges);
    axes_lanes_free(a->lanes);
    free(a->axis);
    free(a);
}

/* Effect: writes an edge without the digits that rounding made, but where edges are
 * that near. Returns text. */
static const char *edge_text(const struct axis *axis, size_t k, char text[static NUMBER_TEXT])
{
    size_t at = k < axis->bins ? k : k - 1;

    if (axis->edges[at + 1] - axis->edges[at] < 1e-9 * fabs(axis->edges[k]))
        return format_double(text, axis->edges[k]);
    snprintf(text, NUMBER_TEXT, "%.12g", axis->edges[k]);
    return text;
}

void axis_name(const struct axis *axis, size_t cell, const char *name, char *text, size_t size)
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT];

    if (cell == 0)
        snprintf(text, size, "%s<%s", name, edge_text(axis, 0, low));
    else if (cell <= axis->bins)
        snprintf(text, size, "%s<=%s%s%s", edge_text(axis, cell - 1, low), name,
                 cell < axis->bins ? "<" : "<=", edge_text(axis, cell, high));
    else if (cell == axis->bins + 1)
        snprintf(text, size, "%s>%s", name, edge_text(axis, axis->bins, low));
    else
        snprintf(text, size, "%s missing", name);
}
