/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stages of the filter that are no interface.
 *
 * Convention: scored results are numbered in the order of their rows; stake runs along them
 * and sums to 1; decisions run along all rows.
 */
#ifndef STATS_FILTER_PRIVATE_H
#define STATS_FILTER_PRIVATE_H

#include "stats/filter.h"
#include "stats/filter_columns.h"
#include "stats/scale.h"
#include "stats/ties.h"

/* Refuses options and input out of range: ERR_INPUT, with the name of what is wrong. */
int filter_check(const struct filter_options *o, const struct filter_input *in, struct err *e);

/* Returns the results of a block that are scored. */
struct scale_rows filter_columns_scored(const struct filter_columns *c,
                                        const struct filter_block *b);

/* Returns whether distances are of features in one unit for all coordinates. */
bool filter_columns_by_unit(const struct filter_options *o);

/* Effect: under scale none, *unit becomes what features are divided by: a power of two, which keeps
 * equal distances equal; *length what is then left of the features' length, in [1, 2). */
int filter_columns_unit(const struct filter_columns *c, double *unit, double *length,
                        struct err *e);

/* Returns how many doubles lie between the beginnings of two rows of a block. */
size_t filter_stride(const struct filter_block *b);

/* Returns a block's features of a row, or its standard errors: NULL if none are used. */
const double *filter_features(const struct filter_block *b, size_t row);
const double *filter_errors(const struct filter_block *b, size_t row);

/* Returns whether coordinate j of a block makes the result of that row not finite: the feature
 * is NaN or infinite, or its standard error NaN or negative. */
bool filter_not_finite(const struct filter_block *b, size_t row, size_t j);
bool filter_implausible(const struct filter_block *b, size_t row, size_t j);

/* The coordinates that explain a result: of its decision, worst and deviation, and offends beside
 * them; FILTER_WORST each, strongest first. */
struct filter_reasons {
    struct filter_decision *decision;
    bool *offends;
};

/* Effect: puts the coordinates of a block, with these deviations, among the reasons of a row. */
void filter_explain(const struct filter_block *b, const double *deviation, size_t row,
                    const struct filter_reasons *reasons);

/* Effect: puts the reasons that were found in later coordinates among those of the same row. */
void filter_explain_merge(const struct filter_reasons *reasons, const struct filter_reasons *later,
                          size_t d);

/* What a score must exceed, and what that knows. */
struct filter_threshold {
    double value;
    enum filter_cut cut;
};

/* Scores, and the ties that pos-lof saw. */
struct filter_scores {
    double *score; /* scored */
    struct ties ties;
};

/* Effect: scores the results that c knows; where the threshold is NaN it becomes the method's. */
int filter_score(const struct filter_options *o, const struct filter_columns *c,
                 struct filter_threshold *t, struct err *e);

/* Effect: *t becomes what a pos-lof score, or the largest |deviation|, must exceed: by o->cut, with
 * that rate of false alarms; by the fixed rule, too, where too few results differ. */
int filter_cut_scores(const struct filter_options *o, const struct filter_columns *c,
                      const struct filter_scores *s, double target_fpr, struct filter_threshold *t,
                      struct err *e);
int filter_cut_deviation(const struct filter_options *o, const struct filter_columns *c,
                         double target_fpr, struct filter_threshold *t, struct err *e);

/* Returns the fixed rule's threshold of pos-lof, lof and posdist. */
double filter_cut_fixed(size_t d);

/* Effect: rejects the highest scores, at most half of the stake. threshold: what a score
 * must exceed; not used under a ratio. */
int filter_reject(const struct filter_options *o, double threshold, const struct filter_columns *c,
                  struct err *e);

#endif
