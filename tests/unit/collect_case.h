/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run of centres, as its collector sees it: a ledger in which it is published, and a pool that
 * reads what centres have sent (centre_case.h).
 */
#ifndef TESTS_UNIT_COLLECT_CASE_H
#define TESTS_UNIT_COLLECT_CASE_H

#include "centre_case.h"

#include "engine/flow/claim.h"
#include "engine/flow/submit.h"

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
                     "filter: {weight: {method: volume}}\nlimits:\n  items_per_slave: 1000\n",
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
        .stop_rejected = t->stop,
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

/* Counts the records of a type, of a slave if that is not NULL. */
struct counting {
    const char *type, *slave;
    size_t count;
};

static inline int count_one(const struct record *r, void *context, struct err *e)
{
    struct counting *c = context;
    const char *slave = record_get(r, "slave");

    (void)e;
    c->count +=
        strcmp(r->type, c->type) == 0 && (!c->slave || (slave && strcmp(slave, c->slave) == 0));
    return 0;
}

static inline size_t count_records(const struct collect_case *t, const char *type,
                                   const char *slave)
{
    struct counting c = {type, slave, 0};
    struct err e = {0};
    struct ledger *l = ledger_open_read(t->ledger, &e);

    ck_ok(ledger_scan(l, count_one, &c, &e), &e);
    ledger_close(l);
    return c.count;
}

#endif
