/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One system of poisson, on the ranks of a slave. */

/*
 * Finite volumes on n^d equal cells, by PETSc on the ranks of the slave. What leaves a
 * cell by a face is a (u - u') / h there, with u' in the next cell, and 2 a (u - g) / h
 * where the wall has the value g: second order in u, and what the source gives is what
 * leaves by the walls, to the solver's tolerance. The matrix is symmetric and positive.
 */
#include "function/pde/poisson_private.h"

#include <math.h>
#include <string.h>

#include "function/common/tell.h"
#include "function/pde/petsc_calls.h"

/* Of the residual: what the error may be greater by, at most the condition of the
 * preconditioned matrix, still leaves nothing to speak of. */
#define TOLERANCE 1e-12

/* Whatever the options say: beyond, the answer would be one to another question. */
#define RESIDUAL 1e-4

/* Along a side. Up to there factors cost less than multigrid (measured in both dimensions);
 * and PETSc 3.18 keeps some bytes, in each later vector, for every multigrid that it ever
 * made, which many small systems would feel. */
enum { MANY_CELLS = 128 };

struct system {
    struct petsc petsc;
    const struct poisson_problem *problem;
    double h;
    DM dm;
    PetscInt from[3], count[3]; /* this rank's cells */
    Mat matrix;
    Vec rhs, u;
    KSP ksp;
};

static int create(struct system *s, struct err *e)
{
    struct petsc *p = &s->petsc;
    PetscInt n = (PetscInt)s->problem->cells;
    const DMBoundaryType none = DM_BOUNDARY_NONE;
    PetscErrorCode code;

    if (s->problem->dimension == 2)
        code = p->DMDACreate2d(p->communicator, none, none, DMDA_STENCIL_STAR, n, n, PETSC_DECIDE,
                               PETSC_DECIDE, 1, 1, NULL, NULL, &s->dm);
    else
        code = p->DMDACreate3d(p->communicator, none, none, none, DMDA_STENCIL_STAR, n, n, n,
                               PETSC_DECIDE, PETSC_DECIDE, PETSC_DECIDE, 1, 1, NULL, NULL, NULL,
                               &s->dm);
    if (code || p->DMSetUp(s->dm) || p->DMDASetInterpolationType(s->dm, DMDA_Q0) ||
        p->DMDAGetCorners(s->dm, &s->from[0], &s->from[1], &s->from[2], &s->count[0], &s->count[1],
                          &s->count[2]) ||
        p->DMCreateMatrix(s->dm, &s->matrix) || p->DMCreateGlobalVector(s->dm, &s->rhs) ||
        p->VecDuplicate(s->rhs, &s->u))
        return petsc_failed(p, e);
    return 0;
}

static void destroy(struct system *s)
{
    struct petsc *p = &s->petsc;

    p->KSPDestroy(&s->ksp);
    p->VecDestroy(&s->u);
    p->VecDestroy(&s->rhs);
    p->MatDestroy(&s->matrix);
    p->DMDestroy(&s->dm);
}

/* Cell number i of this rank, in the order of its part of a vector. */
static void cell_at(const struct system *s, PetscInt i, PetscInt cell[static 3])
{
    for (int d = 0; d < 3; d++) {
        cell[d] = s->from[d] + i % s->count[d];
        i /= s->count[d];
    }
}

static PetscInt cells_here(const struct system *s)
{
    return s->count[0] * s->count[1] * s->count[2];
}

static void centre_of(const struct system *s, const PetscInt cell[static 3], int64_t place[3])
{
    for (int d = 0; d < 3; d++)
        place[d] = d < s->problem->dimension ? 2 * (int64_t)cell[d] + 1 : 0;
}

/* The value that the solution has on a wall. */
static double wall(const struct poisson_problem *problem, const int64_t place[static 3])
{
    return problem->exact ? problem->exact(problem->context, place) : 0;
}

/* Writes the row of one cell, and its right-hand side: what leaves by its faces, of area
 * h^(d - 1), and what comes from its source, of volume h^d. */
static int set_row(struct system *s, const PetscInt cell[static 3], double *rhs)
{
    const struct poisson_problem *problem = s->problem;
    MatStencil row = {.i = cell[0], .j = cell[1], .k = cell[2]}, columns[7] = {row};
    double values[7] = {0}, scale = pow(s->h, problem->dimension - 2);
    PetscInt used = 1;
    int64_t place[3];

    centre_of(s, cell, place);
    *rhs = problem->source(problem->context, place) * scale * s->h * s->h;
    for (int side = 0; side < 2 * problem->dimension; side++) {
        int d = side / 2, step = side % 2 ? 1 : -1;
        bool outside = step > 0 ? cell[d] + 1 == problem->cells : cell[d] == 0;
        place[d] += step;
        double a = problem->coefficient(problem->context, place) * scale;
        if (outside) {
            values[0] += 2 * a;
            *rhs += 2 * a * wall(problem, place);
        } else {
            values[0] += a;
            values[used] = -a;
            columns[used] = row;
            *(d == 0 ? &columns[used].i : d == 1 ? &columns[used].j : &columns[used].k) += step;
            used++;
        }
        place[d] -= step;
    }
    return s->petsc.MatSetValuesStencil(s->matrix, 1, &row, used, columns, values, INSERT_VALUES);
}

static int assemble(struct system *s, struct err *e)
{
    struct petsc *p = &s->petsc;
    PetscScalar *rhs;
    PetscErrorCode code = p->VecGetArray(s->rhs, &rhs);

    for (PetscInt i = 0; code == 0 && i < cells_here(s); i++) {
        PetscInt cell[3];
        cell_at(s, i, cell);
        code = set_row(s, cell, &rhs[i]);
    }
    if (code || p->VecRestoreArray(s->rhs, &rhs) ||
        p->MatAssemblyBegin(s->matrix, MAT_FINAL_ASSEMBLY) ||
        p->MatAssemblyEnd(s->matrix, MAT_FINAL_ASSEMBLY) ||
        p->MatSetOption(s->matrix, MAT_SPD, PETSC_TRUE))
        return petsc_failed(p, e);
    return 0;
}

static int set_option(struct system *s, const char *name, const char *value, struct err *e)
{
    return s->petsc.PetscOptionsSetValue(s->petsc.options, name, value) ? petsc_failed(&s->petsc, e)
                                                                        : 0;
}

/* How to precondition, where the contract says nothing of it. */
static int set_default(struct system *s, struct err *e)
{
    if (s->problem->cells > MANY_CELLS)
        return set_option(s, "-pc_type", PCGAMG, e);
    return set_option(s, "-pc_type", PCBJACOBI, e) < 0 ? -1
                                                       : set_option(s, "-sub_pc_type", PCICC, e);
}

/* The contract's words go last, and so win; of preconditioners they mention, ours would only
 * leave options behind that nothing uses, which is an error. */
static int set_options(struct system *s, struct err *e)
{
    char name[POISSON_WORD], value[POISSON_WORD];
    const char *text = s->problem->options;
    bool said = false;

    while (poisson_option(&text, name, value) > 0)
        said |= strstr(name, "pc_") != NULL;
    if (!said && set_default(s, e) < 0)
        return -1;
    text = s->problem->options;
    while (poisson_option(&text, name, value) > 0)
        if (set_option(s, name, value[0] ? value : NULL, e) < 0)
            return -1;
    return 0;
}

/* Options may stop a solver at once and have it call that converged (preonly). */
static int check_residual(struct system *s, struct err *e)
{
    struct petsc *p = &s->petsc;
    PetscReal left, all;
    Vec residual = NULL;
    int rc = 0;

    if (p->VecNorm(s->rhs, NORM_2, &all) || p->VecDuplicate(s->rhs, &residual) ||
        p->MatMult(s->matrix, s->u, residual) || p->VecAXPY(residual, -1, s->rhs) ||
        p->VecNorm(residual, NORM_2, &left))
        rc = petsc_failed(p, e);
    else if (!(left <= RESIDUAL * all))
        rc = err_set(e, ERR_INPUT,
                     "the solver has not solved the system: what is left of the right-hand side is "
                     "%.2g of it, more than %g",
                     left / all, RESIDUAL);
    p->VecDestroy(&residual);
    return rc;
}

/* By conjugate gradients, where the options say nothing else. */
static int solve(struct system *s, struct err *e)
{
    struct petsc *p = &s->petsc;
    KSPConvergedReason reason = KSP_CONVERGED_ITERATING;
    PetscInt iterations = 0;

    if (set_options(s, e) < 0)
        return -1;
    /* The grid is there for multigrid's coarser ones; the matrix is made already. */
    if (p->KSPCreate(p->communicator, &s->ksp) || p->KSPSetDM(s->ksp, s->dm) ||
        p->KSPSetDMActive(s->ksp, PETSC_FALSE) ||
        p->KSPSetOperators(s->ksp, s->matrix, s->matrix) || p->KSPSetType(s->ksp, KSPCG) ||
        p->KSPSetTolerances(s->ksp, TOLERANCE, PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT) ||
        p->KSPSetFromOptions(s->ksp) || p->KSPSolve(s->ksp, s->rhs, s->u) ||
        p->KSPGetConvergedReason(s->ksp, &reason) || p->KSPGetIterationNumber(s->ksp, &iterations))
        return petsc_failed(p, e);
    if (petsc_check_options(p, e) < 0)
        return -1;
    if (reason <= 0)
        return err_set(e, ERR_INPUT, "the solver did not converge: %s after %d iterations",
                       p->reasons[reason], (int)iterations);
    return check_residual(s, e);
}

/* Whether a cell touches the middle: one of an odd number along a side, two of an even. */
static bool in_middle(const struct poisson_problem *problem, const PetscInt cell[static 3])
{
    for (int d = 0; d < problem->dimension; d++)
        if (2 * (int64_t)cell[d] + 1 - problem->cells > 1 ||
            2 * (int64_t)cell[d] + 1 - problem->cells < -1)
            return false;
    return true;
}

enum { MEAN, CENTRE, FLUX, SQUARES, SUMS };

/* Effect: adds what the solution u of a cell comes to. */
static void add_cell(const struct system *s, const PetscInt cell[static 3], double u, double *sum,
                     double *greatest)
{
    const struct poisson_problem *problem = s->problem;
    int64_t place[3];

    centre_of(s, cell, place);
    sum[MEAN] += u;
    sum[CENTRE] += in_middle(problem, cell) ? u : 0;
    if (problem->exact) {
        double apart = u - problem->exact(problem->context, place);
        sum[SQUARES] += apart * apart;
        *greatest = fmax(*greatest, fabs(apart));
    }
    if (cell[0] == 0) {
        place[0] = 0;
        sum[FLUX] += 2 * problem->coefficient(problem->context, place) * (u - wall(problem, place));
    }
}

static int measure(struct system *s, struct poisson_solution *solution, struct err *e)
{
    struct petsc *p = &s->petsc;
    const PetscScalar *u;
    double sum[SUMS] = {0}, greatest = 0;
    int d = s->problem->dimension;

    if (p->VecGetArrayRead(s->u, &u))
        return petsc_failed(p, e);
    for (PetscInt i = 0; i < cells_here(s); i++) {
        PetscInt cell[3];
        cell_at(s, i, cell);
        add_cell(s, cell, u[i], sum, &greatest);
    }
    if (p->VecRestoreArrayRead(s->u, &u))
        return petsc_failed(p, e);
    if (MPI_Allreduce(MPI_IN_PLACE, sum, SUMS, MPI_DOUBLE, MPI_SUM, p->communicator) ||
        MPI_Allreduce(MPI_IN_PLACE, &greatest, 1, MPI_DOUBLE, MPI_MAX, p->communicator))
        return err_set(e, ERR_SOFTWARE, "MPI could not add over the ranks of the slave");
    solution->mean = sum[MEAN] * pow(s->h, d);
    solution->centre = sum[CENTRE] / (s->problem->cells % 2 ? 1 : 1 << d);
    solution->flux = sum[FLUX] * pow(s->h, d - 2);
    solution->l2 = sqrt(sum[SQUARES] * pow(s->h, d));
    solution->max = greatest;
    return 0;
}

int poisson_solve(struct function_env *env, const struct poisson_problem *problem,
                  struct poisson_solution *solution)
{
    struct system s = {.problem = problem, .h = 1 / (double)problem->cells};
    struct err e = {0};
    int rc = petsc_begin(&s.petsc, env->communicator, problem->ready, &e);

    if (rc == 0) {
        if ((rc = create(&s, &e)) == 0 && (rc = assemble(&s, &e)) == 0 && (rc = solve(&s, &e)) == 0)
            rc = measure(&s, solution, &e);
        destroy(&s);
        petsc_end(&s.petsc);
    }
    return rc == 0 ? 0 : tell_error(env, "%s", e.text);
}
