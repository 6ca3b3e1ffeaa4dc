/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pool: where the results of a run come from.
 *
 * The flow asks a pool to resume and to gather, round by round, and judges what is in then;
 * it does not know whether slaves compute partitions of data or ranges of work, or whether
 * results are read from files. A pool fills in the job: the stage of each partition, its
 * entry of the result, its state, and their records.
 *
 * Convention: master only. A pool is made once a run is published, and lives as long as the
 * job works on it. Whoever makes one puts a struct pool first into a struct of its own.
 */
#ifndef ENGINE_FLOW_POOL_H
#define ENGINE_FLOW_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/hash.h"

struct job;
struct pool;

/* What a run leaves for others than its result's owner. */
enum pool_kept {
    POOL_AGGREGATE = 1, /* of a round: its doubles */
    POOL_MODEL = 2,     /* that a round, from 0, led to: its doubles */
    POOL_RESULT = 3,    /* the bytes of the result's file */
};

struct pool_ops {
    /* Effect: what an earlier start had acknowledged of this round is in. */
    int (*resume)(struct pool *p, struct err *e);

    /* Effect: each that is wanted (JOB_WAITING) has answered or failed. ERR_INCOMPLETE: halted
     * before, or not all that is waited for is in: the same call goes on later. */
    int (*gather)(struct pool *p, struct err *e);

    /* Effect: what was taken is durable, states first, then their records. last: nothing
     * more is expected, and the records may go into one batch with the decisions. */
    int (*commit)(struct pool *p, bool last, struct err *e);

    /* Effect: results that are to be computed again before they are judged are wanted once
     * more; *more is how many. Called once all are in. NULL: none ever are. */
    int (*inspect)(struct pool *p, size_t *more, struct err *e);

    /* Fails with the reason when what is in is not enough to be judged. */
    int (*check_complete)(const struct pool *p, struct err *e);

    /* Effect: *slave and *node are names of who is at work in that group, as far as they are
     * known; they are the pool's. */
    void (*who)(const struct pool *p, int group, const char **slave, const char **node);

    /* Effect: these bytes, which have that SHA-256, are durable for whoever is to have them. Called
     * before the record that names them is appended, and again if that did not come to it. NULL:
     * nobody is. */
    int (*keep)(struct pool *p, enum pool_kept what, const uint8_t digest[static SHA256_LEN],
                const void *data, size_t len, struct err *e);

    /* Effect: nobody need go on with what is still being computed. NULL: nobody does. */
    void (*stop)(struct pool *p);
    void (*close)(struct pool *p);
};

struct pool {
    const struct pool_ops *ops;
};

/* Returns a pool for that job, which is published; the job closes it. */
typedef struct pool *pool_opener(struct job *j, void *context, struct err *e);

#endif
