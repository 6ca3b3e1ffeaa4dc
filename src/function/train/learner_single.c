/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A client of train in single precision. */

#define REAL         float
#define GEMM         cblas_sgemm
#define EXP          expf
#define BITS         uint32_t
#define BIAS         127
#define MANTISSA     23
#define ROUND        0x1.8p23f
#define LN2_HIGH     0x1.62ep-1f
#define LN2_LOW      0x1.0bfbe8p-15f
#define TERMS        8
#define FLAT         10 /* tanh is 1 from there on */
#define SQRT         sqrtf
#define TEAM_SUM     team_sum_floats
#define TEAM_SCATTER team_scatter_floats
#define TEAM_GATHER  team_gather_floats
#include "function/train/learner_body.h"

int learner_single(const struct learner_task *task, double *state)
{
    return learn(task, state);
}
