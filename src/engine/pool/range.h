/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the master knows of ranges and of those who compute them.
 *
 * Every range is a result: entry k of the run's result, called SLAVE#k once it is in. The first
 * answer counts; who computed it shows in the name.
 *
 * Convention: private to the files range*.c; master only.
 */
#ifndef ENGINE_POOL_RANGE_H
#define ENGINE_POOL_RANGE_H

#include "engine/pool/groups.h"
#include "util/buf.h"

enum { RANGES_AHEAD = 2 }; /* batches under way per group: one is computed, one waits there */

/* Ranges that a group was asked for in one message. */
struct batch {
    uint32_t first, count;
    bool again; /* ranges that are with another group, or were computed by one */
};

/* A slave of a contract without data: a group of ranks. */
struct worker {
    char name[SLAVE_NAME]; /* SITE/NODE/SLOT, once it has claimed */
    char node[NODE_NAME];
    bool asked, claimed;
    bool wrong;                       /* found out; it gets nothing more */
    struct batch batch[RANGES_AHEAD]; /* in the order in which they are answered */
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

struct ranges {
    struct groups g; /* the first member */
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

/* Returns whether there is anything left that a new slave could do. */
bool ranges_wanted(const struct ranges *w);

/* Effect: a second slave is to compute range k. */
void ranges_want(struct ranges *w, uint32_t k);

/* Effect: the inspection of range k ends so. */
void ranges_uninspect(struct ranges *w, uint32_t k, enum inspection how);

/* Effect: range k is to be computed anew. */
void ranges_take_back(struct ranges *w, uint32_t k);

/* Returns how many slaves can still be given work, at least 1. */
int ranges_able(const struct ranges *w);

/* Whether the result of range k is that worker's. */
bool ranges_is_of(const struct ranges *w, uint32_t k, const struct worker *x);

/* Whether that group may inspect range k: it has had no part in it. */
bool ranges_may_inspect(const struct ranges *w, uint32_t k, int group);

#endif
