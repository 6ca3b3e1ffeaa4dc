/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of an audit share. Private to this folder.
 *
 * Convention: a part returns -1 only if this centre cannot look; what is wrong, or not there, with
 * what others have made is a finding.
 */
#ifndef SITE_AUDIT_INSIDE_H
#define SITE_AUDIT_INSIDE_H

#include "engine/result/result.h"
#include "function/bound.h"
#include "ledger/names.h"
#include "site/audit/audit.h"
#include "site/audit/proof.h"
#include "site/roster.h"
#include "site/sealed.h"

enum said_type {
    SAID_CLAIM = 1,
    SAID_SUBMIT = 2,
    SAID_LOST = 3,
    SAID_FILTER = 4,
    SAID_AGGREGATE = 5,
    SAID_UPDATE = 6,
    SAID_ROSTER = 7,
    SAID_SETTLE = 8,
    SAID_PEER = 9, /* of any run: what it makes of a centre */
};

/* What the collector's log says of the run, a record each. */
struct audit_said {
    enum said_type type;
    uint64_t seq;
    int64_t time_us;
    char slave[SLAVE_NAME], site[HOUSE_NAME]; /* "" where the type has none */
    uint64_t round, items;
    double seconds, score, threshold, weight, share;
    uint8_t digest[SHA256_LEN]; /* commit, state, model, or a roster's file */
    uint8_t copy[SHA256_LEN];   /* of a claim */
    bool rejected, converged;
    char word[32]; /* why of a filter record, reason of a loss, state of a peer */
};

struct auditing {
    struct site *s;
    const struct fed_run *run;
    struct site_audit *a;
    struct peers peers;
    struct identity self;
    struct ledger *log; /* the collector's */
    struct audit_said *said;
    size_t count, capacity;
    struct lookup firsts;      /* of "TYPE ROUND SITE" the first of these */
    struct contract *contract; /* NULL: it is not there, or is none */
    struct bound *bound;
    struct result *result; /* the published one; NULL: it is not there, or is none */
    bool verified;         /* nothing is wrong with it, by itself */
    bool has_identity;
    struct age_identity identity;
};

/* audit.c. Effect: one more finding, which stays where it is until the next; NULL: no memory, which
 * the audit fails with at its end. */
struct audit_finding *audit_add(struct auditing *x, const char *code, enum audit_state state,
                                const char *site, uint64_t round, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Effect: it is right, if nothing else was found of it. */
void audit_rest(struct auditing *x, const char *code, const char *text);

/* audit_log.c. Effect: x->said has what the collector's log says. */
int audit_read_log(struct auditing *x, struct err *e);

/* Returns the first of that type, site (NULL: any) and round (0: any), behind after (NULL: of all). */
const struct audit_said *audit_find(const struct auditing *x, enum said_type type, const char *site,
                                    uint64_t round, const struct audit_said *after);

/* Sets *l to the log of a centre, as it was seen, which the caller gives back; NULL: it was not. */
int audit_log(struct auditing *x, const char *site, struct ledger **l, struct err *e);
void audit_give_back(struct auditing *x, struct ledger *l);

/* Whether the collector had revoked or suspended a centre when it said record seq. */
bool audit_is_silenced(const struct auditing *x, const char *site, uint64_t seq);

/* Returns the verifier key of a centre, or NULL. */
const struct note_key *audit_key(const struct auditing *x, const char *site);

/* audit_cover.c. A checkpoint of a centre that somebody had cosigned. */
struct audit_cover {
    struct kept *kept; /* with that line; NULL: none was found */
    char who[HOUSE_NAME];
    int64_t time_us;
};

/* Effect: *c is a checkpoint of a centre's log that covers record seq, and that another centre had
 * cosigned by then; the collector's own is preferred. The caller frees. */
int audit_cover(struct auditing *x, const char *site, uint64_t seq, int64_t until_us,
                struct audit_cover *c, struct err *e);
void audit_cover_free(struct audit_cover *c);

/* Whether the collector cannot have seen more of a centre's log than this one has. */
bool audit_seen_enough(struct auditing *x, const char *site);

/* audit_evidence.c. Effect: the finding names a file that convinces others of it, if one can be made;
 * else its text says why not. kind as in audit_proof.h; one and two are records of the collector's,
 * own is a record of the centre's from which on those count that follow it (to). */
struct audit_proved {
    enum proof_kind kind;
    uint64_t from, to;         /* the collector's records, without a gap … */
    const uint64_t *single;    /* … or, if this is not NULL, */
    size_t count;              /* the publish record, and these */
    uint64_t own_from, own_to; /* the centre's records; none, if the first is not the smaller */
    const struct kept *by;     /* the centre's checkpoint; NULL: its newest */
    const char *roster;        /* its file, or NULL */
    size_t roster_len;
};
void audit_prove(struct auditing *x, struct audit_finding *f, const struct audit_proved *p);

/* audit_centres.c. Effect: claims, submits and rosters, as the collector has them, are compared with
 * the logs of the centres. */
int audit_centres(struct auditing *x, struct err *e);

/* Reads the roster of a round, which the caller frees. Returns 1; 0: it cannot be read, which was
 * told if tell says so. */
int audit_roster(struct auditing *x, const struct fed_round *round, bool tell, struct roster *r,
                 char **bytes, size_t *len);

/* audit_times.c. Effect: who was counted, and who was not, against the times. */
int audit_times(struct auditing *x, struct err *e);

/* audit_models.c. Effect: one aggregate and model of each round, and what update() makes of them. */
int audit_models(struct auditing *x, struct err *e);

/* Returns the doubles of a payload of the collector, which the caller frees; NULL: why. */
double *audit_doubles(struct auditing *x, const uint8_t digest[static SHA256_LEN], size_t count,
                      struct err *why);

/* audit_states.c. Effect: digests, decisions and aggregates are computed again from states, where
 * there are any. */
int audit_states(struct auditing *x, struct err *e);

/* Opens what a centre has sealed: 0, and s is freed by the caller; else -1, and why. */
int audit_open(struct auditing *x, const struct fed_party *p, const struct fed_submit *sub,
               struct sealed *s, struct err *why);

#endif
