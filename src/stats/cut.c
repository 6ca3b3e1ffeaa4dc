/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges the scores of a round by those of drawn rounds. */
#include "stats/cut.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "stats/chance.h"
#include "stats/cut_sample.h"
#include "stats/distance.h"
#include "stats/filter.h"
#include "stats/lof.h"
#include "stats/robust.h"
#include "stats/spectrum.h"

static const double half_of_stake = 0.5;
static const double lenience = 1.25;         /* towards those who are left when some are rejected */
static const uint64_t seed = 0x6d6e2d637574; /* any number: the cut is the same each time */

enum {
    GRID = CUT_ROWS / 2,
    DRAWN_LEAST = 256, /* rounds */
    DRAWN_MOST = 1024,
    DRAWN_ROWS = 16384,   /* in all rounds together, between these */
    LENGTHEN_ROWS = 4096, /* in drawn rounds whose cores are measured, and */
    LENGTHEN_LEAST = 16,  /* such rounds besides */
    LENGTHEN_PASSES = 8,
    URN = 16384, /* numbers that those of the rounds are taken from: a power of two */
    BEYOND = 10, /* rounds that are above a quantile, at least */
};

/* The log scores of drawn rounds, at shares of the stake from the top. */
struct drawn {
    size_t rounds, points;
    double *scores; /* rounds x points */
    double share[GRID], mean[GRID], spread[GRID];
    double quantile; /* of the largest (score - mean) / spread of a round */
};

/* How much wider the envelope is than drawn rounds are: the deviations of a round are divided by spreads
 * that were estimated from it, those of drawn rounds are not. Enough for what was measured: DESIGN. */
static double margin(double n)
{
    return 1 + 3.5 / n;
}

/* The value that a share p of the sorted are above. */
static double upper_quantile(const double *sorted, size_t count, double p)
{
    double at = (1 - p) * (double)(count - 1);
    size_t i = (size_t)at;

    return i + 1 < count ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

/* Effect: the log scores of rows at shares of stake from the top: that of the first row with which the
 * share is reached. */
static void at_shares(const double *score, const double *stake, size_t n, const double *share,
                      size_t points, struct cut_row *scratch, double *out)
{
    double sum = 0;
    size_t i = 0;

    for (size_t k = 0; k < n; k++)
        scratch[k] = (struct cut_row){.row = k, .stake = stake[k], .key = score[k]};
    cut_sort(scratch, n);
    for (size_t p = 0; p < points; p++) {
        while (i < n && sum < share[p] - 1e-12)
            sum += scratch[i++].stake;
        out[p] = log(scratch[i > 0 ? i - 1 : 0].key);
    }
}

/* Effect: a drawn round: x is rows x count, of these components. */
static void draw_round(const struct cut_sample *s, const struct spectrum *p, const double *urn,
                       uint64_t *state, double *x)
{
    for (size_t c = 0; c < p->count; c++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < s->n; i++) {
            double t = urn[chance_bits(state) % URN];
            x[i * p->count + c] = t;
            mean += s->stake[i] * t;
        }
        for (size_t i = 0; i < s->n; i++) {
            double *t = &x[i * p->count + c];
            *t -= mean;
            square += s->stake[i] * *t * *t;
        }
        for (size_t i = 0; i < s->n; i++)
            x[i * p->count + c] *= p->length[c] * sqrt(s->factor[i] / square);
    }
}

/* Effect: adds to variance[c] that of a drawn round along each axis, without the rows that are farthest
 * from its middle, as many as the core is without. */
static void add_core_variance(const struct cut_sample *s, size_t axes, const double *x,
                              struct cut_row *rows, double *variance)
{
    double sum = 0;

    for (size_t i = 0; i < s->n; i++) {
        double square = 0;
        for (size_t c = 0; c < axes; c++)
            square += x[i * axes + c] * x[i * axes + c];
        rows[i] = (struct cut_row){.row = i, .stake = s->stake[i], .key = square};
    }
    cut_sort(rows, s->n);
    cut_core(rows, s->n);
    for (size_t i = 0; i < s->n; i++)
        sum += rows[i].core;
    for (size_t c = 0; c < axes; c++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < s->n; i++) {
            double v = x[rows[i].row * axes + c], w = rows[i].core / sum;
            mean += w * v;
            square += w * v * v;
        }
        variance[c] += square - mean * mean;
    }
}

/* Effect: the lengths of axes become those of a whole round, of whose core they are: lengths with
 * which cores of drawn rounds have those. The core is shortened most along the longest axes. */
static int lengthen(struct spectrum *p, const struct cut_sample *s, const double *urn, double *x,
                    struct err *e)
{
    struct cut_row *rows = err_alloc(s->n, sizeof *rows, "a core", e);
    double *room = err_alloc(p->count, 2 * sizeof *room, "a core", e), *variance = room;
    size_t rounds = LENGTHEN_ROWS / s->n + LENGTHEN_LEAST;
    int rc = rows && room ? 0 : -1;

    for (size_t c = 0; rc == 0 && c < p->count; c++)
        room[p->count + c] = p->length[c];
    for (size_t pass = 0; rc == 0 && pass < LENGTHEN_PASSES; pass++) {
        uint64_t state = seed;
        memset(variance, 0, p->count * sizeof *variance);
        for (size_t r = 0; r < rounds; r++) {
            draw_round(s, p, urn, &state, x);
            add_core_variance(s, p->count, x, rows, variance);
        }
        for (size_t c = 0; c < p->count; c++)
            p->length[c] *= room[p->count + c] / sqrt(variance[c] / (double)rounds);
    }
    free(rows);
    free(room);
    return rc;
}

static int score_squares(double kappa, struct ties *ties, const double *squares,
                         const double *stake, size_t n, double *score, struct err *e)
{
    struct lof_options o = lof_pos(kappa, LOF_FLOOR);
    struct distances d = {0};

    o.denser = LOF_DENSER;
    o.ties = ties;
    int rc = distances_of_squares(&d, squares, n, e);
    if (rc == 0)
        rc = lof_scores(&o, &d, stake, score, e);
    distances_close(&d);
    return rc;
}

static int draw_rounds(const struct cut_input *in, const struct cut_sample *s, struct drawn *d,
                       struct err *e)
{
    struct ties ties = {in->resolution, 0.5};
    struct spectrum p = {0};
    uint64_t state = seed;
    double *urn = NULL, *x = NULL, *squares = NULL, *score = NULL;
    struct cut_row *scratch = NULL;
    int rc = spectrum_of_squares(&p, s->squares, s->core, s->n, e);

    if (rc)
        return -1;
    rc = -1;
    urn = err_alloc(URN, sizeof *urn, "drawn numbers", e);
    x = err_alloc(s->n * p.count, sizeof *x, "a drawn round", e);
    squares = err_alloc(s->n * s->n, sizeof *squares, "drawn distances", e);
    score = err_alloc(s->n, sizeof *score, "drawn scores", e);
    scratch = err_alloc(s->n, sizeof *scratch, "drawn scores", e);
    if (!urn || !x || !squares || !score || !scratch)
        goto done;
    for (size_t i = 0; i < URN; i++)
        urn[i] = chance_student(&state);
    if (lengthen(&p, s, urn, x, e))
        goto done;
    for (size_t r = 0; r < d->rounds; r++) {
        draw_round(s, &p, urn, &state, x);
        memset(squares, 0, s->n * s->n * sizeof *squares);
        if (distance_squares(x, s->n, p.count, p.count, squares, e) ||
            score_squares(in->kappa, &ties, squares, s->stake, s->n, score, e))
            goto done;
        at_shares(score, s->stake, s->n, d->share, d->points, scratch, d->scores + r * d->points);
    }
    rc = 0;
done:
    spectrum_free(&p);
    free(urn);
    free(x);
    free(squares);
    free(score);
    free(scratch);
    return rc;
}

/* Effect: mean and spread at each point, and the quantile of the largest excess of a round: an
 * envelope that a share target of drawn rounds leaves anywhere. */
static int fit_envelope(struct drawn *d, double target, struct err *e)
{
    double *largest = err_alloc(d->rounds, sizeof *largest, "an envelope", e);

    if (!largest)
        return -1;
    for (size_t r = 0; r < d->rounds; r++)
        largest[r] = -INFINITY;
    for (size_t p = 0; p < d->points; p++) {
        double sum = 0, squares = 0;
        for (size_t r = 0; r < d->rounds; r++)
            sum += d->scores[r * d->points + p];
        d->mean[p] = sum / (double)d->rounds;
        for (size_t r = 0; r < d->rounds; r++)
            squares += pow(d->scores[r * d->points + p] - d->mean[p], 2);
        d->spread[p] = sqrt(squares / (double)d->rounds) + 1e-12;
        for (size_t r = 0; r < d->rounds; r++)
            largest[r] =
                fmax(largest[r], (d->scores[r * d->points + p] - d->mean[p]) / d->spread[p]);
    }
    robust_sort_numbers(largest, d->rounds);
    d->quantile = upper_quantile(largest, d->rounds, target);
    free(largest);
    return 0;
}

/* The mean log score of the top of more results than were drawn: what falls with the logarithm of the
 * share goes on so. */
static double extended(const struct drawn *d, double share)
{
    if (share >= d->share[0] || d->points < 2)
        return d->mean[0];
    double slope = (d->mean[0] - d->mean[1]) / log(d->share[1] / d->share[0]);
    return d->mean[0] + fmax(slope, 0) * log(d->share[0] / share);
}

static double envelope(const struct drawn *d, size_t p)
{
    return d->mean[p] + d->quantile * d->spread[p];
}

static int drawn_open(const struct cut_input *in, const struct cut_sample *s, struct drawn *d,
                      struct err *e)
{
    size_t rounds = DRAWN_ROWS / s->n;

    *d = (struct drawn){.points = (s->n + 1) / 2 - 1};
    rounds = rounds < DRAWN_LEAST ? DRAWN_LEAST : rounds > DRAWN_MOST ? DRAWN_MOST : rounds;
    d->rounds = (size_t)fmax((double)rounds, ceil(BEYOND / in->target_fpr));
    for (size_t p = 0; p < d->points; p++)
        d->share[p] = ((double)p + half_of_stake) / (double)s->n;
    d->scores = err_alloc(d->rounds * d->points, sizeof *d->scores, "drawn scores", e);
    if (!d->scores || draw_rounds(in, s, d, e) || fit_envelope(d, in->target_fpr, e)) {
        free(d->scores);
        d->scores = NULL;
        return -1;
    }
    return 0;
}

/* Returns the cut if the scores are above the envelope anywhere: the envelope there, at the
 * greatest share; else 0. *top: the envelope at the highest score. Of the n results so many are
 * different. */
static double above(const struct drawn *d, const double *score, const double *stake, size_t n,
                    double different, double wide, struct cut_row *scratch, double *top)
{
    double share = half_of_stake / different, cut = 0, found[GRID];

    *top = wide * (extended(d, share) + d->quantile * d->spread[0]);
    at_shares(score, stake, n, &share, 1, scratch, found);
    if (found[0] > *top)
        cut = *top;
    at_shares(score, stake, n, d->share, d->points, scratch, found);
    for (size_t p = 0; p < d->points; p++)
        if (found[p] > wide * envelope(d, p))
            cut = wide * envelope(d, p);
    return cut;
}

/* Whether the results that are not above the cut look like a round without anybody abnormal. */
static int rest_is_clean(const struct cut_input *in, double cut, bool *clean, struct err *e)
{
    struct cut_input rest = *in;
    struct ties ties = {.square = NAN};
    struct cut_sample s = {0};
    struct drawn d = {0};
    double *score = NULL, top;
    struct cut_row *scratch = NULL;
    int rc = -1;

    *clean = true;
    if (cut_sample_open(&s, in, cut, e))
        return -1;
    if (s.n <= FILTER_FEW_RESULTS) {
        rc = 0;
        goto done;
    }
    score = err_alloc(s.n, sizeof *score, "scores", e);
    scratch = err_alloc(s.n, sizeof *scratch, "scores", e);
    if (!score || !scratch || score_squares(in->kappa, &ties, s.squares, s.whole, s.n, score, e))
        goto done;
    rest.resolution = ties.square;
    if (drawn_open(&rest, &s, &d, e))
        goto done;
    *clean = above(&d, score, s.whole, s.n, s.different, lenience * margin(s.different), scratch,
                   &top) <= 0;
    rc = 0;
done:
    free(d.scores);
    free(score);
    free(scratch);
    cut_sample_free(&s);
    return rc;
}

/* Where no majority looks like a round of its own, only what is beyond any score of a drawn round is
 * abnormal. */
static double hard_cut(const struct drawn *d, double target, double n, double *sorted)
{
    double share = half_of_stake / n;

    for (size_t r = 0; r < d->rounds; r++)
        sorted[r] = d->scores[r * d->points];
    robust_sort_numbers(sorted, d->rounds);
    return margin(n) *
           (upper_quantile(sorted, d->rounds, target / 2) + extended(d, share) - d->mean[0]);
}

int cut_scores(const struct cut_input *in, double *cut, struct err *e)
{
    struct cut_sample s = {0};
    struct drawn d = {0};
    double *sorted = NULL, top, found;
    struct cut_row *scratch = NULL;
    bool clean = true;
    int rc = -1;

    *cut = INFINITY;
    if (cut_sample_open(&s, in, INFINITY, e))
        return -1;
    if (s.n <= FILTER_FEW_RESULTS) {
        rc = 0;
        goto done;
    }
    scratch = err_alloc(in->n, sizeof *scratch, "scores", e);
    if (!scratch || drawn_open(in, &s, &d, e))
        goto done;
    sorted = err_alloc(d.rounds, sizeof *sorted, "scores", e);
    if (!sorted)
        goto done;
    found = above(&d, in->score, in->stake, in->n, s.different, margin(s.different), scratch, &top);
    if (found > 0 && rest_is_clean(in, exp(found), &clean, e))
        goto done;
    *cut = exp(found <= 0 ? top
               : clean    ? found
                          : fmax(found, hard_cut(&d, in->target_fpr, s.different, sorted)));
    rc = 0;
done:
    free(d.scores);
    free(sorted);
    free(scratch);
    cut_sample_free(&s);
    return rc;
}
