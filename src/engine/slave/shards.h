/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A slave's part in judging results of which no rank holds all: see "Large results" in DESIGN.
 *
 * Convention: the master says by MESSAGE_SHARD which step of engine/shard/shard.h all ranks take
 * next; its payload begins with a struct shards_head. What goes wrong in a step all learn there.
 */
#ifndef ENGINE_SLAVE_SHARDS_H
#define ENGINE_SLAVE_SHARDS_H

#include "engine/shard/shard.h"
#include "engine/slave/side.h"
#include "engine/state/submitted.h"
#include "engine/transport/message.h"

/* What a slave says of a state that it keeps: the payload of its MESSAGE_RESULT. */
struct shards_said {
    double items; /* state[0] */
    uint8_t digest[SHA256_LEN];
};

enum shards_step {
    SHARDS_COLLECT = 1, /* the head is followed by a struct shards_result for each result */
    SHARDS_FILTER = 2,
    SHARDS_MERGE = 3,
    SHARDS_DELIVER = 4,
    SHARDS_ACCOUNT = 5,
    SHARDS_RESULTS = 6, /* all results pass the master */
    SHARDS_CENTRE = 7,
};

struct shards_head {
    uint64_t step;             /* enum shards_step */
    uint64_t ranks, n, length; /* of COLLECT: that take part, results, doubles in a state */
};

/* A result, whose state stands in the run's directory. */
struct shards_result {
    uint64_t partition; /* from 0 */
    uint64_t owner;     /* the rank that reads it */
    uint8_t digest[SHA256_LEN];
};

/* What is compared is each double but the first, divided by that. */
extern const struct shard_compared shards_compared;

/* What a rank has of the results that are dealt. */
struct shards {
    char directory[PLAN_PATH]; /* of the run */
    struct shard *shard;
    struct shards_result *results; /* n */
    size_t n, length;
    int ranks;              /* that take part */
    struct submitted *open; /* the one that is being read */
};

/* With all ranks. Effect: d has the results, of which this rank has its blocks; bytes is what is in
 * the message of SHARDS_COLLECT. */
int shards_collect(struct shards *d, struct transport *t, const char *directory, const void *bytes,
                   size_t len, struct err *e);
void shards_free(struct shards *d);

/* Effect: takes part in a step. What went wrong there the master tells; -1: this rank is out of step,
 * and the job is to end. */
int shards_take_part(struct slave *s, const struct message *in, struct err *e);

#endif
