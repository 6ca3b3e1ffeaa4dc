/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Centres, as the tests of a collector have them: what they have computed over, and what they send,
 * as files in a directory.
 *
 * Centre k's salts follow from its number, and its rows from that alone: so whoever sends again
 * sends the same.
 */
#ifndef TESTS_UNIT_CENTRE_CASE_H
#define TESTS_UNIT_CENTRE_CASE_H

#include "ledger_fixture.h"

#include <math.h>

#include "engine/engine.h"
#include "engine/flow/claim.h"
#include "engine/flow/submit.h"
#include "engine/plan/bind.h"
#include "engine/state/commitment.h"
#include "engine/state/digest.h"
#include "ledger/fold/runs.h"
#include "util/key.h"

enum { BEFORE = 0 }; /* all are in, and nothing is judged; else it is that which is kept */
enum { CENTRES = 8, CENTRE_ROWS = 40, CENTRE_COLUMNS = 3, COLLECTOR = 1, LIAR = 5, PATH = 200 };

static const char *const centres[CENTRES] = {"alpha", "beta",  "delta", "eta",
                                             "gamma", "kappa", "omega", "zeta"};
static const char centres_list[] = "alpha,beta,delta,eta,gamma,kappa,omega,zeta";
static const char *const centre_columns[CENTRE_COLUMNS] = {"y", "a", "b"};

struct collect_case {
    struct place place;
    char spec[PATH], contract[PATH], ledger[PATH], out[PATH], key[PATH];
    char run[RUN_HEX + 1];
    struct reader *reader;
    struct contract *c;
    /* Of the pool. */
    struct pool pool; /* the first of what its context is */
    struct job *j;
    bool stop; /* the collector wants to look at who was rejected */
    int steps; /* that are left until the process is killed; 0: it is not */
    void (*lie)(struct collect_case *t, int what); /* of a collector; or NULL */
};

/* What a centre sends for a round, before its state. */
struct centre_result {
    uint8_t salt[SHA256_LEN], claim_salt[SHA256_LEN], digest[SHA256_LEN];
    double items;
};

static inline void centre_salt(uint8_t salt[SHA256_LEN], const char *what, size_t k, uint64_t round)
{
    char text[80];

    snprintf(text, sizeof text, "%s %zu %llu", what, k, (unsigned long long)round);
    hash_bytes(text, strlen(text), salt, NULL);
}

/* The rows of centre k; a liar's are far off. */
static inline void centre_rows(size_t k, double rows[CENTRE_ROWS * CENTRE_COLUMNS])
{
    for (size_t i = 0; i < CENTRE_ROWS; i++) {
        double *row = rows + i * CENTRE_COLUMNS;
        row[1] = (double)((i * 37 + k * 11) % 101) / 16 + (k == LIAR ? 64 : 0);
        row[2] = (double)((i * 53 + k * 29) % 89) / 16;
        row[0] = row[1] + 2 * row[2] + (double)((i * 7 + k) % 13) > 15;
    }
}

static inline const char *case_path(const struct collect_case *t, char path[PATH], const char *what,
                                    size_t k, uint64_t round)
{
    snprintf(path, PATH, "%s/%s-%zu-%llu", t->place.dir, what, k, (unsigned long long)round);
    return path;
}

/* Effect: path is that of the payload of that digest. */
static inline const char *case_payload(const struct collect_case *t, char path[PATH],
                                       const uint8_t digest[SHA256_LEN])
{
    char hex[SHA256_HEX + 1];

    snprintf(path, PATH, "%s/%s", t->place.dir, hex_encode(hex, digest, SHA256_LEN));
    return path;
}

/* The centre's opening, and the commitment that it opens. */
static inline void centre_commits(size_t k, struct centre_result *x, uint8_t commit[SHA256_LEN])
{
    struct err e = {0};

    x->items = CENTRE_ROWS;
    centre_salt(x->claim_salt, "claim", k, 0);
    centre_salt(x->digest, "data", k, 0);
    ck_ok(commitment_make(x->claim_salt, CENTRE_ROWS, x->digest, commit, &e), &e);
}

static inline void put_file(const char *path, const void *data, size_t len)
{
    char temporary[PATH + 8];

    snprintf(temporary, sizeof temporary, "%s.new", path);
    log_put(temporary, data, len);
    ck_assert_int_eq(rename(temporary, path), 0);
}

/* Effect: the state of centre k is what it comes to with the model of the round, which may be NULL.
 * The caller frees it. */
static inline double *centre_state(const struct collect_case *t, size_t k, uint64_t round,
                                   const double *model, size_t *length)
{
    double rows[CENTRE_ROWS * CENTRE_COLUMNS];
    struct err e = {0};
    struct bound *b = bind_function(t->c, centre_columns, CENTRE_COLUMNS, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    if (model)
        bound_set_round(b, round, model);
    centre_rows(k, rows);
    const struct block block = {.rows = CENTRE_ROWS, .columns = CENTRE_COLUMNS, .data = rows};
    *length = bound_length(b);
    double *state = calloc(*length, sizeof *state);
    ck_ok(bound_accumulate(b, state, &block, &e), &e);
    bound_destroy(b);
    return state;
}

/* Effect: centre k has sent its result of that round. */
static inline void centre_sends(const struct collect_case *t, size_t k, uint64_t round,
                                const double *model)
{
    uint8_t commit[SHA256_LEN];
    struct centre_result x;
    char path[PATH];
    size_t length;
    double *state = centre_state(t, k, round, model, &length);
    char *bytes = malloc(sizeof x + length * sizeof *state);

    centre_commits(k, &x, commit);
    centre_salt(x.salt, "state", k, round);
    memcpy(bytes, &x, sizeof x);
    memcpy(bytes + sizeof x, state, length * sizeof *state);
    put_file(case_path(t, path, "result", k, round), bytes, sizeof x + length * sizeof *state);
    free(bytes);
    free(state);
}

#endif
