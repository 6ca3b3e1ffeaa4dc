/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores results from what is known of all their coordinates. */
#include "stats/filter_private.h"

#include <math.h>
#include <stdlib.h>

#include "stats/distance.h"
#include "stats/lof.h"
#include "stats/posdist.h"

static int open_distances(struct distances *s, const struct filter_columns *c, struct err *e)
{
    if (c->squares)
        return distances_of_squares(s, c->squares, c->scored, e);
    return distances_open(s, DISTANCE_EUCLID, c->deviations, c->scored, c->d, DISTANCE_KEPT, e);
}

static struct lof_options lof_options(const struct filter_options *o, size_t n, double least,
                                      struct ties *ties)
{
    struct lof_options lof = o->method == FILTER_LOF
                                 ? lof_textbook(lof_neighbours(o->k, n), n, least)
                                 : lof_pos(o->kappa, least);

    /* what contracts of old that say neither method nor cut have settled */
    bool old = o->cut == FILTER_CUT_FIXED && o->method != FILTER_UNION;
    lof.denser = old ? 0 : LOF_DENSER;
    if (o->cut == FILTER_CUT_SIMULATED && o->method != FILTER_LOF)
        lof.ties = ties;
    return lof;
}

static int score_by_lof(const struct filter_options *o, const struct filter_columns *c,
                        double least, struct filter_scores *s, struct err *e)
{
    struct lof_options lof = lof_options(o, c->scored, least, &s->ties);
    struct distances distances = {0};
    double *stake = err_alloc(c->scored, sizeof *stake, "stakes", e);
    int rc = -1;

    if (!stake || open_distances(&distances, c, e))
        goto done;
    for (size_t i = 0; i < c->scored; i++)
        stake[i] = o->method == FILTER_LOF ? 1 / (double)c->scored : c->stake[i];
    rc = lof_scores(&lof, &distances, stake, s->score, e);
done:
    distances_close(&distances);
    free(stake);
    return rc;
}

static int score_by_posdist(const struct filter_options *o, const struct filter_columns *c,
                            double least, double *score, struct err *e)
{
    const struct posdist_input in = {.n = c->scored,
                                     .d = c->d,
                                     .squares = c->squares,
                                     .x = c->deviations,
                                     .stake = c->stake,
                                     .k = o->k,
                                     .floor = least};

    return posdist_scores(&in, score, e);
}

static int score_by_distance(const struct filter_options *o, const struct filter_columns *c,
                             struct filter_scores *s, struct err *e)
{
    double unit, length = 1;

    if (o->scale == FILTER_SCALE_NONE && filter_columns_unit(c, &unit, &length, e))
        return -1;
    double least = LOF_FLOOR * length;
    return o->method == FILTER_POSDIST ? score_by_posdist(o, c, least, s->score, e)
                                       : score_by_lof(o, c, least, s, e);
}

/* pos-lof or mad, whichever sees it: the larger ratio to the part's own cut. Each part has half of the
 * false alarms. */
static int unite(const struct filter_options *o, const struct filter_columns *c,
                 struct filter_scores *s, enum filter_cut *cut, struct err *e)
{
    struct filter_threshold near, far;
    double each = o->target_fpr / 2;

    if (filter_cut_scores(o, c, s, each, &near, e) || filter_cut_deviation(o, c, each, &far, e))
        return -1;
    for (size_t i = 0; i < c->scored; i++)
        s->score[i] = fmax(s->score[i] / near.value, c->largest[i] / far.value);
    *cut = near.cut == far.cut ? near.cut : FILTER_CUT_FIXED;
    return 0;
}

static int score_by_method(const struct filter_options *o, const struct filter_columns *c,
                           struct filter_scores *s, enum filter_cut *cut, struct err *e)
{
    switch (o->method) {
    case FILTER_UNION:
        return score_by_distance(o, c, s, e) ? -1 : unite(o, c, s, cut, e);
    case FILTER_POS_LOF:
    case FILTER_LOF:
    case FILTER_POSDIST:
        return score_by_distance(o, c, s, e);
    case FILTER_MAD:
        for (size_t i = 0; i < c->scored; i++)
            s->score[i] = c->largest[i];
        return 0;
    case FILTER_NONE:
        break;
    }
    return 0;
}

static int default_threshold(const struct filter_options *o, const struct filter_columns *c,
                             const struct filter_scores *s, struct filter_threshold *t,
                             struct err *e)
{
    switch (o->method) {
    case FILTER_POS_LOF:
        return filter_cut_scores(o, c, s, o->target_fpr, t, e);
    case FILTER_MAD:
        return filter_cut_deviation(o, c, o->target_fpr, t, e);
    case FILTER_LOF:
    case FILTER_POSDIST:
        t->value = filter_cut_fixed(c->d);
        break;
    case FILTER_UNION:
        t->value = 1;
        break;
    case FILTER_NONE:
        break;
    }
    return 0;
}

int filter_score(const struct filter_options *o, const struct filter_columns *c,
                 struct filter_threshold *t, struct err *e)
{
    struct filter_scores s = {err_alloc(c->scored, sizeof *s.score, "scores", e), {.square = NAN}};
    int rc = -1;

    if (!s.score || (c->scored > 0 && score_by_method(o, c, &s, &t->cut, e)))
        goto done;
    if (isnan(t->value) && isnan(o->ratio) && default_threshold(o, c, &s, t, e))
        goto done;
    for (size_t i = 0; i < c->scored; i++)
        c->decisions[c->rows[i]].score = s.score[i];
    rc = 0;
done:
    free(s.score);
    return rc;
}
