/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outlier filter: which of n results are abnormal, and why.
 *
 * Convention: features are n x d row-major doubles, one row a result. Nothing
 * here knows a slave, a file or a clock. Decisions keep the order of the rows.
 * The formulas are a reconstruction, except the textbook ones: see DESIGN.
 */
#ifndef STATS_FILTER_H
#define STATS_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum filter_method {
    FILTER_POS_LOF = 1, /* stake-mass local outlier factor, the default */
    FILTER_LOF = 2,     /* textbook local outlier factor (Breunig et al. 2000) */
    FILTER_MAD = 3,     /* largest deviation from the median in robust spreads */
    FILTER_NONE = 4,    /* scores 0, rejects only what is not finite or not plausible */
    FILTER_POSDIST = 5, /* textbook factor over the distances 2 d(o,p) / (w_o + w_p) */
    FILTER_UNION = 6,   /* pos-lof or mad, whichever sees it; the score is the larger ratio to
                         * the part's own cut, the threshold 1 */
};

/* What a default threshold knows. Contracts that do not say mean the first. A threshold or ratio that
 * is given wins over both. lof and posdist, whose scores are relative to neighbours, always have that
 * of the first. */
enum filter_cut {
    FILTER_CUT_FIXED = 0,     /* the number of features alone; and duplicates by the rule of old */
    FILTER_CUT_SIMULATED = 1, /* results, stakes, items, dependence of features: cut.h */
};

enum filter_scale {
    FILTER_SCALE_MAD = 1,  /* each coordinate by its robust spread */
    FILTER_SCALE_NONE = 2, /* features as they are */
};

/* Why a result was rejected, or was not. The order is that of the checks. */
enum filter_why {
    FILTER_ACCEPTED = 0,    /* score not above the threshold */
    FILTER_NOT_FINITE = 1,  /* rejected: a feature is NaN or infinite, an error NaN or negative */
    FILTER_IMPLAUSIBLE = 2, /* rejected: a feature is outside the declared range */
    FILTER_SCORE = 3,       /* rejected: score above the threshold */
    FILTER_RATIO = 4,       /* rejected: among the highest scores, by preset ratio */
    FILTER_FEW = 5,         /* accepted although abnormal: too few results to decide */
    FILTER_HALF_STAKE = 6,  /* accepted although abnormal: with it and those rejected before it,
                             * more than half of the scored stake would go */
    FILTER_EXCLUDED = 7,    /* rejected by the caller before the filter */
};

enum { FILTER_WORST = 3, FILTER_FEW_RESULTS = 5 };

struct filter_options {
    enum filter_method method;
    enum filter_scale scale;
    double threshold; /* NaN: the method's default for d features */
    double ratio;     /* NaN: by threshold; else, in [0, 0.5], reject floor(ratio * scored) of
                       * the highest scores, whatever they are; equal scores by row */
    double kappa;     /* pos-lof: stake of a neighbourhood, in (0, 1]; usually 1/2 */
    size_t k;         /* lof: neighbours; 0: min(20, max(2, n/2)), at most n-1 */
    bool decide_few;  /* reject also when there are 5 results or fewer */
    enum filter_cut cut;
    double target_fpr; /* cut simulated: rounds of honest results in which any is rejected, at most,
                        * in [0.001, 0.5]; usually 0.05 */
};

struct filter_input {
    size_t n;               /* results */
    size_t d;               /* features, at least 1 */
    const double *features; /* n x d */
    const double *errors;   /* n x d standard errors, 0 where unknown, +inf where the feature
                             * says nothing; used under scale mad only; or NULL */
    const double *items;    /* n item counts, > 0, of which results are means: where a row has no
                             * standard error, its noise is as 1/sqrt(items); used under cut
                             * simulated only; or NULL */
    const double *share;    /* n, sum 1: the stakes; or NULL for equal ones. lof's neighbourhoods
                             * ignore them, all medians and the half-stake rule do not */
    const double *lower;    /* d: least plausible values, -inf where none; or NULL */
    const double *upper;    /* d: greatest plausible values, +inf where none; or NULL */
    const bool *excluded;   /* n: rejected before the filter; or NULL */
};

struct filter_decision {
    bool rejected;
    enum filter_why why;
    double score;                   /* NaN when it was rejected before scoring */
    size_t worst[FILTER_WORST];     /* the coordinates that deviate most, d where fewer exist */
    double deviation[FILTER_WORST]; /* by how many spreads, with its sign; may be +-inf, NaN */
};

struct filter_outcome {
    double threshold;    /* the one that was used; NaN under a ratio or none */
    enum filter_cut cut; /* what a threshold knew that was not given: fixed, too, where too few
                          * results differ to draw rounds like theirs */
    size_t scored;       /* results that took part in the scoring */
    double *centre;      /* d: stake's median of the scored results, NaN if none */
    struct filter_decision *decisions; /* n */
};

/* Returns the method's name ("pos-lof", …), and the method of a name or 0. */
const char *filter_method_name(enum filter_method method);
enum filter_method filter_method_of(const char *name);

/* Returns a word for a decision's why: "accepted", "not-finite", "implausible",
 * "score", "ratio", "few", "half-stake", "excluded". */
const char *filter_why_name(enum filter_why why);

/* Effect: fills *out, which filter_outcome_free() empties. Order: excluded, not
 * finite, implausible, then scaling and scoring of the rest, then rejection.
 * The worst coordinates of a result that is not finite or not plausible begin
 * with those that make it so. An option or an input out of range: ERR_INPUT.
 * Memory beside the input: n x FILTER_BLOCK doubles and at most twice DISTANCE_KEPT bytes of
 * distances; or of more results than have squares in DISTANCE_KEPT bytes, n x d doubles. Time
 * O(n^2 (d + log n)). */
int filter_apply(const struct filter_options *o, const struct filter_input *in,
                 struct filter_outcome *out, struct err *e);
void filter_outcome_free(struct filter_outcome *out);

/* Effect: of n results, the decisions about those that have a score, and why, follow from that, the
 * threshold and the shares (n, as of filter_input) as filter_apply() makes them: so for who has
 * recorded ones. The same numbers give the same decisions on every processor. */
int filter_decide(const struct filter_options *o, double threshold, const double *share, size_t n,
                  struct filter_decision *decisions, struct err *e);

#endif
