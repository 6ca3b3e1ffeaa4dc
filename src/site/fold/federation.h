/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The federation, as a fold over the logs that this centre has verified: its own and its mirrors.
 *
 * Runs are found by their publish records, each in the log of its collector; what others say of a
 * run counts where it stands in their own log, and what the collector says of it in the
 * collector's. Whoever says something of a run that its collector has not published, or was not
 * asked, says nothing.
 *
 * Convention: numbers and names are checked here: what is wrong in a peer's record counts for
 * nothing, and is told in odd.
 */
#ifndef SITE_FOLD_FEDERATION_H
#define SITE_FOLD_FEDERATION_H

#include "site/house/house.h"
#include "ledger/fold/runs.h"
#include "util/lookup.h"
#include "util/text.h"

enum { FED_RULE = 192 }; /* bytes of a rule's name, with its NUL */

/* A result that a centre has delivered. */
struct fed_submit {
    uint64_t round;
    uint8_t record[SHA256_LEN]; /* the sum of its submit record */
    uint64_t seq;               /* the number of it in that log */
    uint8_t state[SHA256_LEN];  /* the salted digest that it names */
    uint8_t file[SHA256_LEN];   /* of the sealed file */
    bool delivered;             /* there is a deliver record in its batch */
    uint64_t items;
    double seconds;
    int64_t time_us;  /* that the centre says */
    int64_t heard_us; /* when the collector saw it; 0: it has not */
    bool late;        /* there is a late record */
};

/* A centre that a run asks. */
struct fed_party {
    char site[HOUSE_NAME];
    char data[TEXT_NAME + 1]; /* of its claim */
    bool refused, approved, claimed, withdrawn, recalled;
    bool silenced;       /* revoked or suspended here: nothing of it counts any more */
    char rule[FED_RULE]; /* of the last refuse or approve record */
    uint8_t approved_model[SHA256_LEN]; /* the last model that a person has let be computed with */
    bool has_model;
    uint8_t claim[SHA256_LEN]; /* the sum of its claim record, the first that counts */
    uint64_t claim_seq;
    uint64_t items;
    uint8_t commit[SHA256_LEN], copy[SHA256_LEN];
    int64_t claim_us;           /* that the centre says */
    int64_t claim_heard_us;     /* when the collector saw it; 0: it has not */
    int64_t refuse_heard_us;    /* the same of what it refused or withdrew by */
    uint8_t answer[SHA256_LEN]; /* the sum of that record */
    size_t claims;              /* that it has made: more than one is one too many */
    struct fed_submit *submits; /* in the order of its log */
    size_t count, capacity;
};

/* A round, as its collector says. */
struct fed_round {
    uint64_t round, attempt;    /* the last attempt */
    int64_t roster_us;          /* when that roster was said; 0: never */
    uint8_t roster[SHA256_LEN]; /* its file */
    bool aggregated, updated, converged;
    uint8_t aggregate[SHA256_LEN], model[SHA256_LEN]; /* model: that it led to */
};

struct fed_run {
    char key[RUN_HEX + 1];
    char collector[HOUSE_NAME];
    uint64_t seq; /* of the publish record in the collector's log */
    int64_t published_us;
    char contract[SHA256_HEX + 1];
    uint8_t file[SHA256_LEN]; /* of the contract */
    char *function;
    uint64_t rounds;
    struct fed_party *parties; /* whom it asks, in the order of their names */
    size_t parties_count;
    uint64_t min;
    int64_t claims_us;   /* until when claims count */
    int64_t deadline_us; /* how long a round's results have */
    enum disclose disclose;
    char seal[AGE_RECIPIENT]; /* the collector's recipient */
    char *auditors;           /* the others, with commas; "" of none */
    struct fed_round *list;   /* round 0 (its model is the first) and up */
    size_t count, capacity;
    bool settled, closed;
    char closed_by[16];         /* the code of the close record */
    uint8_t result[SHA256_LEN]; /* settled: the published result */
    bool twice;                 /* this key stands in two logs: its collectors are suspended */
    bool silenced;              /* its collector is revoked or suspended here */
};

/* Data that a centre has taken back. */
struct fed_recall {
    char site[HOUSE_NAME], data[TEXT_NAME + 1];
    int64_t time_us;
};

struct federation {
    char self[HOUSE_NAME]; /* this centre */
    struct fed_run *runs;  /* in the order in which their collectors have published them */
    size_t count, capacity;
    struct lookup keys;
    struct fed_recall *recalls; /* of all centres */
    size_t recalls_count, recalls_capacity;
    int64_t last_said_us;       /* of this centre's own last record */
    uint8_t policy[SHA256_LEN]; /* the last policy record's digest … */
    bool has_policy;            /* … if it is one */
    struct err odd;             /* the first record of others that counts for nothing */
};

/* Effect: *f is the fold; the caller frees it. A peer that is revoked or suspended says nothing but
 * what its mirror had before. */
int federation_fold(struct house *h, struct federation *f, struct err *e);
void federation_free(struct federation *f);

/* Returns the run whose key begins so, which is at least RUN_PREFIX digits; with NULL the one run
 * that is open. None, or several: NULL, ERR_INPUT or ERR_USAGE. */
struct fed_run *federation_run(const struct federation *f, const char *key, struct err *e);

/* Returns what a run knows of a centre, or NULL: it is not asked. */
struct fed_party *fed_party(const struct fed_run *run, const char *site);

/* Returns the round, or NULL. */
struct fed_round *fed_round(const struct fed_run *run, uint64_t round);

/* Returns the number of the round that is being computed: the last with a roster, or 0. */
uint64_t fed_present(const struct fed_run *run);

/* Whether nothing more can come of it: settled, closed, or its collector contradicts itself. */
bool fed_over(const struct fed_run *run);

/* Returns the centre's first result of a round that was delivered, or NULL. */
struct fed_submit *fed_submit_of(const struct fed_party *p, uint64_t round);

/* Returns when this centre has recalled that data, or 0. */
int64_t federation_recalled(const struct federation *f, const char *site, const char *data);

#endif
