/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests which lies of a collector a verification finds, at each level of what is published. */
#include "verdict_case.h"

static const char moments[] = "{name: moments, params: {order: 2}}";

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
    tcase_add_loop_test(t, a_collector_that_lies_is_found, 0,
                        3 * (int)(sizeof lies / sizeof lies[0]));
}

UNIT_MAIN("collector_lies", add)
