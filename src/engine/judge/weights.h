/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The weights of slaves: what their history is worth.
 *
 * Convention: of the contract, the result and the run, and nothing of a job: who judges
 * again afterwards calls the same.
 */
#ifndef ENGINE_JUDGE_WEIGHTS_H
#define ENGINE_JUDGE_WEIGHTS_H

#include "contract/contract.h"
#include "engine/result/result.h"
#include "ledger/ledger.h"
#include "ledger/fold/runs.h"

/* Effect: the weight P of every slave of the result, from the records before
 * the run's publish record. */
int judge_weights(const struct contract *c, struct ledger *l, const struct run *run,
                  struct result *r, struct err *e);

#endif
