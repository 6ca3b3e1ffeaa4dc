/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What poisson says where it was built without PETSc. */
#include "function/common/tell.h"
#include "function/pde/poisson_private.h"

int poisson_solve(struct function_env *env, const struct poisson_problem *problem,
                  struct poisson_solution *solution)
{
    (void)problem;
    (void)solution;
    return tell_error(env, "poisson needs PETSc, and this program was built without "
                           "(--without-petsc): build it with PETSc, or run this where that is "
                           "done");
}
