/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define REAL         float
#define GEMM         cblas_sgemm
#define EXP          expf
#define TANH         tanhf
#define SQRT         sqrtf
#define TEAM_SUM     team_sum_floats
#define TEAM_SCATTER team_scatter_floats
#define TEAM_GATHER  team_gather_floats
#include "function/learner_body.h"

int learner_single(const struct learner_task *task, double *state)
{
    return learn(task, state);
}
