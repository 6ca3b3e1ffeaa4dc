/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests the flow with a pool of its own kind: results that are read from files in a
 * directory, as sites would exchange them. */
#include "ledger_fixture.h"

#include "engine/engine.h"
#include "engine/flow/claim.h"
#include "engine/flow/submit.h"
#include "engine/plan/bind.h"
#include "engine/state/commitment.h"
#include "engine/verify/verify.h"
#include "engine/view/document.h"

enum { SITES = 10, ROWS = 40, LIAR = 3 };

static const char *const columns[] = {"a", "b"};

/* A pool of sites: site k's state is the file DIRECTORY/site-k. */
struct sites {
    struct pool pool; /* the first member */
    struct job *j;
    const char *directory;
};

static int sites_resume(struct pool *pool, struct err *e)
{
    return submit_resume(((struct sites *)pool)->j, e);
}

/* The file of a site is its state; what it commits to is the file. */
static int take_site(struct job *j, uint32_t k, const char *bytes, size_t len, struct err *e)
{
    static const char names[] = "a\0b";
    struct message *claim = message_create(MESSAGE_CLAIMED, k, sizeof names, e);
    struct message *answer = message_create(MESSAGE_RESULT, k, len, e);
    double items;

    ck_assert(claim && answer && len >= sizeof items);
    memcpy(&items, bytes, sizeof items);
    memcpy(claim->payload, names, sizeof names);
    claim->items = (uint64_t)items;
    memcpy(claim->copy, j->plan->contract_digest, SHA256_LEN);
    memcpy(answer->payload, bytes, len);
    int rc = hash_bytes(bytes, len, answer->digest, e);
    if (rc == 0)
        rc = commitment_make(answer->salt, claim->items, answer->digest, claim->commit, e);
    if (rc == 0)
        rc = claim_accept(j, &(struct claimant){"exchange", 0}, claim, e);
    if (rc == 0 && j->partitions[k].stage == JOB_CLAIMED)
        rc = submit_accept(j, answer, NULL, e);
    free(claim);
    free(answer);
    return rc;
}

/* Whoever looks before anything new is gathered sees what earlier starts have. */
static void check_status_begins(const struct job *j)
{
    char path[PLAN_PATH], *text;
    size_t len, shown = 0, answered = 0;
    struct status_document d;
    struct err e = {0};

    ck_ok(job_path(j, "status", path, sizeof path, &e), &e);
    ck_ok(file_read(path, 1 << 20, &text, &len, &e), &e);
    ck_ok(status_decode(text, len, &d, &e), &e);
    for (size_t k = 0; k < d.count; k++) {
        shown += d.slaves[k].stage == STATUS_ANSWERED;
        answered += j->partitions[k].stage == JOB_ANSWERED;
    }
    ck_assert_uint_eq(shown, answered);
    status_document_free(&d);
    free(text);
}

static int sites_gather(struct pool *pool, struct err *e)
{
    struct sites *s = (struct sites *)pool;

    check_status_begins(s->j);

    for (uint32_t k = 0; k < s->j->result->slaves; k++) {
        char path[200], *bytes;
        size_t len;
        if (s->j->partitions[k].stage == JOB_ANSWERED)
            continue;
        snprintf(path, sizeof path, "%s/site-%u", s->directory, k + 1);
        int rc = file_read(path, 1 << 20, &bytes, &len, NULL) < 0
                     ? submit_lost(s->j, k, ERR_INCOMPLETE, "has sent nothing yet", e)
                     : take_site(s->j, k, bytes, len, e);
        if (s->j->partitions[k].stage != JOB_FAILED)
            free(bytes);
        if (rc < 0)
            return -1;
    }
    return s->pool.ops->commit(pool, true, e);
}

static int sites_commit(struct pool *pool, bool last, struct err *e)
{
    (void)last;
    return job_commit(((struct sites *)pool)->j, e);
}

static int sites_inspect(struct pool *pool, size_t *more, struct err *e)
{
    (void)pool, (void)e;
    *more = 0;
    return 0;
}

static int sites_check_complete(const struct pool *pool, struct err *e)
{
    const struct job *j = ((const struct sites *)pool)->j;

    for (size_t k = 0; k < j->result->slaves; k++)
        if (j->partitions[k].stage != JOB_ANSWERED)
            return err_set(e, ERR_INCOMPLETE, "site %zu: %s", k + 1, j->result->slave[k].trouble);
    return 0;
}

static void sites_who(const struct pool *pool, int group, const char **slave, const char **node)
{
    *slave = ((const struct sites *)pool)->j->result->slave[group].name;
    *node = "exchange";
}

static void sites_close(struct pool *pool)
{
    free(pool);
}

static struct pool *sites_open(struct job *j, void *context, struct err *e)
{
    static const struct pool_ops ops = {
        .resume = sites_resume,
        .gather = sites_gather,
        .commit = sites_commit,
        .inspect = sites_inspect,
        .check_complete = sites_check_complete,
        .who = sites_who,
        .close = sites_close,
    };
    struct sites *s = err_alloc(1, sizeof *s, "sites", e);

    if (!s)
        return NULL;
    *s = (struct sites){{&ops}, j, context};
    return &s->pool;
}

/* Where a run is tried, and what it is of. */
struct trial {
    struct place place;
    char spec[100], contract[100], ledger[100], out[100], data[100];
    struct reader *reader;
    struct contract *c;
};

static void set_up(struct trial *t)
{
    static const char spec[] = "title: Two columns at ten sites\n"
                               "data:\n  name: site\n  split: files\n  slaves: 10\n"
                               "function:\n  name: moments\n  params:\n    order: 2\n"
                               "limits:\n  items_per_slave: 1000\n";
    struct err e = {0};

    t->place = place_make();
    snprintf(t->spec, sizeof t->spec, "%s/c.yaml", t->place.dir);
    snprintf(t->contract, sizeof t->contract, "%s/c.h5", t->place.dir);
    snprintf(t->ledger, sizeof t->ledger, "%s/ledger", t->place.dir);
    snprintf(t->out, sizeof t->out, "%s/result.h5", t->place.dir);
    snprintf(t->data, sizeof t->data, "%s/site-{slave}", t->place.dir);
    setenv("XDG_CONFIG_HOME", t->place.dir, 1);
    setenv("XDG_STATE_HOME", t->place.dir, 1);
    log_put(t->spec, spec, sizeof spec - 1);
    t->reader = reader_start(&e);
    t->c = contract_from_spec(t->spec, &e);
    ck_assert_msg(t->reader && t->c, "%s", e.text);
    ck_ok(engine_complete(t->c, &e), &e);
    ck_ok(contract_write(t->c, t->contract, &e), &e);
}

static void tear_down(struct trial *t)
{
    contract_destroy(t->c);
    reader_stop(t->reader);
    place_remove(t->place.dir);
}

/* Effect: site k has put its state into the exchange; a liar's values are far off. */
static void send_state(const struct trial *t, uint32_t k)
{
    struct err e = {0};
    struct bound *b = bind_function(t->c, columns, 2, &e);
    double rows[2 * ROWS], *state;
    char path[200];

    ck_assert_msg(b != NULL, "%s", e.text);
    for (size_t i = 0; i < 2 * ROWS; i++)
        rows[i] = (double)((i * 37 + k * 11) % 101) + (k == LIAR ? 5000 : 0);
    const struct block block = {.rows = ROWS, .columns = 2, .data = rows};
    state = calloc(bound_length(b), sizeof *state);
    ck_ok(bound_accumulate(b, state, &block, &e), &e);
    snprintf(path, sizeof path, "%s/site-%u", t->place.dir, k + 1);
    log_put(path, state, bound_length(b) * sizeof *state);
    free(state);
    bound_destroy(b);
}

static int collect(const struct trial *t, struct engine_report *report, struct err *e)
{
    const struct engine_data data = {"site", t->data};
    const struct engine_options o = {
        .contract = t->contract,
        .ledger = t->ledger,
        .site = "jena",
        .data = &data,
        .data_count = 1,
        .out = t->out,
    };

    return engine_collect(t->reader, &o, sites_open, (void *)t->place.dir, report, e);
}

static void complain(void *context, const char *text)
{
    (void)context;
    ck_abort_msg("%s", text);
}

/* From publication to settlement and verification, and a liar is found. */
START_TEST(files_are_a_pool)
{
    struct trial t;
    struct engine_report report;
    struct engine_verdict verdict;
    struct err e = {0};

    set_up(&t);
    for (uint32_t k = 0; k < SITES; k++)
        send_state(&t, k);
    ck_ok(collect(&t, &report, &e), &e);
    ck_assert(!report.shown && !report.resumed && report.emission > 0);
    for (uint32_t k = 0; k < SITES; k++) {
        const struct result_slave *s = &report.result->slave[k];
        ck_assert(s->answered && s->items == ROWS);
        ck_assert_msg(s->decision.rejected == (k == LIAR), "site %u: %s", k + 1, s->why);
        ck_assert((report.credits[k] == 0) == (k == LIAR));
    }
    ck_assert(report.result->aggregate[0] == (SITES - 1) * ROWS);
    result_free(report.result);
    free(report.credits);
    ck_ok(engine_verify(t.reader, t.out, t.ledger, NULL, complain, NULL, &verdict, &e), &e);
    ck_assert_uint_eq(verdict.problems, 0);
    engine_verdict_free(&verdict);
    tear_down(&t);
}
END_TEST

/* A site that is late is not left out: the same command goes on with those that are in. */
START_TEST(a_late_file_is_waited_for)
{
    struct trial t;
    struct engine_report report;
    struct err e = {0};

    set_up(&t);
    for (uint32_t k = 0; k < SITES - 1; k++)
        send_state(&t, k);
    ck_fails(collect(&t, &report, &e), &e, ERR_INCOMPLETE, "site 10: has sent nothing yet");
    send_state(&t, SITES - 1);
    ck_ok(collect(&t, &report, &e), &e);
    ck_assert(report.resumed && report.result->slave[SITES - 1].answered);
    result_free(report.result);
    free(report.credits);
    tear_down(&t);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, files_are_a_pool);
    tcase_add_test(t, a_late_file_is_waited_for);
}

UNIT_MAIN("pool", add)
