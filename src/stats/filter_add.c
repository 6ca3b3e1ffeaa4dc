/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learns from a block of coordinates how results deviate in it. */
#include "stats/filter_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/distance.h"
#include "util/crew.h"

/* What one thread has for itself, of width: the deviations of a result, its standard errors, those that
 * are believed, and scratch. */
struct room {
    double *row, *error;
    struct robust_point *points;
};

/* Adding one block. */
struct adding {
    struct filter_columns *c;
    const struct filter_block *b;
    struct scale scale;
    double unit; /* of all coordinates, a power of two; 0: each has its spread */
    bool errors; /* some are known */
    unsigned threads;
    struct room *rooms;
    double *x;     /* what distances are made of, kept by c; NULL: there are none */
    size_t stride; /* of x */
};

static int open_rooms(struct adding *a, struct err *e)
{
    size_t width = a->b->width, errors = a->errors ? width : 0;

    a->threads = scale_crew(a->c->n, width);
    a->rooms = err_alloc(a->threads, sizeof *a->rooms, "deviations", e);
    for (unsigned t = 0; a->rooms && t < a->threads; t++) {
        struct room *room = &a->rooms[t];
        room->row = err_alloc(width, sizeof *room->row, "deviations", e);
        room->error = err_alloc(errors, sizeof *room->error, "standard errors", e);
        room->points = err_alloc(errors, sizeof *room->points, "ratios of errors", e);
        if (!room->row || !room->error || !room->points)
            return -1;
    }
    return a->rooms ? 0 : -1;
}

static void close_rooms(struct adding *a)
{
    for (unsigned t = 0; a->rooms && t < a->threads; t++) {
        free(a->rooms[t].row);
        free(a->rooms[t].error);
        free(a->rooms[t].points);
    }
    free(a->rooms);
}

/* Where the deviations of the block go: to what is kept of all, or of this one. */
static int place(struct adding *a, struct err *e)
{
    struct filter_columns *c = a->c;
    size_t width = a->b->width;

    if (c->squares && c->widest < width) {
        free(c->scaled);
        c->scaled = err_alloc(c->scored * width, sizeof *c->scaled, "scaled features", e);
        c->widest = c->scaled ? width : 0;
        if (!c->scaled)
            return -1;
    }
    a->x = c->deviations ? c->deviations + a->b->first : c->squares ? c->scaled : NULL;
    a->stride = c->deviations ? c->d : width;
    return 0;
}

static int prepare(struct adding *a, struct err *e)
{
    struct scale_rows in = filter_columns_scored(a->c, a->b);
    double length;

    a->errors = in.errors || a->c->times;
    if (scale_fit(&in, &a->scale, e) || open_rooms(a, e) || place(a, e))
        return -1;
    return filter_columns_by_unit(a->b->o) ? filter_columns_unit(a->c, &a->unit, &length, e) : 0;
}

/* Sets the standard errors of a result to what can be believed; where it gives none, items speak. */
static void believe(const struct adding *a, const struct room *room, size_t row)
{
    const double *errors = filter_errors(a->b, row);
    double times = a->c->times ? a->c->times[row] : 1;

    for (size_t j = 0; j < a->b->width; j++)
        room->error[j] = errors ? errors[j] : 0;
    if (errors)
        scale_trim(&a->scale, room->error, room->points);
    for (size_t j = 0; j < a->b->width && times > 1; j++)
        if (room->error[j] == 0)
            room->error[j] = scale_assumed(&a->scale, j, times);
}

/* The expected square of a deviation: 1, but of a result that is more precise than is usual. */
static double expected(const struct adding *a, double error, double times, size_t j)
{
    if (error > 0)
        return scale_expected(&a->scale, j, error);
    if (times >= 1)
        return 1;
    return a->scale.noise[j] > 0 ? scale_expected(&a->scale, j, sqrt(times * a->scale.noise[j]))
                                 : times;
}

/* The sums of a block begin at 0, as those of a block that is merged do. */
static void add_scored(const struct adding *a, const double *deviation, const double *error,
                       size_t i)
{
    struct filter_columns *c = a->c;
    size_t row = c->rows[i], width = a->b->width;
    bool usual = a->unit > 0 || !a->errors; /* nothing is known of anybody's precision */
    double factor = usual ? (double)width : 0, largest = c->largest[i];
    double times = c->times ? c->times[row] : 1;

    for (size_t j = 0; j < width; j++)
        largest = fabs(deviation[j]) > largest ? fabs(deviation[j]) : largest;
    for (size_t j = 0; j < width && !usual; j++)
        factor += expected(a, error[j], times, j);
    c->largest[i] = largest;
    c->factor[i] += factor;
    if (a->x && a->unit > 0)
        scale_lengths(&a->scale, filter_features(a->b, row), a->unit, a->x + i * a->stride);
}

/* Returns which of the scored results a row is: the first that is not before it. */
static size_t number_of(const struct filter_columns *c, size_t row)
{
    size_t low = 0, high = c->scored;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->rows[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The deviations of a result, which is scored or is not, and what they say of it. They are written to
 * where they are kept, if distances are made of them. */
static void look_at(void *shared, unsigned who, size_t row)
{
    const struct adding *a = shared;
    const struct room *room = &a->rooms[who];
    struct filter_columns *c = a->c;
    struct filter_reasons reasons = {&c->decisions[row], c->offends + row * FILTER_WORST};
    size_t i = number_of(c, row);
    bool scored = i < c->scored && c->rows[i] == row;
    double *to = scored && a->x && !(a->unit > 0) ? a->x + i * a->stride : room->row;

    if (a->errors)
        believe(a, room, row);
    scale_deviations(&a->scale, filter_features(a->b, row), a->errors ? room->error : NULL, to);
    filter_explain(a->b, to, row, &reasons);
    if (scored)
        add_scored(a, to, room->error, i);
}

/* Adds the squared distances in this block: a sum of its own, so that it is the same in any order of
 * blocks and whoever computes it. */
static int add_squares(const struct adding *a, struct err *e)
{
    struct filter_columns *c = a->c;
    size_t n = c->scored, width = a->b->width;
    double *squares = NULL;
    int rc;

    if (c->coordinates == 0)
        return distance_squares(a->x, n, width, width, c->squares, e);
    squares = err_alloc(n * n, sizeof *squares, "squared distances", e);
    rc = squares ? distance_squares(a->x, n, width, width, squares, e) : -1;
    for (size_t k = 0; k < n * n && rc == 0; k++)
        c->squares[k] += squares[k];
    free(squares);
    return rc;
}

int filter_columns_add(struct filter_columns *c, const struct filter_block *b, double *centre,
                       struct err *e)
{
    struct adding a = {.c = c, .b = b};
    double noise = 0;
    int rc = -1;

    if (prepare(&a, e))
        goto done;
    crew_run(a.threads, c->n, look_at, &a);
    if (c->squares && add_squares(&a, e))
        goto done;
    for (size_t j = 0; j < b->width; j++)
        noise += scale_noise_share(&a.scale, j);
    c->noise += noise;
    memcpy(centre, a.scale.centre, b->width * sizeof *centre);
    c->coordinates += b->width;
    rc = 0;
done:
    scale_free(&a.scale);
    close_rooms(&a);
    return rc;
}
