/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a collector has to say of what others say of its runs: a heard record for each claim, submit,
 * withdraw, refuse and recall, whose time decides what is late.
 *
 * Of one centre and run no more are recorded than an honest one can cause: nobody fills this
 * centre's ledger. Private to this room.
 */
#ifndef SITE_MIRROR_HEARING_H
#define SITE_MIRROR_HEARING_H

#include "site/house/house.h"
#include "util/lookup.h"

/* A record of somebody's that may matter. */
struct heard_news {
    char type; /* P: publishes that run; R: recalls data; else it is of that run */
    char run[RUN_HEX + 1];
    uint8_t record[SHA256_LEN];
};

/* Those of one log, as they were visited. */
struct heard_log {
    const struct hearing *x;
    struct heard_news *list;
    size_t count, capacity;
};

struct heard_run {
    char key[RUN_HEX + 1];
    uint64_t most; /* records of one centre that are heard of it */
    bool over;
};

struct hearing {
    struct heard_run *runs; /* that this centre has published */
    size_t runs_count, runs_capacity;
    struct lookup keys;     /* where each is */
    struct lookup said;     /* "RUN SUM" that was heard, or is about to be */
    struct lookup parties;  /* "RUN SITE", and how many records of it were */
    struct record *records; /* that are to be said */
    size_t count, capacity;
};

/* Effect: *x knows what the centre has said itself; the caller frees it. */
int hearing_begin(struct house *h, struct hearing *x, struct err *e);
void hearing_free(struct hearing *x);

/* A visitor of somebody's records; its context is a struct heard_log. */
chain_visit hearing_visit;

/* Effect: what there is to say of that log is among the records. */
int hearing_take(struct hearing *x, const struct heard_log *log, const char *site, struct err *e);

#endif
