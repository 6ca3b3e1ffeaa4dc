/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What slaves have claimed and answered, as far as a run's records were looked at.
 *
 * Convention: private to the verify files.
 */
#ifndef ENGINE_VERIFY_STANDING_H
#define ENGINE_VERIFY_STANDING_H

#include <stdbool.h>

#include "ledger/record.h"
#include "util/hash.h"
#include "util/lookup.h"

/* Where a slave stands. */
struct standing {
    bool claims;    /* it has claimed, and not withdrawn since */
    uint64_t items; /* of that claim */
};

/* What a slave has answered in a round. */
struct answer {
    uint8_t state[SHA256_LEN];
    bool judged;
};

/* All of them; it begins as {0}. */
struct standings {
    struct lookup slaves, answers;
    struct standing *standing; /* by the numbers of slaves */
    size_t slaves_count, slaves_capacity;
    struct answer *answer; /* by those of answers, which are called ROUND SLAVE */
    size_t answers_count, answers_capacity;
};

void standings_free(struct standings *s);

/* Returns the standing of the slave of that name, without its range; NULL: no memory. */
struct standing *standing_of(struct standings *s, const char *name, struct err *e);

/* Returns what the record's slave has answered in its round, or NULL. */
struct answer *answer_of(const struct standings *s, const struct record *r);

/* Effect: it has answered that. */
int answer_add(struct standings *s, const struct record *r, const uint8_t state[static SHA256_LEN],
               struct err *e);

#endif
