/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the two halves of a verification share.
 *
 * Convention: private to the verify files.
 */
#ifndef ENGINE_VERIFY_COMPLAIN_H
#define ENGINE_VERIFY_COMPLAIN_H

#include "contract/contract.h"
#include "engine/verify/verify.h"
#include "function/bound.h"
#include "ledger/runs.h"

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
    struct result *r; /* the round that is looked at, as the file has it */
    bool iterative;
    double *model;     /* with which that round began */
    uint64_t last;     /* round */
    uint64_t recorded; /* rounds whose models are a program's, and not computed again */
    uint64_t unkept;   /* rounds whose states the file does not have */
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

/* rounds.c. Effect: looks at each round in turn, and at the models between them;
 * last has them all. */
void verify_rounds(struct verify *v, struct result *last);

/* states.c. Effect: compares the states of the round with what was submitted. */
void verify_states(struct verify *v);

/* recorded.c. Effect: compares a round whose states the file does not have with what the ledger
 * says of it; of a result that has none at all also its arrays, which are finished again. */
void verify_recorded(struct verify *v);
void verify_stateless(struct verify *v);
void verify_finished(struct verify *v);

/* Whether two numbers are equal within 1e-9 of the larger, or both not numbers. */
bool verify_close(double a, double b);

/* replay.c. Whether states and features have the lengths that the function trusts in. */
bool verify_fits(struct verify *v, const struct result *r);

/* Effect: computes filter and aggregate once more, from the states, and compares
 * them with what the file and the ledger say. */
void verify_replay(struct verify *v);

/* Effect: compares the finished arrays with those of the file. */
void verify_arrays(struct verify *v);

/* Effect: what was kept of the round for that is gone. */
void verify_forget(struct verify *v);

#endif
