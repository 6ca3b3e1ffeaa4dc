/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The doctor: whether a run would work here, before one is tried.
 *
 * Every rank says what it sees, rank 0 tries what only the master does, and each
 * fact gets a verdict. A problem is what would end a run or make its records
 * wrong; a note is what a run survives.
 */
#ifndef ENGINE_DOCTOR_H
#define ENGINE_DOCTOR_H

#include <stdbool.h>

#include "engine/doctor/findings.h"
#include "engine/transport/transport.h"
#include "h5/reader.h"
#include "util/err.h"

/* How this process was started, as the environment tells before MPI begins. */
struct doctor_launch {
    const char *launcher; /* in words; NULL: none */
    long ranks;           /* that it started; 0: it does not tell */
    long tasks;           /* that Slurm gave to the job or step; 0: none */
    long components;      /* of the job; 0: none */
    bool srun;            /* the launcher is Slurm's */
};

struct doctor_options {
    const char *ledger, *out; /* as a run would have them */
    bool exclusive;           /* likewise */
    struct doctor_launch launch;
    struct err mpi; /* why MPI could not begin; the transport is then a local one */
};

/* Not collective. Call before transport_mpi(), which may set variables, too. */
struct doctor_launch doctor_launch(void);

/* Collective. Effect: on rank 0, the report is filled in. It fails only where
 * there is no memory. */
int engine_doctor(struct transport *t, struct reader *r, const struct doctor_options *o,
                  struct doctor_report *report, struct err *e);

#endif
