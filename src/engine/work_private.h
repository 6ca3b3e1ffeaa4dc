/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the master knows of ranges and of those who compute them.
 *
 * Convention: private to the files work*.c.
 */
#ifndef ENGINE_WORK_PRIVATE_H
#define ENGINE_WORK_PRIVATE_H

#include "engine/work.h"

enum { WORK_AHEAD = 2 }; /* batches under way per group: one is computed, one waits there */

/* Ranges that a group was asked for in one message. */
struct batch {
    uint32_t first, count;
    bool again; /* ranges that are with another group, or were computed by one */
};

/* A slave of a contract without data: a group of ranks. */
struct worker {
    char name[160]; /* SITE/NODE/SLOT, once it has claimed */
    char node[72];
    bool asked, claimed;
    bool wrong;                     /* found out; it gets nothing more */
    struct batch batch[WORK_AHEAD]; /* in the order in which they are answered */
    int batches;
    double per_range; /* seconds, from the last batch; 0: not known */
    uint32_t last;    /* ranges in that one */
    double free_at;   /* when it began its present batch */
};

/* How far the inspection of a range is. */
enum inspection {
    INSPECT_NONE = 0,   /* nobody wants it */
    INSPECT_SECOND = 1, /* a second slave is to compute it */
    INSPECT_THIRD = 2,  /* two differ, and a third is to settle it */
    INSPECT_DONE = 3,   /* two agree on the state that stands */
};

struct range {
    enum inspection inspection;
    bool drawn;        /* it is one of the fraction that the contract wants inspected */
    int copies;        /* groups that were asked for it, and have not answered */
    int second;        /* that differed from it, or -1 */
    double *contested; /* the second's state */
    double seconds;    /* of the second */
};

struct work {
    struct job *j;
    int groups;
    struct worker *worker;
    struct range *range;
    size_t ranges, waiting, inspecting; /* ranges in all, not handed out, to be inspected */
    uint32_t next;                      /* the first range that may be waiting */
    struct buf pending;                 /* states that are not durable yet */
    int fd;                             /* of the file of states */
    uint64_t size;                      /* of its intact part */
    bool failed;                        /* it could not be written; nothing more is */
    char path[PLAN_PATH];
};

/* work_states.c: the states that are in, in one file of the run that only grows.
 * Effect: opens it, and takes up again the states that the ledger acknowledges. */
int work_states_open(struct work *w, struct err *e);
int work_states_add(struct work *w, uint32_t range, const double *state, struct err *e);
int work_states_commit(struct work *w, struct err *e);

/* work_inspect.c. Effect: compares a second or third computation of a range by a group with
 * the one that stands. */
int work_compare(struct work *w, uint32_t k, int group, const double *state, double seconds,
                 struct err *e);

/* Whether that group may inspect range k: it has had no part in it. */
bool work_may_inspect(const struct work *w, uint32_t k, int group);

/* Effect: draws the ranges that are to be inspected once they are in. */
int work_draw_all(struct work *w, struct err *e);

/* Effect: a second slave is to compute range k. */
void work_want(struct work *w, uint32_t k);

/* Effect: the inspection of range k ends so. */
void work_uninspect(struct work *w, uint32_t k, enum inspection how);

/* Returns how many slaves can still be given work, at least 1. */
int work_able(const struct work *w);

/* work.c. Whether there is anything left that a new slave could do. */
bool work_is_wanted(const struct work *w);

/* Effect: the state becomes that of range k, computed by that slave. */
int work_accept(struct work *w, uint32_t k, int group, const char *name, const double *state,
                double seconds, struct err *e);

/* Effect: range k is to be computed anew. */
void work_take_back(struct work *w, uint32_t k);

#endif
