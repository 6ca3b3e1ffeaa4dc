/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What started this process, as the environment tells before MPI begins. Each launcher has
 * variables of its own for rank and size: mpirun of Open MPI, Hydra (the mpirun of MPICH and
 * of Intel MPI), and srun, by whatever PMI it was told to use.
 */
#ifndef ENGINE_TRANSPORT_LAUNCHER_H
#define ENGINE_TRANSPORT_LAUNCHER_H

#include <stdbool.h>

struct launcher {
    const char *name; /* in words; NULL: none */
    long ranks;       /* that it started; 0: it does not tell */
    bool has_pmi;     /* a rank can ask it for the others */
    bool srun;        /* it is Slurm's */
};

/* Call before MPI_Init, which may set variables, too. */
struct launcher launcher_find(void);

/* Returns the rank of this process in text, or NULL where nothing tells. */
const char *launcher_rank(void);

#endif
