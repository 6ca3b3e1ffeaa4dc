/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores results from what is known of all their coordinates. */
#include "stats/filter_private.h"

#include <math.h>
#include <stdlib.h>

#include "stats/distance.h"
#include "stats/lof.h"

static const double floor_of_length = 1e-9;

static double fixed_threshold(enum filter_method method, size_t d)
{
    if (method == FILTER_MAD)
        return 3.5 + sqrt(2 * log((double)d));
    return fmax(1.5, 1.3 + 4 / sqrt((double)d));
}

static size_t neighbours(const struct filter_options *o, size_t n)
{
    size_t k = o->k > 0 ? o->k : n / 2 < 2 ? 2 : n / 2 > 20 ? 20 : n / 2;

    return k < n ? k : n - 1;
}

static int open_distances(struct distances *s, const struct filter_columns *c, struct err *e)
{
    if (c->squares)
        return distances_of_squares(s, c->squares, c->scored, e);
    return distances_open(s, DISTANCE_EUCLID, c->deviations, c->scored, c->d, DISTANCE_KEPT, e);
}

static int score_by_lof(const struct filter_options *o, const struct filter_columns *c,
                        double *score, struct err *e)
{
    double unit, length = 1, *stake = NULL;
    size_t n = c->scored;
    struct distances distances = {0};
    int rc = -1;

    if (n == 0)
        return 0;
    if (o->scale == FILTER_SCALE_NONE && filter_columns_unit(c, &unit, &length, e))
        return -1;
    double least = floor_of_length * length;
    bool pos = o->method == FILTER_POS_LOF;
    struct lof_options lof =
        pos ? lof_pos(o->kappa, least) : lof_textbook(neighbours(o, n), n, least);
    if (!(stake = err_alloc(n, sizeof *stake, "stakes", e)) || open_distances(&distances, c, e))
        goto done;
    for (size_t i = 0; i < n; i++)
        stake[i] = pos ? c->stake[i] : 1 / (double)n;
    rc = lof_scores(&lof, &distances, stake, score, e);
done:
    distances_close(&distances);
    free(stake);
    return rc;
}

int filter_score(const struct filter_options *o, struct filter_columns *c, double *threshold,
                 struct err *e)
{
    double *score = err_alloc(c->scored, sizeof *score, "scores", e);
    int rc = score ? 0 : -1;

    for (size_t i = 0; score && i < c->scored; i++)
        score[i] = o->method == FILTER_MAD ? c->largest[i] : 0;
    if (score && filter_needs_distances(o))
        rc = score_by_lof(o, c, score, e);
    for (size_t i = 0; rc == 0 && i < c->scored; i++)
        c->decisions[c->rows[i]].score = score[i];
    if (isnan(*threshold))
        *threshold = fixed_threshold(o->method, c->d);
    free(score);
    return rc;
}
