/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the two halves of a verification share.
 *
 * Convention: private to the verify files.
 */
#ifndef ENGINE_VERIFY_PRIVATE_H
#define ENGINE_VERIFY_PRIVATE_H

#include "engine/job.h"

/* A verification in progress. */
struct verify {
    engine_complaint *complain;
    void *context;
    size_t problems;
    const char *path; /* of the result */
    struct ledger *ledger;
    struct run run;
    struct contract *contract;
    struct bound *bound;
    struct result *r; /* as the file has it */
    /* What the file says that the recomputation overwrites: */
    double *scores, *values, *aggregate, threshold;
    bool *rejected;
    struct result *then; /* its finished arrays */
    char **why;
    size_t slaves; /* that were set aside */
};

/* Effect: one more thing is wrong, in these words. */
void verify_complain(struct verify *v, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Effect: computes filter and aggregate once more, from the states, and compares
 * them with what the file and the ledger say. */
void verify_replay(struct verify *v);

#endif
