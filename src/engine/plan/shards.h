/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known beforehand of a run whose results no rank holds.
 *
 * Convention: what is chosen follows from option, contract and function alone, so that master and
 * slaves choose the same.
 */
#ifndef ENGINE_PLAN_SHARDS_H
#define ENGINE_PLAN_SHARDS_H

#include "contract/contract.h"
#include "engine/plan/options.h"
#include "function/bound.h"

/* What of the results of a round no rank holds. Each has what stands before it, too. */
enum shards_kind {
    SHARDS_NONE = 0,     /* the master holds all */
    SHARDS_STATES = 1,   /* all states; few are the features, which the master has */
    SHARDS_FEATURES = 2, /* all features: their coordinates are dealt to ranks */
    SHARDS_ALL = 3,      /* the aggregate: a function's states can be taken apart */
};

/* A state of so many doubles is large. */
#define SHARDS_LARGE ((size_t)1 << 20)

/* Fails if the options ask for what a contract has not, where that is known without its function:
 * ERR_USAGE. */
int shards_check_contract(const struct engine_options *o, const struct contract *c, struct err *e);

/* Effect: *kind is what is done with the states of the function that is bound. ERR_PERMANENT: the
 * option asks for what cannot be done with them. */
int shards_choose(enum engine_shard wish, const struct contract *c, struct bound *b,
                  enum shards_kind *kind, struct err *e);

/* Returns what that means, for people. */
const char *shards_words(enum shards_kind kind);

/* Returns the bytes that a rank of so many has of S results, while they are judged and merged; the
 * master's own are not among them. */
double shards_memory(enum shards_kind kind, const struct bound *b, double S, int ranks);

#endif
