/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PETSc as it is called here: its functions by pointers, loaded with the first system
 * that is solved, so that a start of the program does not pay for it.
 *
 * Convention: *Not collective* but where it says so. A PETSc call that fails leaves its
 * words in struct petsc, for petsc_failed().
 */
#ifndef FUNCTION_PETSC_CALLS_H
#define FUNCTION_PETSC_CALLS_H

/* Inline functions of its headers convert as they like. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <petscdmda.h>
#include <petscksp.h>
#pragma GCC diagnostic pop
/* PETSc's own count calls, in the library that is not linked. */
#undef MPI_Allreduce
#undef MPI_Bcast

#include "util/err.h"

#define PETSC_CALLS(X)          \
    X(DMCreateGlobalVector)     \
    X(DMCreateMatrix)           \
    X(DMDACreate2d)             \
    X(DMDACreate3d)             \
    X(DMDAGetCorners)           \
    X(DMDASetInterpolationType) \
    X(DMDestroy)                \
    X(DMSetUp)                  \
    X(KSPCreate)                \
    X(KSPDestroy)               \
    X(KSPGetConvergedReason)    \
    X(KSPGetIterationNumber)    \
    X(KSPSetDM)                 \
    X(KSPSetDMActive)           \
    X(KSPSetFromOptions)        \
    X(KSPSetOperators)          \
    X(KSPSetTolerances)         \
    X(KSPSetType)               \
    X(KSPSolve)                 \
    X(MatAssemblyBegin)         \
    X(MatAssemblyEnd)           \
    X(MatDestroy)               \
    X(MatMult)                  \
    X(MatSetOption)             \
    X(MatSetValuesStencil)      \
    X(PetscFinalize)            \
    X(PetscInitialize)          \
    X(PetscInitialized)         \
    X(PetscOptionsCreate)       \
    X(PetscOptionsDestroy)      \
    X(PetscOptionsLeftGet)      \
    X(PetscOptionsLeftRestore)  \
    X(PetscOptionsPop)          \
    X(PetscOptionsPush)         \
    X(PetscOptionsSetValue)     \
    X(PetscPopErrorHandler)     \
    X(PetscPushErrorHandler)    \
    X(VecAXPY)                  \
    X(VecDestroy)               \
    X(VecDuplicate)             \
    X(VecGetArray)              \
    X(VecGetArrayRead)          \
    X(VecNorm)                  \
    X(VecRestoreArray)          \
    X(VecRestoreArrayRead)

struct petsc {
#define PETSC_MEMBER(name) __typeof__(name) *name;
    PETSC_CALLS(PETSC_MEMBER)
    const char *const *reasons; /* KSPConvergedReasons, by a reason from -11 or so on */
    MPI_Comm communicator;      /* of the ranks that solve together */
    PetscOptions options;       /* those of this solve, and no others */
    char words[256];            /* of the call that failed first, or empty */
};

/* *Collective.* Effect: loads PETSc and starts it where that has not been done, takes over
 * its errors and gives it options of its own until petsc_end(). communicator points to an
 * MPI_Comm; NULL: this rank alone. ready is false on a rank that cannot take part: then,
 * and when PETSc cannot be had on one of them, all ranks fail here, none waits for it. */
int petsc_begin(struct petsc *p, const void *communicator, int ready, struct err *e);

/* Fails when an option was of no use to what was solved: it is misspelt, or of another
 * type of solver. */
int petsc_check_options(struct petsc *p, struct err *e);

/* Effect: what petsc_begin() took over goes back. */
void petsc_end(struct petsc *p);

/* Sets an error that says what a PETSc call did not like. Returns -1. */
int petsc_failed(const struct petsc *p, struct err *e);

#endif
