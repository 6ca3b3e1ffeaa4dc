/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A shard: the results of a round whose coordinates are dealt to ranks, as no rank can hold them all.
 *
 * Coordinates are cut into blocks of SHARD_BLOCK, the last of what is left, and block b is that of
 * rank b mod N, which has it of all n results. What is added up over coordinates is added up block
 * by block, in their order, by the master: it has the same bits for any N.
 *
 * Convention: every function but shard_free() and shard_account() is called by the ranks 0 to N - 1
 * together; rank 0 is the master. A rank that fails goes on to the end of the call, so that none
 * waits for it for ever, and there all learn of it: the call fails on all of them, with the same error.
 */
#ifndef ENGINE_SHARD_H
#define ENGINE_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/transport/transport.h"
#include "stats/estimate.h"
#include "stats/filter_columns.h"
#include "util/err.h"

enum {
    SHARD_BLOCK = FILTER_BLOCK, /* coordinates */
    SHARD_WINDOW = 32,          /* blocks of a result that its rank reads at a time */
};

struct shard;

struct shard_shape {
    int ranks;        /* N */
    size_t n, d;      /* results, coordinates */
    const int *owner; /* n: which rank has each result */
    bool errors;      /* each coordinate has a standard error, too */
};

/* Returns a shard without results. Memory: n x d / N doubles, to whole blocks; with errors twice
 * that. */
struct shard *shard_open(struct transport *t, const struct shard_shape *shape, struct err *e);
void shard_free(struct shard *s);

/* Reads the coordinates from first to first + count - 1 of a result of this rank, and their errors,
 * unless these are NULL. */
typedef int shard_read(void *context, size_t result, size_t first, size_t count, double *values,
                       double *errors, struct err *e);

/* Effect: each rank has its blocks of all results. Its own ones are read one after the other, each
 * from its first coordinate to its last, a window at a time. Memory: a window. */
int shard_collect(struct shard *s, shard_read *read, void *context, struct err *e);

/* Writes the plausible ranges of coordinates from first on; both are infinite before. */
typedef int shard_ranges(void *context, size_t first, size_t count, double *lower, double *upper,
                         struct err *e);

/* What the filter compares of the coordinates; on all ranks the same. */
struct shard_compared {
    bool means;           /* the coordinates divided by the result's items; else as they are */
    shard_ranges *ranges; /* NULL: anything is plausible */
    void *context;
};

/* Effect: decides, as filter_apply() does on all of it. The options and the input, which has no
 * features, errors and ranges, are the master's; others give NULL. There *out has everything but
 * the centre, and is to be freed by filter_outcome_free(). Memory besides: four blocks of n
 * results, on the master 2 n^2 doubles, elsewhere n^2. */
int shard_filter(struct shard *s, const struct shard_compared *compared,
                 const struct filter_options *o, const struct filter_input *in,
                 struct filter_outcome *out, struct err *e);

/* What is estimated of the middle of each coordinate by itself: of the results that the master takes,
 * as stats/estimate.h has them. */
struct shard_estimate {
    enum estimate_method method;
    double share;
    const bool *taken;   /* n */
    const double *items; /* n */
};

/* Effect: each rank has the estimate of its blocks; x is the master's, others give NULL. Memory: two
 * blocks of n results. */
int shard_estimate(struct shard *s, const struct shard_compared *compared,
                   const struct shard_estimate *x, struct err *e);

/* Effect: nothing is left of the results, but what was made of them. NULL: nothing. */
void shard_drop(struct shard *s);

/* Effect: each rank has in its blocks the sum of those results that the master takes, n of them;
 * others give NULL. They are added along the tree of state/reduction.h, whose leaves they are, in
 * their order: the same bits as whole states that are merged by the plain sum. Without any: zeros. */
int shard_merge(struct shard *s, const bool *taken, struct err *e);

/* Changes a block of the sum: coordinates from first on. Called on the rank that has it. */
typedef int shard_change(void *context, size_t first, size_t count, double *values, struct err *e);
int shard_each(struct shard *s, shard_change *change, void *context, struct err *e);

/* Sees a block of the sum; called on the master, block by block in their order. */
typedef int shard_visit(void *context, size_t first, size_t count, const double *values,
                        struct err *e);

/* Effect: all of the sum passes the master. Memory: a block. */
int shard_deliver(struct shard *s, shard_visit *visit, void *context, struct err *e);

/* The same of what shard_filter() has found to be the middle of each coordinate. */
int shard_deliver_centre(struct shard *s, shard_visit *visit, void *context, struct err *e);

/* The same of the estimate. */
int shard_deliver_middle(struct shard *s, shard_visit *visit, void *context, struct err *e);

/* Sees a block of a result: coordinates from first on. Called on the master, for each block in their
 * order for each result in theirs. */
typedef int shard_visit_result(void *context, size_t result, size_t first, size_t count,
                               const double *values, struct err *e);

/* Effect: all results pass the master. Memory: a block of one of them. */
int shard_deliver_results(struct shard *s, shard_visit_result *visit, void *context, struct err *e);

/* Returns, on the master, whether all coordinates of each of n results are finite. */
const bool *shard_finite(const struct shard *s);

/* Effect: whole, d doubles, is the sum on every rank: each block goes from the rank that has it to
 * the others, and to none twice. */
int shard_spread(struct shard *s, double *whole, struct err *e);

/* Bytes that a rank has sent other ranks, and received, since the shard was opened; and what is the
 * least for what was done: to collect, who compares coordinates must have them of all results; to
 * deliver, the master must have all; to spread, everybody. And the most memory that its process
 * ever had, in bytes. */
struct shard_account {
    uint64_t sent, received, least_sent, least_received, peak;
};

/* Returns the last of these. */
uint64_t shard_peak(void);

/* Returns that of this rank. */
struct shard_account shard_account(const struct shard *s);

/* Effect: on the master all is that of each of N ranks. */
int shard_accounts(struct shard *s, struct shard_account *all, struct err *e);

#endif
