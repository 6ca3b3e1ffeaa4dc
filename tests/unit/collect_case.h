/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run of centres, as its collector sees it: a ledger in which it is published, a directory in
 * which claims, results and models are files, and a pool that reads them.
 *
 * Centre k's salts follow from its number, and its rows from that alone: so whoever sends again
 * sends the same.
 */
#ifndef TESTS_UNIT_COLLECT_CASE_H
#define TESTS_UNIT_COLLECT_CASE_H

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

/* A process dies here if it is its turn. */
static inline void case_step(struct collect_case *t)
{
    if (t->steps > 0 && --t->steps == 0)
        _exit(9);
}

static inline struct collect_case *case_of(const struct pool *pool)
{
    return (struct collect_case *)(void *)((char *)(uintptr_t)pool -
                                           offsetof(struct collect_case, pool));
}

static inline int case_resume(struct pool *pool, struct err *e)
{
    case_step(case_of(pool));
    return submit_resume(case_of(pool)->j, e);
}

static inline int case_claims(struct collect_case *t, uint32_t k, struct err *e)
{
    struct message *m = message_create(MESSAGE_CLAIMED, k, 0, e);
    struct centre_result x;

    ck_assert(m != NULL);
    centre_commits(k, &x, m->commit);
    m->items = CENTRE_ROWS;
    memcpy(m->copy, t->j->plan->contract_digest, SHA256_LEN);
    int rc = claim_accept(t->j, &claim_exchange, m, e);
    free(m);
    return rc;
}

static inline int case_submits(struct collect_case *t, uint32_t k, const char *bytes, size_t len,
                               struct err *e)
{
    struct centre_result x;
    struct message *m = message_create(MESSAGE_RESULT, k, len - sizeof x, e);

    ck_assert(m && len > sizeof x);
    memcpy(&x, bytes, sizeof x);
    memcpy(m->payload, bytes + sizeof x, len - sizeof x);
    memcpy(m->salt, x.claim_salt, SHA256_LEN);
    memcpy(m->digest, x.digest, SHA256_LEN);
    m->seconds = 0.25;
    int rc = submit_accept(t->j, m, x.salt, e);
    free(m);
    return rc;
}

/* What there is of one centre: its result; a file that says that it is too late, or that it never
 * claimed, in the words in it; nothing yet. */
static inline int case_take(struct collect_case *t, uint32_t k, size_t *missing, struct err *e)
{
    char path[PATH], *bytes;
    size_t len;

    case_step(t);
    bool absent = file_read(case_path(t, path, "absent", k, 0), 1 << 20, &bytes, &len, NULL) == 0;
    if (!absent && !t->j->partitions[k].claimed && case_claims(t, k, e) < 0)
        return -1;
    if (t->j->partitions[k].stage == JOB_FAILED)
        return 0;
    if (absent ||
        file_read(case_path(t, path, "late", k, t->j->round), 1 << 20, &bytes, &len, NULL) == 0) {
        int lost = submit_lost(t->j, k, ERR_IO, bytes, e);
        free(bytes);
        return lost;
    }
    if (file_read(case_path(t, path, "result", k, t->j->round), 1 << 20, &bytes, &len, NULL) < 0) {
        t->j->partitions[k].stage = JOB_WAITING;
        ++*missing;
        return 0;
    }
    int rc = case_submits(t, k, bytes, len, e);
    free(bytes);
    return rc;
}

static inline int case_commit(struct pool *pool, bool last, struct err *e)
{
    (void)last;
    case_step(case_of(pool));
    return job_commit(case_of(pool)->j, e);
}

static inline int case_gather(struct pool *pool, struct err *e)
{
    struct collect_case *t = case_of(pool);
    size_t missing = 0;

    for (uint32_t k = 0; k < t->j->result->slaves; k++)
        if (t->j->partitions[k].stage == JOB_WAITING && case_take(t, k, &missing, e) < 0)
            return -1;
    if (case_commit(pool, true, e) < 0)
        return -1;
    case_step(t);
    return missing ? err_set(e, ERR_INCOMPLETE, "round %llu waits for %zu centres",
                             (unsigned long long)t->j->round, missing)
                   : 0;
}

static inline int case_complete(const struct pool *pool, struct err *e)
{
    struct collect_case *t = case_of(pool);

    (void)e;
    case_step(t);
    if (t->lie)
        t->lie(t, BEFORE);
    return 0;
}

/* The record that names it is not there yet. */
static inline int case_keep(struct pool *pool, enum pool_kept what,
                            const uint8_t digest[static SHA256_LEN], const void *data, size_t len,
                            struct err *e)
{
    struct collect_case *t = case_of(pool);
    uint8_t again[SHA256_LEN];
    char path[PATH];

    case_step(t);
    ck_ok(hash_bytes(data, len, again, e), e);
    ck_assert_mem_eq(again, digest, SHA256_LEN);
    ck_assert(t->j->run.settled == false);
    put_file(case_payload(t, path, digest), data, len);
    if (t->lie)
        t->lie(t, what);
    case_step(t);
    return 0;
}

static inline void case_who(const struct pool *pool, int group, const char **slave,
                            const char **node)
{
    (void)pool, (void)group;
    *slave = *node = "";
}

static inline void case_close(struct pool *pool)
{
    (void)pool;
}

static inline struct pool *case_open(struct job *j, void *context, struct err *e)
{
    static const struct pool_ops ops = {
        .resume = case_resume,
        .gather = case_gather,
        .commit = case_commit,
        .check_complete = case_complete,
        .keep = case_keep,
        .who = case_who,
        .close = case_close,
    };
    struct collect_case *t = context;

    (void)e;
    case_step(t);
    t->pool.ops = &ops;
    t->j = j;
    return &t->pool;
}

/* Effect: the run is published, as `site publish` does it. */
static inline void case_publish(struct collect_case *t, const char *sites, size_t count,
                                const char *disclose)
{
    struct err e = {0};
    struct record *r = calloc(2, sizeof *r);
    uint8_t public[KEY_PUBLIC_LEN], file[SHA256_LEN];
    struct bytes b = log_read(t->contract);
    struct key *key = key_open(t->key, &e);

    ck_assert_msg(key != NULL, "%s", e.text);
    key_public(key, public);
    key_close(key);
    const struct ledger_genesis genesis = {centres[COLLECTOR], public};
    struct ledger *l = ledger_open(t->ledger, &genesis, &e);
    ck_assert_msg(l != NULL, "%s", e.text);
    ck_ok(hash_bytes(b.data, b.len, file, &e), &e);
    record_begin(&r[0], "publish");
    record_set(&r[0], "contract", "%s", t->c->id);
    record_set_digest(&r[0], "file", file);
    record_set(&r[0], "function", "%s", t->c->digest);
    record_set(&r[0], "slaves", "%zu", count);
    record_set(&r[0], "rounds", "%lld", (long long)t->c->rounds);
    record_set(&r[0], "data", "-");
    record_begin(&r[1], "open");
    record_set(&r[1], "run", "%s", RECORD_RUN_UNKNOWN);
    record_set(&r[1], "sites", "%s", sites);
    record_set(&r[1], "min", "2");
    record_set(&r[1], "claims", "1700000000");
    record_set(&r[1], "deadline", "86400");
    record_set(&r[1], "disclose", "%s", disclose);
    record_set(&r[1], "seal", "age1");
    ck_ok(ledger_append(l, r, 2, NULL, &e), &e);
    hex_encode(t->run, r[0].sum, RUN_HEX / 2);
    ledger_close(l);
    free(b.data);
    free(r);
}

/* Effect: there is a contract of that function and rounds, and a run of it. */
static inline void case_begin(struct collect_case *t, const char *function, int rounds,
                              const char *disclose)
{
    char spec[600];
    struct err e = {0};

    *t = (struct collect_case){.place = place_make()};
    snprintf(t->spec, PATH, "%s/c.yaml", t->place.dir);
    snprintf(t->contract, PATH, "%s/c.h5", t->place.dir);
    snprintf(t->ledger, PATH, "%s/ledger", t->place.dir);
    snprintf(t->out, PATH, "%s/result.h5", t->place.dir);
    snprintf(t->key, PATH, "%s/key", t->place.dir);
    setenv("XDG_CONFIG_HOME", t->place.dir, 1);
    setenv("XDG_STATE_HOME", t->place.dir, 1);
    int n = snprintf(spec, sizeof spec,
                     "title: Centres\ndata:\n  name: d\n  split: sites\n  slaves: 10\n"
                     "  columns: [y, a, b]\nfunction: %s\nrounds: %d\n"
                     "limits:\n  items_per_slave: 1000\n",
                     function, rounds);
    log_put(t->spec, spec, (size_t)n);
    t->reader = reader_start(&e);
    t->c = contract_from_spec(t->spec, &e);
    ck_assert_msg(t->reader && t->c, "%s", e.text);
    ck_ok(engine_complete(t->c, &e), &e);
    ck_ok(contract_write(t->c, t->contract, &e), &e);
    case_publish(t, centres_list, CENTRES, disclose);
}

static inline void case_end(struct collect_case *t)
{
    contract_destroy(t->c);
    reader_stop(t->reader);
    place_remove(t->place.dir);
}

static inline int case_collect(struct collect_case *t, struct engine_report *report, struct err *e)
{
    const struct engine_options o = {
        .contract = t->contract,
        .ledger = t->ledger,
        .out = t->out,
        .run = t->run,
        .key = t->key,
    };

    return engine_collect(t->reader, &o, case_open, t, report, e);
}

/* Effect: *run is what the ledger has of that round. */
static inline void case_run(const struct collect_case *t, uint64_t round, struct run *run)
{
    struct err e = {0};
    struct ledger *l = ledger_open_read(t->ledger, &e);

    ck_assert_msg(l != NULL, "%s", e.text);
    ck_ok(runs_find_round(l, t->run, round, run, &e), &e);
    ledger_close(l);
}

/* Effect: all centres but one, which may be CENTRES, have sent their results of the round, with the
 * model that the collector has published. */
static inline void case_all_send(const struct collect_case *t, uint64_t round, size_t but)
{
    struct run run;
    char path[PATH];
    struct bytes model = {0};

    case_run(t, round - 1, &run);
    if (run.updated)
        model = log_read(case_payload(t, path, run.model));
    for (size_t k = 0; k < CENTRES; k++)
        if (k != but)
            centre_sends(t, k, round, (const double *)(const void *)model.data);
    free(model.data);
    runs_free(&run);
}

#endif
