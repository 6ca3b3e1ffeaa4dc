/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A client of train in double precision. */

#define REAL         double
#define GEMM         cblas_dgemm
#define EXP          exp
#define BITS         uint64_t
#define BIAS         1023
#define MANTISSA     52
#define ROUND        0x1.8p52
#define LN2_HIGH     0x1.62e42fee00000p-1
#define LN2_LOW      0x1.a39ef35793c76p-33
#define TERMS        14
#define FLAT         20 /* tanh is 1 from there on */
#define SQRT         sqrt
#define TEAM_SUM     team_sum_doubles
#define TEAM_SCATTER team_scatter_doubles
#define TEAM_GATHER  team_gather_doubles
#include "function/train/learner_body.h"

int learner_double(const struct learner_task *task, double *state)
{
    return learn(task, state);
}
