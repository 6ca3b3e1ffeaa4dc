/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The supervisor of a run: starts it under an MPI launcher, watches it, and starts
 * it again after a failure, until the ledger says that it is settled.
 *
 * Convention: not collective, and nothing here calls MPI: the supervisor is one
 * process beside the job.
 */
#ifndef ENGINE_LAUNCH_H
#define ENGINE_LAUNCH_H

#include "engine/plan/options.h"
#include "h5/reader.h"

struct launch_options {
    struct engine_options run; /* what of the run's options matters here */
    char *const *words;        /* the run's options as they were given, without --again */
    size_t words_count;
    char *const *launcher; /* mpirun -n 9, and the like */
    size_t launcher_count;
    const char *program; /* the path of this program */
    double lease;        /* seconds without a sign of life until a job is given up */
    double grace;        /* seconds that a job has to drain */
    double backoff;      /* seconds until the first relaunch; then twice as many, … */
    double time_left;    /* seconds until this process must end; NaN: what the batch system says */
    int64_t retries;     /* relaunches at most; -1: the contract's */
    void (*print)(void *context, const char *text, size_t len); /* the job's standard output */
    void (*pass)(void *context, const char *text, size_t len);  /* and its standard error */
    void (*say)(void *context, const char *text);               /* a line about an attempt */
    void *context;
};

/* Returns 0 once the run is settled and the result is where it should be. Else the
 * error's code is the run's own, if that is one of ours and final, or ERR_INCOMPLETE:
 * the same command goes on with it. */
int engine_launch(struct reader *r, const struct launch_options *o, struct err *e);

#endif
