/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A rank's part in judging results of which no rank holds all: see "Large results" in DESIGN.
 *
 * Convention: the master says by MESSAGE_SHARD which step all ranks take next, and takes it, too;
 * its payload begins with a struct shards_head. What goes wrong in a step all learn there.
 */
#ifndef ENGINE_SLAVE_SHARDS_H
#define ENGINE_SLAVE_SHARDS_H

#include "engine/plan/shards.h"
#include "engine/shard/shard.h"
#include "engine/shard/together.h"
#include "engine/slave/side.h"
#include "engine/state/submitted.h"
#include "engine/transport/message.h"
#include "util/lookup.h"

/* What a slave says of a state that it keeps: the payload of its MESSAGE_RESULT. */
struct shards_said {
    double items; /* state[0] */
    uint8_t digest[SHA256_LEN];
};

enum shards_step {
    SHARDS_COLLECT =
        1, /* the head is followed by a struct shards_result for each result, and by the
                         * names of columns, each ended by NUL */
    SHARDS_FILTER = 2,
    SHARDS_MERGE = 3,
    SHARDS_DELIVER = 4,
    SHARDS_ACCOUNT = 5,
    SHARDS_RESULTS = 6, /* all results pass the master */
    SHARDS_CENTRE = 7,
    SHARDS_MODEL = 8, /* all ranks get the model of a round */
    SHARDS_ESTIMATE = 9,
    SHARDS_MIDDLE = 10, /* the estimate passes the master */
};

struct shards_head {
    uint64_t step;           /* enum shards_step */
    uint64_t ranks;          /* of COLLECT and MODEL: that take part; … */
    uint64_t round;          /* … and which it is */
    uint64_t length;         /* of COLLECT: doubles in a state; of MODEL: in a model */
    uint64_t kind, n, names; /* of COLLECT: enum shards_kind, results, bytes of names */
};

/* A result, whose state stands in the run's directory. */
struct shards_result {
    uint64_t partition; /* from 0 */
    uint64_t owner;     /* the rank that reads it */
    uint8_t digest[SHA256_LEN];
};

/* What a rank has of the results of a round. */
struct shards {
    struct transport *t;
    char directory[PLAN_PATH]; /* of the run */
    const struct contract *contract;
    enum shards_kind kind;
    struct bound *bound;           /* the function, in that round */
    struct lookup ranges;          /* of the contract, by their features */
    struct bound *own;             /* the same, of a rank that has computed nothing; or NULL */
    struct shard *shard;           /* of features that are dealt; or NULL */
    struct shards_result *results; /* n */
    size_t n, length;
    uint64_t round;         /* 0: not iterative */
    int ranks;              /* that take part */
    bool *finite;           /* n: whether a state is; on the master */
    struct submitted *open; /* the state that is being read … */
    double *state;          /* … in parts or as a whole; then, what is compared of it */
    double *value, *error;
    struct shard_account past;   /* of shards of rounds before */
    struct together_least least; /* of what passed outside of shards */
};

/* What the master gives, and gets, in a step. */
struct shards_call {
    const struct contract *contract;
    struct bound *bound;     /* COLLECT: the function, in this round, and … */
    double *values, *errors; /* … of few features what is compared: n x d */
    const bool *taken;       /* MERGE of whole states: n … */
    double *merged;          /* … and their merge */
};

/* With all ranks. Effect: d has the results that bytes, the payload of a SHARDS_COLLECT, name; call is
 * the master's, others have s, with the function and the round's model. */
int shards_collect(struct shards *d, struct transport *t, const struct slave *s,
                   const struct shards_call *call, const void *bytes, size_t len, struct err *e);
void shards_free(struct shards *d);

/* Returns what is compared of the results. */
struct shard_compared shards_compared(struct shards *d);

/* With all ranks. Effect: call->merged is the merge of the states that are taken, along the tree of
 * state/reduction.h. Each rank merges some that follow each other, and then what ranks have is
 * merged. Memory: of r results of a rank 2 + log2(r) states. */
int shards_merge_states(struct shards *d, const struct shards_call *call, struct err *e);

/* Effect: state is that of result i, as a whole. */
int shards_take(const struct shards *d, size_t i, double *state, struct err *e);

/* Effect: d->state is that, and d->value and d->error are what is compared of it, until these are
 * not looked at any more. */
int shards_look(struct shards *d, size_t i, struct err *e);
void shards_look_away(struct shards *d);

/* Returns what this rank has sent and received in all rounds. */
struct shard_account shards_account(const struct shards *d);

/* Effect: takes part in a step. What went wrong there the master tells; -1: this rank is out of step,
 * and the job is to end. */
int shards_take_part(struct slave *s, const struct message *in, struct err *e);

#endif
