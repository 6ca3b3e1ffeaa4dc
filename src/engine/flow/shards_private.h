/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What judging, merging and writing results that no rank holds have in common.
 *
 * Convention: private to shards*.c of the flow.
 */
#ifndef ENGINE_FLOW_SHARDS_PRIVATE_H
#define ENGINE_FLOW_SHARDS_PRIVATE_H

#include "engine/flow/job.h"
#include "engine/slave/shards.h"
#include "h5/slabs.h"

enum { SHARDS_PATH = 120 }; /* bytes of a dataset's path, with its NUL */

/* Where the arrays of a part of the finished result go. */
struct shards_arrays {
    struct function_output output; /* the first member */
    struct job *job;
    struct function_part part;
    struct slabs *file; /* that is being written; or NULL */
    struct err *e;
};

/* Whether an array of the part has a row for each of its doubles. Where there is but one, it is as
 * any other. */
static inline bool shards_is_apart(const struct shards_arrays *x, const struct function_array *a)
{
    return a->rows == x->part.count && a->columns == 1 && x->job->result->features > 1;
}

/* Effect: the arrays of the part are given to the output. */
static inline int shards_finish_part(struct shards_arrays *x, struct err *e)
{
    return bound_finish_part(x->job->bound, &x->part, &x->output, e);
}

/* Returns the round that is in the names of the run's files, or 0. */
static inline uint64_t shards_named_round(const struct job *j)
{
    return j->iterative ? j->round : 0;
}

/* Effect: all ranks take that step, as the master is about to do. */
int shards_begin_step(struct job *j, enum shards_step step, struct err *e);

/* Effect: taken[n] are of the results that are dealt those that are merged: what is accepted, or all
 * that is finite. Returns how many. */
size_t shards_list_taken(const struct job *j, bool all, bool *taken);

/* Of a function whose states are taken apart. Effect: the sum is that of what is accepted, or of all
 * results that are finite; *items is how many items they have. Returns how many results, or -1. */
int shards_add_up(struct job *j, bool all, double *items, struct err *e);

/* Effect: what the file has of the states of slaves, and of features that are dealt. */
int shards_fill_states(struct job *j, struct slabs *file, struct err *e);

/* Effect: what it has of the aggregates and models of rounds. */
int shards_fill_rounds(struct job *j, struct slabs *file, struct err *e);

enum { SHARDS_PART = 65536 }; /* doubles of a file that are written at a time */

/* Effect: a row of a dataset is what the file of that name in the run's directory has, of count
 * doubles. part: room for SHARDS_PART doubles. */
int shards_copy_row(const struct job *j, const char *name, const uint8_t digest[static SHA256_LEN],
                    struct slabs *file, const char *path, size_t row, size_t count, double *part,
                    struct err *e);

#endif
