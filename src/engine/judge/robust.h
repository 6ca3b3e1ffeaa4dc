/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The robust estimate that a contract may ask for beside the merge.
 *
 * Convention: of the contract and the result, and nothing of a job: who judges again afterwards
 * calls the same.
 */
#ifndef ENGINE_JUDGE_ROBUST_H
#define ENGINE_JUDGE_ROBUST_H

#include "contract/contract.h"
#include "engine/result/result.h"

/* Effect: the result has the contract's estimate of the middle of the features of all results that
 * were scored, whatever was decided on them; or why it has none: they are too few, or not disclosed,
 * as an estimate may be one slave's own features. Nothing if the contract asks for none. */
int judge_robust(const struct contract *c, struct result *r, struct err *e);

/* What that begins with, for who has the features of so many scored results elsewhere. Effect: the
 * result says by which method, and *wanted whether it is to be estimated; else it has why not. */
int judge_robust_begin(const struct contract *c, struct result *r, size_t scored, bool *wanted,
                       struct err *e);

/* Effect: the result says that there is no estimate, as it failed with that error; or that error is
 * one of ours. */
int judge_robust_failed(struct result *r, const struct err *why, struct err *e);

#endif
