/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define REAL         double
#define GEMM         cblas_dgemm
#define EXP          exp
#define TANH         tanh
#define SQRT         sqrt
#define TEAM_SUM     team_sum_doubles
#define TEAM_SCATTER team_scatter_doubles
#define TEAM_GATHER  team_gather_doubles
#include "function/learner_body.h"

int learner_double(const struct learner_task *task, double *state)
{
    return learn(task, state);
}
