/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known beforehand of a run whose results no rank holds.
 */
#ifndef ENGINE_PLAN_SHARDS_H
#define ENGINE_PLAN_SHARDS_H

#include "contract/contract.h"
#include "engine/plan/options.h"
#include "function/bound.h"

/* Fails if the options ask for what a contract has not, where that is known without its function:
 * ERR_USAGE. */
int shards_check_contract(const struct engine_options *o, const struct contract *c, struct err *e);

/* Fails if the function that is bound has states that cannot be taken apart: ERR_PERMANENT. */
int shards_check(struct bound *b, struct err *e);

/* Returns the bytes that a rank of so many has of S results, while they are judged and merged. */
double shards_memory(const struct bound *b, double S, int ranks);

#endif
