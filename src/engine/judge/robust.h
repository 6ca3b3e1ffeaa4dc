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

#endif
