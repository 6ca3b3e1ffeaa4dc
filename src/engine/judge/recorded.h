/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decisions from what is recorded of them.
 *
 * Convention: another processor may find another last bit of a score, which must not decide; and what
 * was decided must follow from what was said. So whoever judges again takes recorded numbers that
 * agree with its own, and then decides from these: the same numbers give the same decisions.
 */
#ifndef ENGINE_JUDGE_RECORDED_H
#define ENGINE_JUDGE_RECORDED_H

#include "contract/contract.h"
#include "engine/result/result.h"
#include "function/bound.h"
#include "ledger/fold/runs.h"

/* Numbers that two processors find are the same within this part of the larger. */
#define JUDGE_WITHIN 1e-9

/* Effect: *mine is what somebody has recorded, where that is the same within JUDGE_WITHIN of the larger,
 * or of 1. */
void judge_take(double *mine, double recorded);

/* Effect: the result, which was judged, is decided on once more with the scores, shares and the
 * threshold that the run's records have of its round, where they agree with what was found. */
int judge_recorded(const struct contract *c, struct bound *b, const struct run *run,
                   struct result *r, struct err *e);

#endif
