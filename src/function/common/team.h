/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ranks of a slave that compute one unit together: sums over them, and agreement.
 *
 * Every function here is collective over env->communicator, and does nothing if that is
 * NULL. An error of MPI ends the job, as it does in the engine.
 *
 * Long vectors are cut into a shard for each rank, whose lengths differ by at most one.
 */
#ifndef FUNCTION_TEAM_H
#define FUNCTION_TEAM_H

#include <stddef.h>

#include <metaneuron/function.h>
#include <stdbool.h>

/* Where the shard of a rank begins, of n numbers; that of rank env->ranks is n. n * ranks
 * fits into size_t. */
size_t team_shard(const struct function_env *env, size_t n, int rank);

/* Returns 0 if rc is 0 on all ranks, else -1, with a sentence of its own in env->error
 * where another rank failed. */
int team_agree(struct function_env *env, int rc);

/* Effect: values of rank 0 become the sums over all ranks; others' are as before. */
void team_sum_doubles(const struct function_env *env, double *values, size_t n);
void team_sum_floats(const struct function_env *env, float *values, size_t n);

/* Effect: mine becomes this rank's shard of the sum of values over all ranks. n is below
 * 2^31. */
void team_scatter_doubles(const struct function_env *env, const double *values, size_t n,
                          double *mine);
void team_scatter_floats(const struct function_env *env, const float *values, size_t n,
                         float *mine);

/* Effect: values, of which each rank has set its own shard, become whole on all. */
void team_gather_doubles(const struct function_env *env, double *values, size_t n);
void team_gather_floats(const struct function_env *env, float *values, size_t n);

#endif
