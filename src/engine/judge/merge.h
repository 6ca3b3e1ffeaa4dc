/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The merge of the accepted states.
 *
 * Convention: of the contract, the result and the run, and nothing of a job: who judges
 * again afterwards calls the same.
 */
#ifndef ENGINE_JUDGE_MERGE_H
#define ENGINE_JUDGE_MERGE_H

#include "engine/result/result.h"
#include "function/bound.h"

/* Effect: the aggregate of the accepted results. None, or states that cannot be merged:
 * ERR_PERMANENT, as they are the same each time. So of judge_finish(). */
int judge_merge(struct bound *b, struct result *r, struct err *e);

/* Effect: state is the merge of those results that are finite and in, in the order of the partitions.
 * Returns how many they are, or -1. */
int judge_merge_of(struct bound *b, const struct result *r, const bool *in, double *state,
                   struct err *e);

/* Nothing was accepted: ERR_PERMANENT, with the reasons. Returns -1. */
int judge_refuse(const struct result *r, struct err *e);

/* Effect: adds the finished arrays of a merged state. */
int judge_arrays(struct bound *b, const double *state, struct result_arrays *arrays, struct err *e);

/* Effect: puts before an error of a function over the aggregate what the filter had taken out
 * of it, if anything. Returns -1. */
int judge_blame(const struct result *r, struct err *e);

/* Effect: the finished arrays of the aggregate. */
int judge_finish_accepted(struct bound *b, struct result *r, struct err *e);

/* The same, and those of what it would be with all finite results, for comparison. */
int judge_finish(struct bound *b, struct result *r, struct err *e);

#endif
