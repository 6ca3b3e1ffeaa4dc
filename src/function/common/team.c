/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums over the ranks of a slave, by MPI. */
#include "function/common/team.h"

#include <mpi.h>

#include "function/common/tell.h"

enum { MOST = 1 << 20 }; /* numbers in one reduction, whose scratch MPI allocates */

static MPI_Comm team(const struct function_env *env)
{
    return *(const MPI_Comm *)env->communicator;
}

size_t team_shard(const struct function_env *env, size_t n, int rank)
{
    return n * (size_t)rank / (size_t)env->ranks;
}

int team_agree(struct function_env *env, int rc)
{
    int failed = rc != 0;

    if (env->communicator)
        MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, team(env));
    if (failed && rc == 0)
        return tell_error(env, "another rank of this slave failed");
    return failed ? -1 : 0;
}

static void sum(const struct function_env *env, void *values, size_t n, MPI_Datatype type,
                size_t size)
{
    for (size_t i = 0; env->communicator && i < n; i += MOST) {
        int some = n - i < MOST ? (int)(n - i) : MOST;
        char *at = (char *)values + i * size;
        MPI_Reduce(env->rank == 0 ? MPI_IN_PLACE : at, at, some, type, MPI_SUM, 0, team(env));
    }
}

void team_sum_doubles(const struct function_env *env, double *values, size_t n)
{
    sum(env, values, n, MPI_DOUBLE, sizeof *values);
}

void team_sum_floats(const struct function_env *env, float *values, size_t n)
{
    sum(env, values, n, MPI_FLOAT, sizeof *values);
}

/* One reduction for each shard, to its owner: MPI_Reduce_scatter allocates as much as the
 * whole vector again. */
static void scatter(const struct function_env *env, const void *values, size_t n, void *mine,
                    MPI_Datatype type, size_t size)
{
    for (int owner = 0; env->communicator && owner < env->ranks; owner++) {
        size_t from = team_shard(env, n, owner), to = team_shard(env, n, owner + 1);
        for (size_t i = from; i < to; i += MOST) {
            int some = to - i < MOST ? (int)(to - i) : MOST;
            char *at = (char *)mine + (i - from) * size;
            MPI_Reduce((const char *)values + i * size, env->rank == owner ? at : NULL, some, type,
                       MPI_SUM, owner, team(env));
        }
    }
}

void team_scatter_doubles(const struct function_env *env, const double *values, size_t n,
                          double *mine)
{
    scatter(env, values, n, mine, MPI_DOUBLE, sizeof *mine);
}

void team_scatter_floats(const struct function_env *env, const float *values, size_t n, float *mine)
{
    scatter(env, values, n, mine, MPI_FLOAT, sizeof *mine);
}

static void gather(const struct function_env *env, void *values, size_t n, MPI_Datatype type,
                   size_t size)
{
    for (int owner = 0; env->communicator && owner < env->ranks; owner++) {
        size_t from = team_shard(env, n, owner), to = team_shard(env, n, owner + 1);
        if (to > from)
            MPI_Bcast((char *)values + from * size, (int)(to - from), type, owner, team(env));
    }
}

void team_gather_doubles(const struct function_env *env, double *values, size_t n)
{
    gather(env, values, n, MPI_DOUBLE, sizeof *values);
}

void team_gather_floats(const struct function_env *env, float *values, size_t n)
{
    gather(env, values, n, MPI_FLOAT, sizeof *values);
}
