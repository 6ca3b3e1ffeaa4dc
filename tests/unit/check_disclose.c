/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests what a collector publishes of centres, and what of it can be verified. */
#include "collect_case.h"

#include "engine/verify/verify.h"

static const char logreg[] = "{name: logreg, params: {target: y, ridge: 1}}";
static const char moments[] = "{name: moments, params: {order: 2}}";

/* What a verification has found wrong. */
struct complaints {
    size_t count;
    char text[8000];
};

static void note(void *context, const char *text)
{
    struct complaints *c = context;
    size_t used = strlen(c->text);

    c->count++;
    snprintf(c->text + used, sizeof c->text - used, "%s\n", text);
}

/* Effect: *c is what is wrong with the published result. */
static void verify(struct collect_case *t, struct complaints *c, struct engine_verdict *v)
{
    struct err e = {0};

    *c = (struct complaints){0};
    ck_ok(engine_verify(t->reader, t->out, t->ledger, NULL, note, c, v, &e), &e);
    ck_assert_uint_eq(c->count, v->problems);
}

static bool believes(const struct engine_verdict *v, const char *what)
{
    size_t n = strlen(what);

    for (const char *p = v->believed.data; p && *p; p = strchr(p, '\n') + 1)
        if (strncmp(p, what, n) == 0 && p[n] == ':')
            return true;
    return false;
}

/* Effect: the run is collected, round by round; its report is gone. */
static void collect_all(struct collect_case *t, uint64_t rounds)
{
    struct engine_report report;
    struct err e = {0};

    for (uint64_t round = 1; round <= rounds; round++) {
        if (t->c->rounds > 1)
            ck_fails(case_collect(t, &report, &e), &e, ERR_INCOMPLETE, "waits");
        case_all_send(t, round, CENTRES);
    }
    ck_ok(case_collect(t, &report, &e), &e);
    result_free(report.result);
    free(report.credits);
}

static struct flat *read_document(struct collect_case *t)
{
    struct err e = {0};
    struct bytes b = log_read(t->out);
    struct flat *f = result_read_document(t->reader, "result", b.data, b.len, &e);

    ck_assert_msg(f != NULL, "%s", e.text);
    free(b.data);
    return f;
}

/* What is published is a payload of just these bytes. */
static void check_payload(const struct collect_case *t)
{
    uint8_t digest[SHA256_LEN];
    char path[PATH];
    struct bytes a = log_read(t->out), b;
    struct err e = {0};

    ck_ok(hash_bytes(a.data, a.len, digest, &e), &e);
    b = log_read(case_payload(t, path, digest));
    ck_assert_uint_eq(a.len, b.len);
    ck_assert_mem_eq(a.data, b.data, a.len);
    free(a.data);
    free(b.data);
}

START_TEST(with_states_all_is_made_again)
{
    struct collect_case t;
    struct complaints c;
    struct engine_verdict v;

    case_begin(&t, _i ? logreg : moments, _i ? 3 : 1, "states");
    collect_all(&t, _i ? 3 : 1);
    check_payload(&t);
    struct flat *f = read_document(&t);
    ck_assert_ptr_nonnull(flat_find(f, _i ? "/rounds/states" : "/rounds/1/states"));
    const struct flat_value *salts = flat_find(f, _i ? "/rounds/salts" : "/rounds/1/salts");
    ck_assert_uint_eq(salts->count, (size_t)(_i ? 3 : 1) * CENTRES * SHA256_LEN);
    verify(&t, &c, &v);
    ck_assert_msg(c.count == 0, "%s", c.text);
    ck_assert_uint_eq(v.unkept, 0);
    ck_assert(v.subject.is_signed);
    ck_assert(!believes(&v, "ledger: aggregate state"));
    ck_assert(believes(&v, "ledger: roster, heard, late, close"));
    engine_verdict_free(&v);
    flat_destroy(f);
    case_end(&t);
}
END_TEST

START_TEST(with_features_the_filter_is)
{
    struct collect_case t;
    struct complaints c;
    struct engine_verdict v;

    case_begin(&t, _i ? logreg : moments, _i ? 3 : 1, "features");
    collect_all(&t, _i ? 3 : 1);
    check_payload(&t);
    struct flat *f = read_document(&t);
    ck_assert_ptr_null(flat_find(f, _i ? "/rounds/states" : "/rounds/1/states"));
    ck_assert_ptr_null(flat_find(f, _i ? "/rounds/salts" : "/rounds/1/salts"));
    ck_assert_ptr_null(flat_find(f, "/rounds/aggregate_state"));
    ck_assert_ptr_nonnull(flat_find(f, _i ? "/rounds/features" : "/rounds/1/features"));
    ck_assert(!isnan(flat_find(f, "/slaves/score")->numbers[LIAR]));
    ck_assert_ptr_nonnull(strchr(flat_find(f, "/slaves/why")->strings[LIAR], ':'));
    verify(&t, &c, &v);
    ck_assert_msg(c.count == 0, "%s", c.text);
    ck_assert_uint_eq(v.unkept, _i ? 3 : 1);
    ck_assert(believes(&v, "ledger: aggregate state"));
    ck_assert(!believes(&v, "ledger: filter score threshold share decision why"));
    ck_assert(believes(&v, "ledger: update model converged") == (_i == 1));
    engine_verdict_free(&v);
    flat_destroy(f);
    case_end(&t);
}
END_TEST

START_TEST(with_the_aggregate_neither_is)
{
    struct collect_case t;
    struct complaints c;
    struct engine_verdict v;

    case_begin(&t, _i ? logreg : moments, _i ? 3 : 1, "aggregate");
    collect_all(&t, _i ? 3 : 1);
    check_payload(&t);
    struct flat *f = read_document(&t);
    ck_assert_ptr_null(flat_find(f, _i ? "/rounds/features" : "/rounds/1/features"));
    ck_assert(isnan(flat_find(f, "/slaves/score")->numbers[0]));
    ck_assert_str_eq(flat_find(f, "/slaves/why")->strings[LIAR], "score");
    ck_assert_str_eq(flat_find(f, "/slaves/why")->strings[0], "accepted");
    verify(&t, &c, &v);
    ck_assert_msg(c.count == 0, "%s", c.text);
    ck_assert_uint_eq(v.unkept, _i ? 3 : 1);
    ck_assert(believes(&v, "ledger: aggregate state"));
    ck_assert(believes(&v, "ledger: filter score threshold share decision why"));
    engine_verdict_free(&v);
    flat_destroy(f);
    case_end(&t);
}
END_TEST

/* Effect: byte i of what centre k has sent for the first round is another, with its number then. */
static void tamper(const struct collect_case *t, size_t k, size_t place, double add)
{
    char path[PATH];
    struct bytes b = log_read(case_path(t, path, "result", k, 1));
    double x;

    memcpy(&x, b.data + place, sizeof x);
    x += add;
    memcpy(b.data + place, &x, sizeof x);
    put_file(path, b.data, b.len);
    free(b.data);
}

/* What the collector objects to before the filter, and who is not there, at all levels. */
START_TEST(objections_and_losses_are_words)
{
    static const char *const levels[] = {"states", "features", "aggregate"};
    static const char *const words[CENTRES] = {"count",      "accepted", NULL,
                                               "not-finite", NULL,       "commitment"};
    const size_t state = sizeof(struct centre_result);
    struct collect_case t;
    struct engine_report report;
    struct complaints c;
    struct engine_verdict v;
    struct err e = {0};
    struct run run;
    char path[PATH];

    case_begin(&t, logreg, 2, levels[_i]);
    ck_fails(case_collect(&t, &report, &e), &e, ERR_INCOMPLETE, "waits");
    case_all_send(&t, 1, CENTRES);
    tamper(&t, 0, state, 1);
    tamper(&t, 3, state + 3 * sizeof(double), INFINITY);
    tamper(&t, 5, offsetof(struct centre_result, claim_salt), 1);
    log_put(case_path(&t, path, "late", 2, 1), "late", 5);
    log_put(case_path(&t, path, "absent", 4, 0), "it is at sea", 13);
    ck_fails(case_collect(&t, &report, &e), &e, ERR_INCOMPLETE, "waits");
    case_run(&t, 1, &run);
    for (size_t k = 0; k < 6; k++) {
        char name[40];
        snprintf(name, sizeof name, "%s/d/1", centres[k]);
        const struct run_slave *s = runs_slave(&run, name);
        ck_assert(s && s->filtered == (words[k] != NULL));
        if (words[k])
            ck_assert_str_eq(s->why, words[k]);
    }
    ck_assert_str_eq(runs_slave(&run, "delta/d/1")->trouble, "late");
    ck_assert_str_eq(runs_slave(&run, "gamma/d/1")->trouble, "unreadable");
    runs_free(&run);
    case_all_send(&t, 2, CENTRES);
    ck_ok(case_collect(&t, &report, &e), &e);
    ck_assert(!report.result->slave[4].answered && report.result->slave[2].answered);
    ck_assert_str_eq(report.result->slave[4].trouble, "unreadable");
    result_free(report.result);
    free(report.credits);
    verify(&t, &c, &v);
    ck_assert_msg(c.count == 0, "%s", c.text);
    ck_assert(believes(&v, "/rounds/objection") == (_i > 0));
    engine_verdict_free(&v);
    case_end(&t);
}
END_TEST

/* Returns the record of that type in the batch that is about to be appended; of that slave, if it is
 * not NULL. */
static struct record *pending(struct collect_case *t, const char *type, const char *slave)
{
    for (size_t i = 0; i < t->j->batch_count; i++) {
        struct record *r = &t->j->batch[i];
        if (strcmp(r->type, type) == 0 && (!slave || strcmp(record_get(r, "slave"), slave) == 0))
            return r;
    }
    ck_abort_msg("no %s record", type);
}

/* Effect: a record says something else, as do all after it that were set. */
static void say(struct record *r, const char *key, const char *value)
{
    struct record copy = *r;

    record_begin(r, copy.type);
    for (size_t i = 0; i < copy.count; i++) {
        const char *name = copy.fields[i].key;
        record_set(r, name, "%s", strcmp(name, key) == 0 ? value : record_get(&copy, name));
    }
}

/* The liar is let in, and somebody else is not. */
static void lie_of_decision(struct collect_case *t, int what)
{
    struct result *r = t->j->result;

    if (what != POOL_AGGREGATE)
        return;
    say(pending(t, "filter", "kappa/d/1"), "decision", "accepted");
    say(pending(t, "filter", "alpha/d/1"), "decision", "rejected");
    r->slave[LIAR].decision.rejected = false;
    r->slave[0].decision.rejected = true;
}

static void lie_of_score(struct collect_case *t, int what)
{
    if (what != POOL_AGGREGATE)
        return;
    say(pending(t, "filter", "zeta/d/1"), "score", "0.125");
    t->j->result->slave[7].decision.score = 0.125;
}

/* Another answer, which the ledger, payload and result agree on. */
static void lie_of_aggregate(struct collect_case *t, int what)
{
    struct result *r = t->j->result;

    if (what == POOL_AGGREGATE)
        r->aggregate[1] += 1;
}

/* A state that nobody has sent, and all that follows from it. */
static void lie_of_result(struct collect_case *t, int what)
{
    if (what == BEFORE)
        t->j->result->states[1] += 1;
}

/* More, or less, than the run was opened to publish. */
static void lie_of_level(struct collect_case *t, int what)
{
    enum disclose *d = &t->j->run.asked.disclose;

    if (what == BEFORE)
        *d = *d > DISCLOSE_AGGREGATE ? *d - 1 : DISCLOSE_STATES;
}

static void lie_of_salt(struct collect_case *t, int what)
{
    if (what == POOL_AGGREGATE)
        t->j->result->salts[3] ^= 1;
}

static void lie_of_state(struct collect_case *t, int what)
{
    if (what == POOL_AGGREGATE)
        t->j->result->states[3] += 1;
}

static void lie_of_items(struct collect_case *t, int what)
{
    if (what == POOL_AGGREGATE)
        t->j->result->slave[2].items += 1;
}

static void lie_of_objection(struct collect_case *t, int what)
{
    struct result_slave *s = &t->j->result->slave[0];
    struct err e = {0};

    if (what != POOL_AGGREGATE)
        return;
    say(pending(t, "filter", "alpha/d/1"), "why", "count");
    say(pending(t, "filter", "alpha/d/1"), "decision", "rejected");
    say(pending(t, "filter", "alpha/d/1"), "score", "nan");
    s->decision.rejected = true;
    s->decision.score = NAN;
    snprintf(s->why, sizeof s->why, "count: the state has 39 items, the claim 40");
    ck_ok(result_set(&s->objection, s->why, &e), &e);
}

/* Who lies, and what a verification says of it at each level: words of a complaint; or NULL: it
 * cannot know. */
static const struct {
    void (*lie)(struct collect_case *t, int what);
    const char *states, *features, *aggregate;
} lies[] = {
    {lie_of_decision, "slave kappa/d/1 is accepted", "slave kappa/d/1 is accepted", NULL},
    {lie_of_score, "slave zeta/d/1 has score", "slave zeta/d/1 has score", NULL},
    {lie_of_aggregate, "aggregate_state", "is not the one in the ledger",
     "is not the one in the ledger"},
    {lie_of_salt, "slave alpha/d/1 is not the one that it submitted", NULL, NULL},
    {lie_of_state, "slave alpha/d/1 is not the one that it submitted", NULL, NULL},
    {lie_of_items, "/slaves/items", "/slaves/items", "/slaves/items"},
    {lie_of_objection, "slave alpha/d/1 is rejected", "slave beta/d/1 has score", NULL},
    {lie_of_result, "slave alpha/d/1 is not the one that it submitted", NULL, NULL},
    {lie_of_level, "expected the states", "expected the features", "expected the aggregate"},
};

START_TEST(a_collector_that_lies_is_found)
{
    static const char *const levels[] = {"states", "features", "aggregate"};
    size_t n = (size_t)_i / 3, level = (size_t)_i % 3;
    const char *wanted = level == 0   ? lies[n].states
                         : level == 1 ? lies[n].features
                                      : lies[n].aggregate;
    struct collect_case t;
    struct complaints c;
    struct engine_verdict v;

    case_begin(&t, moments, 1, levels[level]);
    t.lie = lies[n].lie;
    collect_all(&t, 1);
    verify(&t, &c, &v);
    ck_assert_msg(wanted ? strstr(c.text, wanted) != NULL : c.count == 0, "%s at %s:\n%s",
                  wanted ? wanted : "nothing", levels[level], c.text);
    engine_verdict_free(&v);
    case_end(&t);
}
END_TEST

static void add(TCase *t)
{
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, with_states_all_is_made_again, 0, 2);
    tcase_add_loop_test(t, with_features_the_filter_is, 0, 2);
    tcase_add_loop_test(t, with_the_aggregate_neither_is, 0, 2);
    tcase_add_loop_test(t, objections_and_losses_are_words, 0, 3);
    tcase_add_loop_test(t, a_collector_that_lies_is_found, 0,
                        3 * (int)(sizeof lies / sizeof lies[0]));
}

UNIT_MAIN("disclose", add)
