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

/* Effect: features, scores and decisions into the result; b is the contract's function. */
int judge_decisions(const struct contract *c, struct bound *b, struct result *r, struct err *e);

/* Effect: the result has the names of its features, which follow from the function alone. */
int judge_feature_names(const struct bound *b, struct result *r, struct err *e);

#endif
