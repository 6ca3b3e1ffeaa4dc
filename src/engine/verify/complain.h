/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of a verification share.
 *
 * Convention: private to the verify files. In r is what the file says; x is made of nothing that
 * no check has vouched for, or verify_believe() has told of.
 */
#ifndef ENGINE_VERIFY_COMPLAIN_H
#define ENGINE_VERIFY_COMPLAIN_H

#include "contract/contract.h"
#include "engine/verify/verify.h"
#include "function/bound.h"
#include "ledger/ledger.h"
#include "ledger/names.h"
#include "ledger/fold/runs.h"

/* A verification in progress. */
struct verify {
    engine_complaint *complain;
    void *context;
    size_t problems;
    const char *path, *directory; /* of the result, and of the ledger */
    const struct engine_known *known;
    struct ledger *ledger;
    char site[SITE_NAME]; /* of its genesis */
    struct engine_subject subject;
    struct buf believed;
    struct run run;      /* as all of its records say */
    uint64_t settled_at; /* the number of its last settle record */
    uint64_t keyed;      /* records that the key which was given has signed */
    struct contract *contract;
    struct bound *bound;
    bool iterative;
    struct result *r;  /* as the file has it: the last round, with those before */
    struct result *x;  /* as it must be: the round that is looked at, with those before */
    struct run now;    /* as the records of that round say */
    double *model;     /* with which that round began */
    bool words_apart;  /* some reasons are told in other words than they are now */
    bool models_apart; /* some are at a small distance from what they are computed again */
    uint64_t unkept;   /* rounds whose states the file does not have */
    size_t
        objections; /* in these, that follow from states alone, where decisions were made again */
    size_t apart;   /* objects at a small distance from what they are computed again */
};

/* Effect: one more thing is wrong, in these words. */
void verify_complain(struct verify *v, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Effect: what is as the file or the ledger says, as nothing here can tell it again, is told. */
void verify_believe(struct verify *v, const char *what, const char *why);

/* Whether two numbers of about 1, or more, are equal within 1e-9 of the larger, or both not
 * numbers. */
bool verify_close(double a, double b);

/* How far a number is from what it is when it is computed again. */
enum distance {
    DISTANCE_NONE = 0,  /* equal within 1e-9 of the larger, as on another processor */
    DISTANCE_SMALL = 1, /* no more than 1e-9: as there, or where nobody says how much is much */
    DISTANCE_LARGE = 2, /* another number */
};
enum distance verify_distance(double a, double b);

/* Effect: an object is told of that has a small distance: then not all is verified. */
void verify_apart(struct verify *v, const char *what, const char *why);

/* subject.c. Effect: says which ledger it is, and compares that with what is known of it. The
 * second is called once the run is known. */
int verify_subject(struct verify *v, struct err *e);
int verify_head(struct verify *v, struct err *e);

/* Compares the ledger with all that is known of it (ledger/trust/audit.h), and once the run is
 * known, says whether what is signed, or believed, covers it. */
int verify_audit(struct verify *v, struct err *e);
void verify_signed(struct verify *v);

/* order.c. Effect: looks at the order of the run's records. */
int verify_order(struct verify *v, struct err *e);

/* commitments.c. Effect: opens the commitments whose openings are kept with the ledger. */
int verify_commitments(struct verify *v, struct err *e);

/* rounds.c. Effect: computes what each round must be; then x is the last. */
int verify_rounds(struct verify *v, struct err *e);

/* slaves.c. Effect: x says of each slave what the records of its round do. */
int verify_slaves(struct verify *v, const struct result *r, struct err *e);

/* decisions.c. Effect: the decisions are those of the ledger. If they were made again, they are
 * made once more of the recorded scores, shares and threshold, where these are what was found, and
 * are to be the same; and the ledger is to agree with itself. */
int verify_adopt(struct verify *v, const struct result *r, bool again, struct err *e);

/* Whether that is why the slave was judged so, by the ledger, where a run of centres has a word. */
bool verify_says(const struct verify *v, const struct run_slave *known, const char *why);

/* slaves.c. Compares who is settled, and for what. */
void verify_settlement(struct verify *v);

/* replay.c. Effect: computes filter and aggregate of the round from its states, or without them
 * takes what the ledger vouches for. */
int verify_replay(struct verify *v, struct result *r, struct err *e);

/* absent.c. Effect: x says of slaves that did not answer what the ledger allows to be said. */
int verify_absent(struct verify *v, struct err *e);

/* head.c. Effect: x says where it comes from. */
int verify_set_head(struct verify *v, struct err *e);

/* compare.c. Effect: compares the objects of a file with those that it must have. */
void verify_compare(struct verify *v, const struct flat *found, const struct flat *expected);

#endif
