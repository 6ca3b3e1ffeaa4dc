/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The decisions of the filter on the results of a round.
 *
 * Convention: of the contract, the result and the run, and nothing of a job: who judges
 * again afterwards calls the same.
 */
#ifndef ENGINE_JUDGE_DECISIONS_H
#define ENGINE_JUDGE_DECISIONS_H

#include "contract/contract.h"
#include "engine/result/result.h"
#include "function/bound.h"
#include "stats/filter.h"

/* Effect: features, scores and decisions into the result; b is the contract's function. Of a result
 * whose states are not there (NULL) the features are taken as they are: objections that follow from
 * states alone are to be there, and judge_mark_unfit() has marked what is not finite. */
int judge_decisions(const struct contract *c, struct bound *b, struct result *r, struct err *e);

/* Effect: decides once more, from the scores, shares and the threshold that the result has: for who
 * has put recorded ones in the place of its own. The same numbers give the same decisions. */
int judge_again(const struct contract *c, struct bound *b, struct result *r, struct err *e);

/* Effect: the result says by which filter it is judged. */
int judge_name_filter(const struct contract *c, struct result *r, struct err *e);

/* Who has the features of a result of which they are dealt. */
struct judge_dealt {
    /* As filter_apply(); what it is given has no features, errors and ranges. */
    int (*apply)(void *context, const struct filter_options *o, const struct filter_input *in,
                 struct filter_outcome *out, struct err *e);
    /* Returns those of the row-th of the results that answered, until the next call; or NULL. */
    const double *(*features)(void *context, size_t row, struct err *e);
    void *context;
};

/* The same of such a result. */
int judge_decisions_by(const struct judge_dealt *dealt, const struct contract *c, struct bound *b,
                       struct result *r, struct err *e);

/* Effect: a result with a state that is not finite says so in its first feature, for who judges
 * without the states. */
void judge_mark_unfit(struct result *r);

/* Effect: the result has the names of its features, which follow from the function alone. */
int judge_feature_names(const struct bound *b, struct result *r, struct err *e);

#endif
