/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses the results that represent a round where rounds like it are drawn. */
#include "stats/cut_sample.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "stats/lof.h"
#include "stats/robust.h"

static const double least_factor = 1e-3; /* what says nothing is no row of its own */
static const double most_stake = 3;      /* times the middle one */
static const double trimmed = 0.25;      /* of the stake: the highest scores, which are no core */
static const double alike = 1e-9;        /* relative difference of equal scores */

static int compare_rows(const void *a, const void *b)
{
    const struct cut_row *p = a, *q = b;

    if (p->key != q->key)
        return p->key < q->key ? 1 : -1;
    return (p->stake < q->stake) - (p->stake > q->stake);
}

void cut_sort(struct cut_row *rows, size_t n)
{
    if (n > 1)
        qsort(rows, n, sizeof *rows, compare_rows);
}

/* What a drawn round is made of is in this order, whoever is whose; of stakes that are the same but for
 * rounding, as the parts of one add up to another, that of the factors. */
static int compare_kinds(const void *a, const void *b)
{
    const struct cut_row *p = a, *q = b;
    const float x = (float)p->stake, y = (float)q->stake;

    if (x < y || x > y)
        return x > y ? 1 : -1;
    return (p->key > q->key) - (p->key < q->key);
}

/* Without distances copies are known by their scores alone. */
static double square_of(const struct cut_input *in, size_t a, size_t b)
{
    double sum = 0;

    if (in->squares)
        return in->squares[a * in->n + b];
    if (!in->deviations)
        return (in->score[a] - in->score[b]) * (in->score[a] - in->score[b]);
    for (size_t j = 0; j < in->d; j++) {
        double gap = in->deviations[a * in->d + j] - in->deviations[b * in->d + j];
        sum += gap * gap;
    }
    return sum;
}

/* Effect: one row stands for both, whichever came first. */
static void unite(struct cut_row *into, const struct cut_row *copy)
{
    double stake = into->stake + copy->stake;

    into->factor = (into->stake * into->factor + copy->stake * copy->factor) / stake;
    into->stake = stake;
}

/* Copies have the same score, so they are near when sorted: unites them, returns how many are left. */
static size_t unite_copies(const struct cut_input *in, struct cut_row *rows, size_t n)
{
    size_t count = 0, first = 0;

    for (size_t i = 0; i < n; i++) {
        bool copy = false;
        while (first < count && rows[first].key > rows[i].key * (1 + alike))
            first++;
        for (size_t k = first; !copy && k < count; k++) {
            copy = square_of(in, rows[k].row, rows[i].row) <= LOF_FLOOR * LOF_FLOOR;
            if (copy)
                unite(&rows[k], &rows[i]);
        }
        if (!copy)
            rows[count++] = rows[i];
    }
    return count;
}

/* Effect: no row has more than some times the middle stake, that at which half of all is reached from
 * the greatest on. Copies that many have agreed on would be one row of so much stake that a round of
 * honest rows with such a one may look like anything. Returns what that leaves, as different. */
static int cap_stakes(struct cut_row *rows, size_t n, double *different, struct err *e)
{
    struct robust_point *points = err_alloc(n, sizeof *points, "stakes", e);
    double sum = 0, squares = 0;

    if (!points)
        return -1;
    for (size_t i = 0; i < n; i++)
        points[i] = (struct robust_point){rows[i].stake, rows[i].stake};
    double most = n > 0 ? most_stake * robust_quantile(points, n, 0.5) : 0;
    for (size_t i = 0; i < n; i++) {
        rows[i].whole = rows[i].stake;
        rows[i].stake = fmin(rows[i].stake, most);
        sum += rows[i].stake;
        squares += rows[i].stake * rows[i].stake;
    }
    *different = squares > 0 ? sum * sum / squares : 0;
    free(points);
    return 0;
}

/* Effect: takes CUT_ROWS of the sorted at equal steps of their stake; one that has several steps is
 * taken once, with the stake of all. Returns how many are left. */
static size_t thin_out(struct cut_row *rows, size_t n)
{
    double whole = 0, sum = 0;
    size_t count = 0, next = 0;

    for (size_t i = 0; i < n; i++)
        whole += rows[i].whole;
    for (size_t i = 0; i < n; i++) {
        size_t steps = 0;
        sum += rows[i].whole;
        while (next < CUT_ROWS && ((double)next + 0.5) / CUT_ROWS * whole <= sum) {
            next++;
            steps++;
        }
        if (steps == 0)
            continue;
        rows[count] = rows[i];
        rows[count].whole = (double)steps;
        rows[count++].stake = (double)steps;
    }
    return count;
}

void cut_core(struct cut_row *rows, size_t n)
{
    double left = 0;

    for (size_t i = 0; i < n; i++)
        left += rows[i].stake;
    left *= trimmed;
    for (size_t i = 0; i < n; i++) {
        rows[i].core = fmax(0, rows[i].stake - left);
        left = fmax(0, left - rows[i].stake);
    }
}

static int fill(struct cut_sample *s, const struct cut_input *in, struct cut_row *rows,
                struct err *e)
{
    double sum = 0, whole = 0, core = 0;

    s->squares = err_alloc(s->n * s->n, sizeof *s->squares, "distances", e);
    s->stake = err_alloc(s->n, sizeof *s->stake, "stakes", e);
    s->factor = err_alloc(s->n, sizeof *s->factor, "expected deviations", e);
    s->whole = err_alloc(s->n, sizeof *s->whole, "stakes", e);
    s->core = err_alloc(s->n, sizeof *s->core, "stakes", e);
    if (!s->squares || !s->stake || !s->factor || !s->whole || !s->core)
        return -1;
    cut_core(rows, s->n);
    for (size_t i = 0; i < s->n; i++) {
        core += rows[i].core;
        rows[i].key = fmax(rows[i].factor / (double)in->d, least_factor);
        sum += rows[i].stake;
        whole += rows[i].whole;
    }
    if (s->n > 1)
        qsort(rows, s->n, sizeof *rows, compare_kinds);
    for (size_t i = 0; i < s->n; i++) {
        s->stake[i] = rows[i].stake / sum;
        s->whole[i] = rows[i].whole / whole;
        s->factor[i] = rows[i].key;
        s->core[i] = rows[i].core / core;
        for (size_t k = 0; k < i; k++)
            s->squares[i * s->n + k] = s->squares[k * s->n + i] =
                square_of(in, rows[i].row, rows[k].row);
    }
    return 0;
}

int cut_sample_open(struct cut_sample *s, const struct cut_input *in, double most, struct err *e)
{
    struct cut_row *rows = err_alloc(in->n, sizeof *rows, "a sample of results", e);
    double drawn;
    int rc;

    *s = (struct cut_sample){0};
    if (!rows)
        return -1;
    for (size_t i = 0; i < in->n; i++)
        if (in->stake[i] > 0 && in->score[i] <= most)
            rows[s->n++] = (struct cut_row){
                .row = i, .stake = in->stake[i], .key = in->score[i], .factor = in->factor[i]};
    cut_sort(rows, s->n);
    s->n = unite_copies(in, rows, s->n);
    rc = cap_stakes(rows, s->n, &s->different, e);
    if (rc == 0 && s->n > CUT_ROWS) {
        s->n = thin_out(rows, s->n);
        rc = cap_stakes(rows, s->n, &drawn, e);
    }
    rc = rc == 0 ? fill(s, in, rows, e) : -1;
    free(rows);
    if (rc)
        cut_sample_free(s);
    return rc;
}

void cut_sample_free(struct cut_sample *s)
{
    free(s->squares);
    free(s->stake);
    free(s->factor);
    free(s->whole);
    free(s->core);
    *s = (struct cut_sample){0};
}
