/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A centre's policy: read strictly, and each rule denies what it is about, by its own name. */
#include "rules_fixture.h"

#include <math.h>
#include <sys/stat.h>

#include "util/store.h"

static struct err e;

/* The denials of a question. */
struct denials {
    size_t looked, count;
    char rule[64][RULES_NAME];
    bool of_data;
    char text[RULES_TEXT], change[RULES_TEXT];
};

static int note(void *context, const struct rules_finding *f, struct err *unused)
{
    struct denials *d = context;

    (void)unused;
    d->looked++;
    ck_assert_msg(f->rule[0] && f->text[0], "%s: has no text", f->rule);
    bool begins =
        (f->text[0] >= 'A' && f->text[0] <= 'Z') || (f->text[0] >= '0' && f->text[0] <= '9');
    ck_assert_msg(begins && !strchr(".,; ", f->text[strlen(f->text) - 1]), "%s: no sentence: %s",
                  f->rule, f->text);
    ck_assert_msg(f->change[0] == '\0' || !strchr(".,; ", f->change[strlen(f->change) - 1]),
                  "%s: %s", f->rule, f->change);
    ck_assert_msg(f->allowed == (f->change[0] == '\0'), "%s: what would change it: %s", f->rule,
                  f->change);
    if (f->allowed)
        return 0;
    ck_assert_uint_lt(d->count, 64);
    strcpy(d->rule[d->count++], f->rule);
    d->of_data = f->of_data;
    strcpy(d->text, f->text);
    strcpy(d->change, f->change);
    return 0;
}

static struct denials go(const struct rules *r, enum rules_stage stage, const struct question *q)
{
    struct denials d = {0};

    err_clear(&e);
    ck_assert_msg(rules_go(r, stage, q, note, &d, &e) == 0, "%s", e.text);
    return d;
}

/* What a case changes about the question. */
typedef void change(struct inquiry *a);

static void expired(struct inquiry *a)
{
    a->q.now = NOW + 365 * 86400;
    a->run.claims_us *= 2;
}
static void stranger(struct inquiry *a)
{
    strcpy(a->run.collector, "gamma");
}
static void other_contract(struct inquiry *a)
{
    a->run.contract[5] ^= 1;
}
static void two_collectors(struct inquiry *a)
{
    a->run.twice = true;
}
static void after_claims(struct inquiry *a)
{
    a->q.now += 3601;
}
static void settled(struct inquiry *a)
{
    a->run.settled = true;
}
static void closed(struct inquiry *a)
{
    a->run.closed = true;
}
static void not_here(struct inquiry *a)
{
    a->q.known_data = false;
}
static void recalled(struct inquiry *a)
{
    a->q.recalled = true;
}
static void two_rows(struct inquiry *a)
{
    a->q.rows = 2;
    a->q.state_length = 2;
}
static void one_left_out(struct inquiry *a)
{
    a->q.left_out = 1;
}
static void one_differs(struct inquiry *a)
{
    a->q.differs = 1;
}
static void few_rows(struct inquiry *a)
{
    a->q.rows = 9;
}
static void no_length(struct inquiry *a)
{
    a->q.state_length = 0;
    a->q.state = NULL;
}
static void nine_left_out(struct inquiry *a)
{
    a->q.left_out = 9;
}
static void nine_differ(struct inquiry *a)
{
    a->q.differs = 9;
}
static void many_numbers(struct inquiry *a)
{
    a->q.rows = 49;
}

static void large_result(struct inquiry *a)
{
    a->q.state_length = 257;
    a->q.rows = 2570;
}
static void two_rounds(struct inquiry *a)
{
    a->contract->rounds = 2;
}
static void two_rounds_run(struct inquiry *a)
{
    a->run.rounds = 2;
}
static void alone(struct inquiry *a)
{
    a->run.min = 1;
}
static void features(struct inquiry *a)
{
    a->run.disclose = DISCLOSE_FEATURES;
}
static void unknown_word(struct inquiry *a)
{
    a->run.disclose = DISCLOSE_NONE;
}
static void eighth(struct inquiry *a)
{
    a->q.asked = 8;
}
static void two_nodes(struct inquiry *a)
{
    a->q.nodes = 2;
}
static void many_ranks(struct inquiry *a)
{
    a->contract->ranks_per_slave = 5;
    a->contract->memory = 0;
}
static void many_cores(struct inquiry *a)
{
    a->q.cores = 5;
}
static void much_memory(struct inquiry *a)
{
    a->contract->memory = (int64_t)3 << 30;
}
static void much_time(struct inquiry *a)
{
    a->contract->time = 1801;
}
static void another_runs(struct inquiry *a)
{
    a->q.running = 1;
}
static void nobody_said_yes(struct inquiry *a)
{
    a->q.approvals = 0;
}
static void nobody_signed(struct inquiry *a)
{
    a->q.approvals = 0;
    a->q.person = true;
}
static void off_roster(struct inquiry *a)
{
    a->q.on_roster = false;
}
static void infinite_model(struct inquiry *a)
{
    a->model[1] = INFINITY;
}
static void chosen_model(struct inquiry *a)
{
    a->q.replayed = false;
}
static void sibling(struct inquiry *a)
{
    a->q.cluster = "beta";
}
static void no_cluster(struct inquiry *a)
{
    a->q.cluster = "";
}
static void called_none(struct inquiry *a)
{
    a->q.cluster = "none";
}
static void fewer_items(struct inquiry *a)
{
    a->q.claimed = 191;
}
static void no_result(struct inquiry *a)
{
    a->q.state = NULL;
}
static void a_nan(struct inquiry *a)
{
    a->state[3] = NAN;
}
static void an_infinity(struct inquiry *a)
{
    a->state[4] = -INFINITY;
}
static void wrong_unit(struct inquiry *a)
{
    a->values[0] = 50;
}
static void below_range(struct inquiry *a)
{
    a->values[0] = -0.5;
}
static void no_value(struct inquiry *a)
{
    a->values[0] = NAN;
}
static void no_values(struct inquiry *a)
{
    a->q.values = NULL;
}
static void no_such_feature(struct inquiry *a)
{
    a->q.features = 0;
}
static void small_cell(struct inquiry *a)
{
    a->state[2] = 9;
}
static void negative_cell(struct inquiry *a)
{
    a->state[2] = -20;
}
static void undeclared(struct inquiry *a)
{
    a->q.counts = NULL;
}
static void changed(struct inquiry *a)
{
    a->q.opens = false;
}
static void unseen(struct inquiry *a)
{
    a->q.released = false;
}
static void one_column_more(struct inquiry *a)
{
    free(a->contract->columns[1]);
    a->contract->columns[1] = strdup("c");
}
static void all_columns(struct inquiry *a)
{
    free(a->contract->columns[0]);
    free(a->contract->columns[1]);
    a->contract->columns_count = 0;
}
static void with_condition(struct inquiry *a)
{
    a->contract->recipe.where = strdup("a > 1");
}
static void with_derived(struct inquiry *a)
{
    struct recipe_derived *d = calloc(1, sizeof *d);

    *d = (struct recipe_derived){strdup("a"), strdup("b * 2")};
    a->contract->recipe.derived = d;
    a->contract->recipe.derived_count = 1;
}
static void is_program(struct inquiry *a)
{
    free(a->contract->function);
    a->contract->function = strdup("moments");
    free(a->contract->digest);
    a->contract->digest =
        strdup("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
static void work(struct inquiry *a)
{
    a->contract->work_units = 5;
}

/* A case: the rule, what it is called where it denies, at which stage, whether that follows from the
 * data, what is edited in the policy and changed in the question. Without either all is allowed. */
static const struct {
    const char *rule, *denied;
    enum rules_stage stage;
    bool of_data;
    const char *from, *to;
    change *change;
} cases[] = {
    {"expires", "expires", RULES_CLAIM, false, NULL, NULL, expired},
    {"authors", "authors", RULES_CLAIM, false, "authors: [beta, gamma]", "authors: [gamma]", NULL},
    {"authors", "authors", RULES_CLAIM, false, "authors: [beta, gamma]", "authors: []", NULL},
    {"authors", "authors", RULES_CLAIM, false, "authors: [beta, gamma]\n", "", NULL},
    {"contract", "contract", RULES_CLAIM, false, NULL, NULL, other_contract},
    {"contract", "contract", RULES_CLAIM, false, NULL, NULL, two_collectors},
    {"times", "times", RULES_CLAIM, false, NULL, NULL, after_claims},
    {"times", "times", RULES_CLAIM, false, NULL, NULL, settled},
    {"times", "times", RULES_SUBMIT, false, NULL, NULL, closed},
    {"functions", "functions", RULES_CLAIM, false, "builtin:moments@1", "builtin:linreg@1", NULL},
    {"functions", "functions", RULES_CLAIM, false, NULL, NULL, is_program},
    {"functions.*.code", "functions.1.code", RULES_CLAIM, false, "moments@1", "moments@2", NULL},
    {"functions.*.params", "functions.1.params.order", RULES_CLAIM, false, "[1, 2]", "[1, 3]",
     NULL},
    {"functions.*.params", "functions.1.params.order", RULES_CLAIM, false, "[1, 2]", "[]", NULL},
    {"functions.*.params", "functions.1.params.order", RULES_CLAIM, false, "[1, 2]", "{max: 1}",
     NULL},
    {"functions.*.params", "functions.1.params.order", RULES_CLAIM, false, "[1, 2]", "{min: 3}",
     NULL},
    {"functions.*.params", "functions.1.params.size", RULES_CLAIM, false, "order: [1, 2]",
     "order: [2], size: [1]", NULL},
    {"data", "data", RULES_CLAIM, false, "wdbc:", "nuclei:", NULL},
    {"data", "data", RULES_CLAIM, false, NULL, NULL, not_here},
    {"data", "data", RULES_CLAIM, false, NULL, NULL, work},
    {"data.*.authors", "data.wdbc.authors", RULES_CLAIM, false, NULL, NULL, stranger},
    {"data.*.authors", "data.wdbc.authors", RULES_CLAIM, false, "authors: [beta], ", "", NULL},
    {"data.*.columns", "data.wdbc.columns", RULES_CLAIM, false, NULL, NULL, one_column_more},
    {"data.*.columns", "data.wdbc.columns", RULES_CLAIM, false, NULL, NULL, all_columns},
    {"data.*.columns", "data.wdbc.columns", RULES_CLAIM, false, "[a, b]", "[a]", NULL},
    {"data.*.columns", "data.wdbc.columns", RULES_CLAIM, false, "columns: [a, b], ", "", NULL},
    {"data.*.expressions", "data.wdbc.expressions", RULES_CLAIM, false, NULL, NULL, with_condition},
    {"data.*.expressions", "data.wdbc.expressions", RULES_CLAIM, false, "columns: [a, b]",
     "columns: [a, b], expressions: deny", with_derived},
    {"recalled", "recalled", RULES_CLAIM, false, NULL, NULL, recalled},
    {"floor", "floor", RULES_CLAIM, true, "rows-min: 10, rows-of-parameters: 10",
     "rows-min: 0, rows-of-parameters: 1", two_rows},
    {"floor", "floor", RULES_CLAIM, true, "rows-min: 10", "rows-min: 1", one_left_out},
    {"floor", "floor", RULES_CLAIM, true, "rows-min: 10", "rows-min: 1", one_differs},
    {"data.*.rows-min", "data.wdbc.rows-min", RULES_CLAIM, true, "rows-of-parameters: 10",
     "rows-of-parameters: 1", few_rows},
    {"data.*.result-max", "data.wdbc.result-max", RULES_CLAIM, false, NULL, NULL, no_length},
    {"data.*.rows-min", "data.wdbc.rows-min", RULES_CLAIM, true, NULL, NULL, nine_left_out},
    {"data.*.rows-min", "data.wdbc.rows-min", RULES_CLAIM, true, NULL, NULL, nine_differ},
    {"data.*.rows-of-parameters", "data.wdbc.rows-of-parameters", RULES_CLAIM, true, NULL, NULL,
     many_numbers},
    {"data.*.result-max", "data.wdbc.result-max", RULES_CLAIM, false, NULL, NULL, large_result},
    {"data.*.rounds-max", "data.wdbc.rounds-max", RULES_CLAIM, false, NULL, NULL, two_rounds},
    {"data.*.rounds-max", "data.wdbc.rounds-max", RULES_CLAIM, false, NULL, NULL, two_rounds_run},
    {"data.*.sites-min", "data.wdbc.sites-min", RULES_CLAIM, false, NULL, NULL, alone},
    {"data.*.disclose", "data.wdbc.disclose", RULES_CLAIM, false, NULL, NULL, features},
    {"data.*.disclose", "data.wdbc.disclose", RULES_CLAIM, false, "disclose: aggregate",
     "disclose: states", unknown_word},
    {"data.*.queries", "data.wdbc.queries", RULES_CLAIM, false, NULL, NULL, eighth},
    {"limits.nodes", "limits.nodes", RULES_COMPUTE, false, NULL, NULL, two_nodes},
    {"limits.cores", "limits.cores", RULES_CLAIM, false, NULL, NULL, many_ranks},
    {"limits.cores", "limits.cores", RULES_COMPUTE, false, NULL, NULL, many_cores},
    {"limits.memory", "limits.memory", RULES_CLAIM, false, NULL, NULL, much_memory},
    {"limits.time", "limits.time", RULES_CLAIM, false, NULL, NULL, much_time},
    {"limits.running", "limits.running", RULES_COMPUTE, false, NULL, NULL, another_runs},
    {"approvers.quorum", "approvers.quorum", RULES_CLAIM, false, NULL, NULL, nobody_signed},
    {"approvers.quorum", "approvers.quorum", RULES_CLAIM, false, "quorum: 1", "quorum: 2", NULL},
    {"approvers.quorum", "approvers.quorum", RULES_CLAIM, false, "quorum: 1", "quorum: 0",
     nobody_said_yes},
    {"roster", "roster", RULES_COMPUTE, false, NULL, NULL, off_roster},
    {"model", "model", RULES_COMPUTE, false, NULL, NULL, infinite_model},
    {"model", "model", RULES_COMPUTE, false, NULL, NULL, chosen_model},
    {"cluster", "cluster", RULES_COMPUTE, false, NULL, NULL, sibling},
    {"cluster", "cluster", RULES_COMPUTE, false, NULL, NULL, no_cluster},
    {"cluster", "cluster", RULES_COMPUTE, false, "cluster: alpha", "cluster: none", called_none},
    {"cluster", "cluster", RULES_COMPUTE, false, "cluster: alpha", "cluster: none", NULL},
    {"cluster", "cluster", RULES_COMPUTE, false, "cluster: alpha\n", "", NULL},
    {"sandbox", "sandbox", RULES_COMPUTE, false, "builtin:moments@1, params: {order: [1, 2]}",
     "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad, params: {order: [1, "
     "2]}",
     is_program},
    {"items", "items", RULES_SUBMIT, true, NULL, NULL, fewer_items},
    {"items", "items", RULES_SUBMIT, true, NULL, NULL, no_result},
    {"finite", "finite", RULES_SUBMIT, true, NULL, NULL, a_nan},
    {"finite", "finite", RULES_SUBMIT, true, NULL, NULL, an_infinity},
    {"plausible", "plausible", RULES_SUBMIT, true, NULL, NULL, wrong_unit},
    {"plausible", "plausible", RULES_SUBMIT, true, NULL, NULL, below_range},
    {"plausible", "plausible", RULES_SUBMIT, true, NULL, NULL, no_value},
    {"plausible", "plausible", RULES_SUBMIT, true, NULL, NULL, no_values},
    {"plausible", "plausible", RULES_SUBMIT, true, NULL, NULL, no_such_feature},
    {"data.*.cells-min", "data.wdbc.cells-min", RULES_SUBMIT, true, NULL, NULL, small_cell},
    {"data.*.cells-min", "data.wdbc.cells-min", RULES_SUBMIT, true, NULL, NULL, negative_cell},
    {"data.*.cells-min", "data.wdbc.cells-min", RULES_SUBMIT, false, NULL, NULL, undeclared},
    {"data-unchanged", "data-unchanged", RULES_SUBMIT, true, NULL, NULL, changed},
    {"release", "release", RULES_SUBMIT, false, NULL, NULL, unseen},
    /* What the policy does not say is denied. */
    {"data.*.rows-min", "data.wdbc.rows-min", RULES_CLAIM, true, "rows-min: 10, ", "", NULL},
    {"data.*.rows-of-parameters", "data.wdbc.rows-of-parameters", RULES_CLAIM, true,
     "rows-of-parameters: 10, ", "", NULL},
    {"data.*.result-max", "data.wdbc.result-max", RULES_CLAIM, false, "result-max: 256, ", "",
     NULL},
    {"data.*.rounds-max", "data.wdbc.rounds-max", RULES_CLAIM, false, "rounds-max: 1, ", "", NULL},
    {"data.*.sites-min", "data.wdbc.sites-min", RULES_CLAIM, false, "sites-min: 2, ", "", NULL},
    {"data.*.cells-min", "data.wdbc.cells-min", RULES_SUBMIT, false, "cells-min: 10, ", "", NULL},
    {"data.*.queries", "data.wdbc.queries", RULES_CLAIM, false,
     "queries: {distinct: 7, days: 30}, ", "", NULL},
    {"data.*.disclose", "data.wdbc.disclose", RULES_CLAIM, false, ", disclose: aggregate", "",
     NULL},
    {"limits.nodes", "limits.nodes", RULES_CLAIM, false, "nodes: 1, ", "", NULL},
    {"limits.cores", "limits.cores", RULES_CLAIM, false, "cores: 4, ", "", NULL},
    {"limits.memory", "limits.memory", RULES_CLAIM, false, "memory: 4 GiB, ", "", NULL},
    {"limits.time", "limits.time", RULES_CLAIM, false, "time: 30 min, ", "", NULL},
    {"limits.running", "limits.running", RULES_COMPUTE, false, ", running: 1", "", NULL},
};

enum { CASES = sizeof cases / sizeof cases[0] };

static void forget(struct inquiry *a)
{
    contract_destroy(a->contract);
}

START_TEST(all_is_allowed)
{
    struct inquiry a;
    struct rules *r = rules_of(POLICY);
    size_t rules = 0;

    while (rules_name(rules))
        rules++;
    ask(&a);
    struct denials d = go(r, RULES_SUBMIT, &a.q);
    ck_assert_msg(d.count == 0, "%s: %s", d.rule[0], d.text);
    ck_assert_uint_eq(d.looked, rules - 1); /* limits.running is of computing alone */
    for (enum rules_stage stage = RULES_READ; stage <= RULES_SUBMIT; stage++)
        ck_ok(rules_check(r, stage, &a.q, NULL, &e), &e);
    forget(&a);
    rules_free(r);
}
END_TEST

START_TEST(each_rule_denies_by_its_own_name)
{
    for (size_t i = 0; i < CASES; i++) {
        struct rules_finding first;
        struct inquiry a;
        char *text =
            edited(POLICY, cases[i].from ? cases[i].from : "", cases[i].to ? cases[i].to : "");
        struct rules *r = rules_of(text);
        ask(&a);
        if (cases[i].change)
            cases[i].change(&a);
        struct denials d = go(r, cases[i].stage, &a.q);
        ck_assert_msg(d.count == 1 && strcmp(d.rule[0], cases[i].denied) == 0,
                      "case %zu: %zu denials, the first is %s (%s), expected %s alone, second %s",
                      i, d.count, d.rule[0], d.text, cases[i].denied,
                      d.count > 1 ? d.rule[1] : "-");
        ck_assert_msg(d.of_data == cases[i].of_data, "case %zu, %s: follows from the data? %d", i,
                      d.rule[0], d.of_data);
        ck_fails(rules_check(r, cases[i].stage, &a.q, &first, &e), &e, ERR_REFUSED, d.text);
        ck_assert_msg(strncmp(e.text, cases[i].denied, strlen(cases[i].denied)) == 0 &&
                          strstr(e.text, d.change),
                      "%s", e.text);
        ck_assert_str_eq(first.rule, cases[i].denied);
        /* It denies at every stage from its own on, but for two that are of theirs alone. */
        bool once = cases[i].change == after_claims || strcmp(cases[i].rule, "limits.running") == 0;
        for (enum rules_stage s = cases[i].stage; s <= RULES_SUBMIT; s++)
            ck_assert_int_eq(rules_check(r, s, &a.q, NULL, NULL),
                             once && s > cases[i].stage ? 0 : -1);
        forget(&a);
        rules_free(r);
        free(text);
    }
}
END_TEST

/* Just what a rule allows is allowed: with the cases above, where each begins. */
START_TEST(at_each_limit)
{
    struct rules *r = rules_of(POLICY);

    for (int i = 0; i < 14; i++) {
        struct inquiry a;
        ask(&a);
        switch (i) {
        case 0:
            a.q.rows = 10;
            a.q.state_length = 1;
            break;
        case 1:
            a.q.left_out = 10;
            break;
        case 2:
            a.q.differs = 10;
            break;
        case 3:
            a.q.rows = 50;
            break;
        case 4:
            a.q.rows = 2559;
            break;
        case 5:
            a.state[2] = 10;
            break;
        case 6:
            a.q.now += 3600;
            break;
        case 7:
            a.contract->memory = (int64_t)2 << 30;
            break;
        case 8:
            a.contract->time = 1800;
            break;
        case 9:
            a.contract->ranks_per_slave = 4;
            break;
        case 10:
            a.values[0] = 0;
            break;
        case 11:
            a.values[0] = 10;
            break;
        case 12:
            a.q.nodes = 1;
            a.q.cores = 4;
            break;
        default:
            a.q.replayed = false;
            a.q.model_approved = true;
        }
        struct denials d = go(r, RULES_SUBMIT, &a.q);
        ck_assert_msg(d.count == 0, "case %d: %s: %s", i, d.rule[0], d.text);
        /* Nothing that comes out later is looked at before. */
        a.q.state_length = i == 4 ? 256 : a.q.state_length;
        d = go(r, RULES_CLAIM, &a.q);
        ck_assert_msg(d.count == (i == 4), "case %d: %s", i, d.rule[0]);
        a.q.rows += i == 4;
        ck_ok(rules_check(r, RULES_CLAIM, &a.q, NULL, &e), &e);
        forget(&a);
    }
    rules_free(r);
}
END_TEST

START_TEST(without_a_policy_one_rule_denies)
{
    struct inquiry a;

    ask(&a);
    struct denials d = go(NULL, RULES_SUBMIT, &a.q);
    ck_assert_uint_eq(d.looked, 1);
    ck_assert_str_eq(d.rule[0], "policy");
    ck_assert(!rules_starts(NULL, &a.q, d.rule[0]) && !rules_releases(NULL, &a.q));
    forget(&a);
}
END_TEST

/* Nothing of a stranger has to be read for a denial. */
START_TEST(before_the_contract_is_read)
{
    struct rules *r = rules_of(POLICY);
    struct inquiry a;

    ask(&a);
    a.q.contract = NULL;
    struct denials d = go(r, RULES_READ, &a.q);
    ck_assert(d.looked == 3 && d.count == 0);
    for (enum rules_stage s = RULES_CLAIM; s <= RULES_SUBMIT;
         s++) { /* and then it has to be there */
        d = go(r, s, &a.q);
        ck_assert(d.looked == 4 && d.count == 1);
        ck_assert_str_eq(d.rule[0], "contract");
    }
    strcpy(a.run.collector, "delta");
    d = go(r, RULES_READ, &a.q);
    ck_assert(d.looked == 3 && d.count == 1);
    ck_assert_str_eq(d.rule[0], "authors");
    forget(&a);
    rules_free(r);
}
END_TEST

/* No rule without a case: it would not be seen if it denied nothing. */
START_TEST(every_rule_has_a_case)
{
    size_t i = 0;

    for (const char *name; (name = rules_name(i)) != NULL; i++) {
        size_t k = 0;
        while (k < CASES && strcmp(cases[k].rule, name) != 0)
            k++;
        ck_assert_msg(k < CASES || strcmp(name, "policy") == 0, "%s: no case flips it", name);
    }
    ck_assert_uint_gt(i, 30);
    for (size_t k = 0; k < CASES; k++) {
        for (i = 0; rules_name(i) && strcmp(rules_name(i), cases[k].rule) != 0; i++)
            ;
        ck_assert_msg(rules_name(i) != NULL, "%s is no rule", cases[k].rule);
    }
}
END_TEST

/* FORMAT has the same rules in the same order. */
START_TEST(the_rules_of_the_documentation)
{
    char *text, *line;
    size_t len, i = 0;

    ck_ok(file_read(TEST_DATA "/../../src/site/FORMAT", 1 << 20, &text, &len, &e), &e);
    line = strstr(text, "    RULE | FROM | OF DATA | ALLOWED\n");
    ck_assert_ptr_nonnull(line);
    for (line = strchr(line, '\n') + 1; strncmp(line, "    ", 4) == 0; i++) {
        const char *name = rules_name(i);
        ck_assert_msg(name && strncmp(line + 4, name, strlen(name)) == 0 &&
                          strncmp(line + 4 + strlen(name), " | ", 3) == 0,
                      "rule %zu is %s, in FORMAT %.60s", i, name ? name : "none", line);
        line = strchr(line, '\n') + 1;
    }
    ck_assert(i > 30 && !rules_name(i));
    free(text);
}
END_TEST

/* The cheap before the dear, as stated. */
START_TEST(the_order_of_the_checks)
{
    static const char *const order[] = {
        "policy",
        "authors",
        "contract",
        "times",
        "functions",
        "data",
        "recalled",
        "data.*.rows-min",
        "data.*.result-max",
        "data.*.sites-min",
        "data.*.disclose",
        "data.*.queries",
        "limits.nodes",
        "approvers.quorum",
        "roster",
        "model",
        "cluster",
        "sandbox",
        "items",
        "finite",
        "plausible",
        "data.*.cells-min",
        "data-unchanged",
        "release",
    };
    size_t i = 0;

    for (size_t k = 0; k < sizeof order / sizeof order[0]; k++, i++) {
        while (rules_name(i) && strcmp(rules_name(i), order[k]) != 0)
            i++;
        ck_assert_msg(rules_name(i) != NULL, "%s does not come behind %s", order[k],
                      k ? order[k - 1] : "");
    }
}
END_TEST

/* The example of the design, to the letter, but for what a comment says. */
START_TEST(the_example_is_read)
{
    static const char example[] =
        "policy: 1\n"
        "expires: 2027-06-30\n"
        "cluster: alpha                     # jobs run here and nowhere else\n"
        "approvers: {keys: approvers, quorum: 1}\n"
        "authors: []                        # sites; default nobody\n"
        "functions: []                      # - {code: builtin:moments@1, …}; default ask\n"
        "data:                              # default none\n"
        "  wdbc: {authors: [beta], columns: [], rows-min: 10, rows-of-parameters: 10, result-max: "
        "256, "
        "rounds-max: 1, sites-min: 2, cells-min: 10, queries: {distinct: 7, days: 30}, "
        "disclose: aggregate}\n"
        "limits: {nodes: 1, cores: 4, memory: 4 GiB, time: 30 min, running: 1}\n"
        "sandbox: required                  # for programs and functions of others\n";
    struct rules *r = rules_of(example);
    struct rules_limits l;
    const char *keys;

    rules_limits(r, &l);
    ck_assert_uint_eq(l.nodes, 1);
    ck_assert_uint_eq(l.cores, 4);
    ck_assert_uint_eq(l.memory, (uint64_t)4 << 30);
    ck_assert(l.time == 1800 && l.running == 1 && l.sandbox);
    ck_assert_str_eq(l.cluster, "alpha");
    ck_assert_uint_eq(rules_quorum(r, &keys), 1);
    ck_assert_str_eq(keys, "approvers");
    ck_assert(rules_span(r, "wdbc") == 30 * 86400.0 && rules_span(r, "other") == 0);
    rules_free(r);
}
END_TEST

/* The last second of the last day, and the next. */
START_TEST(a_day_holds_to_its_end)
{
    struct inquiry a;
    struct rules *r = rules_of(POLICY);

    ask(&a);
    a.run.claims_us = INT64_MAX / 2;
    a.q.now = INT64_C(1814399999); /* 2027-06-30T23:59:59Z */
    ck_ok(rules_check(r, RULES_SUBMIT, &a.q, NULL, &e), &e);
    a.q.now++;
    ck_fails(rules_check(r, RULES_SUBMIT, &a.q, NULL, &e), &e, ERR_REFUSED,
             "expires: The policy was in force until 2027-06-30T23:59:59Z");
    forget(&a);
    rules_free(r);
}
END_TEST

START_TEST(what_is_no_policy_is_said)
{
    static const struct {
        const char *from, *to, *words;
    } wrong[] = {
        {"policy: 1", "policy: 2",
         "policy.yaml:1: policy: found '2', expected a whole number from 1 to 1"},
        {"policy: 1\n", "", "policy: is not given"},
        {"expires: 2027-06-30\n", "", "expires: is not given"},
        {"2027-06-30", "2027-02-30", ":2: expires: found '2027-02-30', expected a day"},
        {"2027-06-30", "2027-06-30T00:00:00Z", "expires: found"},
        {"2027-06-30", "1800000000", "expires: found"},
        {"2027-06-30", "soon", "expires: found 'soon'"},
        {"cluster: alpha", "cluster: a b", "cluster: found 'a b', expected the name of a cluster"},
        {"cluster: alpha", "cluster: '-'", "cluster: found '-'"},
        {"cluster: alpha", "cluster: [alpha]", ":3: cluster: expected one value"},
        {"cluster: alpha", "cluster: alpha\ncluster: alpha", ":4: cluster: is given twice"},
        {"cluster: alpha", "clusters: alpha",
         ":3: clusters: unknown key; expected one of: policy, expires"},
        {"keys: approvers", "keys: ../approvers", "approvers.keys: found '../approvers'"},
        {"keys: approvers", "keys: approvers, keys: approvers", "approvers.keys: is given twice"},
        {"keys: approvers", "key: approvers", "approvers.key: unknown key"},
        {"quorum: 1", "quorum: -1", "approvers.quorum: found '-1'"},
        {"quorum: 1", "quorum: 65", "approvers.quorum: found '65'"},
        {"quorum: 1", "quorum: 1.0", "approvers.quorum: found '1.0'"},
        {"authors: [beta, gamma]", "authors: beta", ":5: authors: expected a list"},
        {"authors: [beta, gamma]", "authors: [beta, beta]", "authors: 'beta' stands there twice"},
        {"authors: [beta, gamma]", "authors: [Beta]", "authors: 'Beta' is no name of a centre"},
        {"authors: [beta, gamma]", "authors: [[beta]]",
         "authors: expected a list of single values"},
        {"code: builtin:moments@1, ", "", "functions.1.code: is not given"},
        {"builtin:moments@1", "moments@1", "functions.1.code: found 'moments@1'"},
        {"builtin:moments@1", "builtin:moments", "functions.1.code: found"},
        {"builtin:moments@1", "builtin:moments@01", "functions.1.code: found"},
        {"builtin:moments@1", "sha256:ABC", "functions.1.code: found"},
        {"start: ask", "start: yes", "functions.1.start: found 'yes', expected one of: ask auto"},
        {"start: ask", "start: ask, start: auto", "functions.1.start: is given twice"},
        {"release: ask", "relase: ask", "functions.1.relase: unknown key"},
        {"order: [1, 2]", "order: 1", "functions.1.params.order: expected a list of values"},
        {"order: [1, 2]", "order: {}", "functions.1.params.order: expected {min: A, max: B}"},
        {"order: [1, 2]", "order: {min: 2, max: 1}", "functions.1.params.order: expected {min"},
        {"order: [1, 2]", "order: {min: x}", "functions.1.params.order.min: found 'x'"},
        {"order: [1, 2]", "order: {min: 1, min: 1}",
         "functions.1.params.order.min: is given twice"},
        {"order: [1, 2]", "order: {low: 1}", "functions.1.params.order.low: unknown key"},
        {"order: [1, 2]", "order: [1], order: [2]", "functions.1.params.order: is given twice"},
        {"order: [1, 2]", "a/b: [1]", "functions.1.params.a/b: is no name"},
        {"wdbc:", "'w b':", "data.w b: is no name of data"},
        {"rows-min: 10", "rows-min: ten", "data.wdbc.rows-min: found 'ten'"},
        {"rows-min: 10", "rows-min: 10, rows-min: 3", "data.wdbc.rows-min: is given twice"},
        {"rows-min: 10", "rows-max: 10", "data.wdbc.rows-max: unknown key"},
        {"rows-of-parameters: 10", "rows-of-parameters: 0", "expected a whole number from 1 to"},
        {"columns: [a, b]", "columns: some", "data.wdbc.columns: found 'some'"},
        {"columns: [a, b]", "columns: [a, a]", "data.wdbc.columns: 'a' stands there twice"},
        {"distinct: 7, ", "", "data.wdbc.queries.distinct: is not given"},
        {"distinct: 7", "distinct: 7, distinct: 7", "data.wdbc.queries.distinct: is given twice"},
        {"days: 30", "days: 0", "data.wdbc.queries.days: found '0'"},
        {"days: 30", "days: 30 d", "data.wdbc.queries.days: found '30 d'"},
        {"days: 30", "weeks: 4", "data.wdbc.queries.weeks: unknown key"},
        {"disclose: aggregate", "disclose: all", "data.wdbc.disclose: found 'all'"},
        {"nodes: 1", "nodes: 0", "limits.nodes: found '0'"},
        {"memory: 4 GiB", "memory: 4 gigs", "limits.memory: found '4 gigs'"},
        {"time: 30 min", "time: 30 m", "limits.time: found '30 m'"},
        {"time: 30 min", "time: 0", "limits.time: found '0'"},
        {"running: 1", "runing: 1", "limits.runing: unknown key"},
        {"running: 1", "running: 1, running: 2", "limits.running: is given twice"},
        {"sandbox: required", "sandbox: off", "sandbox: found 'off'"},
        {"sandbox: required", "sandbox: !!str required", "tags (!) are not allowed"},
        {"authors: [beta, gamma]", "authors: &a [beta]", "anchors and aliases"},
        {"sandbox: required", "<<: *a", "<<: unknown key"},
        {"sandbox: required\n", "sandbox: required\n---\npolicy: 1\n", "here begins another"},
        {"policy: 1\n", "policy: 1\n\tx: 1\n", "not YAML"},
    };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char *text = edited(POLICY, wrong[i].from, wrong[i].to);
        struct rules *r;
        ck_fails((r = rules_read("policy.yaml", text, strlen(text), &e), r ? 0 : -1), &e, ERR_INPUT,
                 wrong[i].words);
        ck_assert_msg(strncmp(e.text, "policy.yaml:", 12) == 0, "%s", e.text);
        free(text);
    }
    ck_assert_ptr_null(rules_read("policy.yaml", "", 0, NULL));
    ck_assert_ptr_null(rules_read("policy.yaml", "policy: 1\0", 10, NULL));
    ck_assert_ptr_null(rules_read("policy.yaml", "[policy]", 8, NULL));
}
END_TEST

/* Data and functions twice, each at its line. */
START_TEST(an_entry_stands_once)
{
    char *text = edited(POLICY, "limits:", "  wdbc: {}\nlimits:");

    err_clear(&e);
    ck_assert_ptr_null(rules_read("policy.yaml", text, strlen(text), &e));
    ck_assert_ptr_nonnull(strstr(e.text, "policy.yaml:10: data.wdbc: is given twice"));
    free(text);
}
END_TEST

START_TEST(one_entry_that_says_auto_is_enough)
{
    static const char more[] =
        "  - {code: builtin:moments@1, params: {order: {min: 1, max: 2}}, start: auto}\n"
        "  - {code: builtin:moments@1, params: {order: [3]}, start: auto, release: auto}\n"
        "data:\n";
    char *text = edited(POLICY, "data:\n", more), rule[RULES_NAME];
    struct rules *plain = rules_of(POLICY), *r = rules_of(text);
    struct inquiry a;

    ask(&a);
    a.q.approvals = 0;
    a.q.released = false;
    ck_assert(!rules_starts(plain, &a.q, rule));
    ck_assert_str_eq(rule, "approvers.quorum");
    ck_assert(rules_starts(r, &a.q, rule));
    ck_assert_str_eq(rule, "functions.2.start");
    ck_assert(!rules_releases(r, &a.q));
    ck_ok(rules_check(r, RULES_COMPUTE, &a.q, NULL, &e), &e);
    ck_fails(rules_check(r, RULES_SUBMIT, &a.q, NULL, &e), &e, ERR_REFUSED, "release: ");
    a.contract->params[0].integer = 3;
    ck_assert(rules_starts(r, &a.q, rule) && rules_releases(r, &a.q));
    ck_assert_str_eq(rule, "functions.3.start");
    ck_ok(rules_check(r, RULES_SUBMIT, &a.q, NULL, &e), &e);
    forget(&a);
    rules_free(r);
    rules_free(plain);
    free(text);
}
END_TEST

/* Of a built-in function, what the policy does not name is what it is where no contract says it. */
START_TEST(what_is_not_named_has_its_default)
{
    char *text = edited(POLICY, "params: {order: [1, 2]}, ", "");
    struct rules *r = rules_of(text), *named = rules_of(POLICY);
    struct inquiry a;

    for (int order = 0; order < 5; order++) { /* 0: it is not given, and then 4 */
        ask(&a);
        if (order)
            a.contract->params[0].integer = order;
        else {
            free(a.contract->params[0].name);
            a.contract->params_count = 0;
        }
        bool fallback = order == 0 || order == 4;
        ck_assert_int_eq(rules_check(r, RULES_CLAIM, &a.q, NULL, NULL), fallback ? 0 : -1);
        ck_assert_int_eq(rules_check(named, RULES_CLAIM, &a.q, NULL, NULL),
                         order == 1 || order == 2 ? 0 : -1);
        forget(&a);
    }
    rules_free(r);
    rules_free(named);
    free(text);
}
END_TEST

/* Beyond 2^53 doubles that differ look the same: no range allows such a number, but a list does. */
START_TEST(large_integers)
{
    char *ranges = edited(POLICY, "[1, 2]", "{max: 1e300}");
    char *lists = edited(POLICY, "[1, 2]", "[9007199254740993]");
    struct rules *range = rules_of(ranges), *list = rules_of(lists);
    struct inquiry a;

    ask(&a);
    for (int64_t more = -1; more <= 2; more++) {
        a.contract->params[0].integer = (INT64_C(1) << 53) + more;
        ck_assert_int_eq(rules_check(range, RULES_CLAIM, &a.q, NULL, NULL), more <= 0 ? 0 : -1);
        ck_assert_int_eq(rules_check(list, RULES_CLAIM, &a.q, NULL, NULL), more == 1 ? 0 : -1);
    }
    a.contract->params[0].integer = -(INT64_C(1) << 53) - 1;
    ck_fails(rules_check(range, RULES_CLAIM, &a.q, NULL, &e), &e, ERR_REFUSED,
             "functions.1.params.order: ");
    forget(&a);
    rules_free(range);
    rules_free(list);
    free(ranges);
    free(lists);
}
END_TEST

/* What a contract says is shown, and obeyed by no terminal. */
START_TEST(words_of_a_contract_are_shown)
{
    struct rules *r = rules_of(POLICY);
    struct inquiry a;

    ask(&a);
    free(a.contract->columns[1]);
    a.contract->columns[1] = strdup("\033[2J\xe2\x80\xae"
                                    "b\xff");
    struct denials d = go(r, RULES_CLAIM, &a.q);
    ck_assert_str_eq(d.text,
                     "The contract takes the column <U+001B>[2J<U+202E>b<0xFF>, and the policy "
                     "allows a, b");
    ck_assert_ptr_nonnull(strstr(d.change, "<U+001B>"));
    forget(&a);
    rules_free(r);
}
END_TEST

/* Programs are others' by whatever function calls them. */
/* What is made of columns does not matter, but which are read. */
START_TEST(columns_that_are_read_are_asked_for)
{
    static const struct {
        const char *data, *denied;
    } contracts[] = {
        {"columns: [x, b], derive: {x: \"a * 2\"}", NULL},
        {"columns: [x, b], derive: {x: \"a + c\"}", "c"},
        {"columns: [a], where: \"b > 1\"", NULL},
        {"columns: [a], where: \"b > 1 && days(when) > 3\", types: {when: date}", "when"},
        {"columns: [a, sex], factors: {sex: [F, M]}", "sex"},
        {"columns: [a, b], factors: {b: [F, M]}", NULL},
        {"columns: [b], derive: {b: \"c\"}", "c"}, /* though it is called as one that is allowed */
    };
    char *allowing = edited(POLICY, "columns: [a, b]", "columns: [a, b], expressions: allow");
    struct rules *r = rules_of(allowing);

    for (size_t i = 0; i < sizeof contracts / sizeof contracts[0]; i++) {
        struct inquiry a;
        char spec[400], words[80];
        snprintf(spec, sizeof spec,
                 "title: T\nfunction: {name: moments, params: {order: 2}}\n"
                 "data: {name: wdbc, slaves: 4, %s}\n"
                 "resources: {memory: 1 GiB, time: 10 min, ranks_per_slave: 2}\n",
                 contracts[i].data);
        ask_of(&a, spec);
        err_clear(&e);
        int rc = rules_check(r, RULES_CLAIM, &a.q, NULL, &e);
        snprintf(words, sizeof words, "takes the column %s, and",
                 contracts[i].denied ? contracts[i].denied : "");
        ck_assert_msg(contracts[i].denied
                          ? rc < 0 && strstr(e.text, "data.wdbc.columns") && strstr(e.text, words)
                          : rc == 0,
                      "%s: %s", contracts[i].data, e.text);
        contract_destroy(a.contract);
    }
    rules_free(r);
    free(allowing);
}
END_TEST

START_TEST(code_of_others)
{
    static const char digest[] =
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    char *by_digest = edited(POLICY, "builtin:moments@1", digest);
    char *program = edited(POLICY, "builtin:moments@1, params: {order: [1, 2]}",
                           "builtin:exec@1, params: {program: [p], sha256: ['0']}");
    char *spec = edited(SPEC, "{name: moments, params: {order: 2}}",
                        "{name: exec, params: {program: p, sha256: '0'}}");
    char *by_name = edited(POLICY, "[1, 2]", "[1, 2, exec@1]");
    struct rules *one = rules_of(by_digest), *two = rules_of(program), *named = rules_of(by_name);
    struct inquiry a, b;

    ask(&a);
    is_program(&a);
    ask_of(&b, spec);
    ck_fails(rules_check(one, RULES_COMPUTE, &a.q, NULL, &e), &e, ERR_REFUSED, "sandbox: ");
    ck_fails(rules_check(two, RULES_COMPUTE, &b.q, NULL, &e), &e, ERR_REFUSED, "sandbox: ");
    a.q.sandboxed = b.q.sandboxed = true;
    ck_ok(rules_check(one, RULES_COMPUTE, &a.q, NULL, &e), &e);
    ck_ok(rules_check(two, RULES_COMPUTE, &b.q, NULL, &e), &e);
    /* By another function's word, too. */
    a.q.sandboxed = false;
    free(a.contract->digest);
    a.contract->digest = strdup("builtin:moments@1");
    ck_ok(rules_check(named, RULES_COMPUTE, &a.q, NULL, &e), &e);
    a.contract->params[0].type = FLAT_STRING;
    a.contract->params[0].string = strdup("exec@1");
    ck_fails(rules_check(named, RULES_COMPUTE, &a.q, NULL, &e), &e, ERR_REFUSED, "sandbox: ");
    forget(&a);
    forget(&b);
    rules_free(named);
    free(by_name);
    rules_free(one);
    rules_free(two);
    free(by_digest);
    free(program);
    free(spec);
}
END_TEST

/* Returns the text with the examples of its comments in place of what is empty. */
static char *uncommented(const char *text)
{
    struct buf b = {0};
    bool shown = false;

    for (const char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        bool comment = line[0] == '#';
        if (strncmp(line, "# functions:", 12) == 0 || strncmp(line, "# data:", 7) == 0)
            shown = true;
        if (!shown || comment)
            buf_add(&b, line + (shown ? 2 : 0), (size_t)(end + 1 - line) - (shown ? 2 : 0));
        shown = shown && comment;
    }
    return b.data;
}

START_TEST(the_template_denies_everything)
{
    struct buf b = {0};
    struct inquiry a;

    rules_template(&b, "", NOW + 86400);
    ck_assert_ptr_nonnull(strstr(b.data, "\nexpires: 2027-01-16\n"));
    struct rules *r = rules_of(b.data);
    ask(&a);
    a.q.cluster = "";
    ck_fails(rules_check(r, RULES_SUBMIT, &a.q, NULL, &e), &e, ERR_REFUSED, "authors: ");
    struct denials d = go(r, RULES_SUBMIT, &a.q);
    ck_assert_uint_eq(d.count, 3); /* authors, functions, data: the rest has nothing to look at */
    rules_free(r);
    /* With what its comments show it is a policy that works. */
    char *shown = uncommented(b.data), *one = edited(shown, "authors: []", "authors: [beta]");
    r = rules_of(one);
    ck_ok(rules_check(r, RULES_SUBMIT, &a.q, NULL, &e), &e);
    rules_free(r);
    forget(&a);
    free(one);
    free(shown);
    buf_free(&b);
}
END_TEST

static void put_policy(const char *text, mode_t mode, struct federation *f)
{
    ck_ok(file_write("policy.yaml", text, strlen(text), 0600, &e), &e);
    ck_assert_int_eq(chmod("policy.yaml", mode), 0);
    ck_ok(hash_bytes(text, strlen(text), f->policy, &e), &e);
    f->has_policy = true;
}

START_TEST(what_is_not_in_force_denies_everything)
{
    struct federation f = {0};
    struct house h = {.lock = -1};
    struct rules *r;

    ck_assert_ptr_nonnull(getcwd(h.directory, sizeof h.directory));
#define in_force(now) (r = rules_in_force(&h, &f, now, &e), r ? 0 : -1)
    ck_fails(in_force(NOW), &e, ERR_REFUSED, "policy: There is no policy.yaml");
    put_policy(POLICY, 0600, &f);
    ck_ok(in_force(NOW), &e);
    rules_free(r);
    ck_fails(in_force(NOW + 365 * 86400), &e, ERR_REFUSED,
             "expires: The policy was in force until 2027");
    f.policy[0] ^= 1;
    ck_fails(in_force(NOW), &e, ERR_REFUSED,
             "policy: policy.yaml was edited since it was accepted");
    f.policy[0] ^= 1;
    f.has_policy = false;
    ck_fails(in_force(NOW), &e, ERR_REFUSED, "policy: No policy was accepted yet");
    put_policy(POLICY, 0644, &f);
    ck_fails(in_force(NOW), &e, ERR_REFUSED, "policy: ");
    put_policy(POLICY, 0660, &f);
    ck_fails(in_force(NOW), &e, ERR_REFUSED, "policy: ");
    put_policy("policy: 1\nexpires: never\n", 0600, &f);
    ck_fails(in_force(NOW), &e, ERR_REFUSED, "expires: found 'never'");
    ck_assert_msg(strncmp(e.text, "policy: ", 8) == 0 &&
                      strstr(e.text, "metaneuron site policy accept"),
                  "%s", e.text);
    ck_assert_int_eq(unlink("policy.yaml"), 0);
    ck_assert_int_eq(mkdir("policy.yaml", 0700), 0);
    ck_fails(in_force(NOW), &e, ERR_REFUSED, "policy: ");
    ck_assert_int_eq(rmdir("policy.yaml"), 0);
    ck_assert_int_eq(mkfifo("policy.yaml", 0600), 0);
    ck_fails(in_force(NOW), &e, ERR_REFUSED, "policy: ");
#undef in_force
}
END_TEST

/* A policy of random numbers, as what it is made from. */
struct made {
    unsigned authors, data_authors, columns; /* sets; columns 4: all */
    unsigned numbers[8];                     /* rows-min … distinct: larger allows more or less */
    unsigned disclose, quorum, sandbox, cores, running, cluster, entries;
    struct {
        unsigned orders, low, start, release; /* orders: a set of 1 to 4; or from low on */
    } functions[3];
};

static void add_set(struct buf *b, unsigned set, const char *const names[])
{
    bool first = true;

    buf_adds(b, "[");
    for (unsigned i = 0; names[i]; i++)
        if (set >> i & 1) {
            buf_addf(b, "%s%s", first ? "" : ", ", names[i]);
            first = false;
        }
    buf_adds(b, "]");
}

static const char *const sites[] = {"beta", "gamma", NULL}, *const columns[] = {"a", "b", NULL},
                         *const orders[] = {"1", "2", "3", "4", NULL};

static struct rules *rules_made(const struct made *m)
{
    static const char *const words[] = {"aggregate", "features", "states"};
    struct buf b = {0};

    buf_addf(&b, "policy: 1\nexpires: 2027-06-30\ncluster: %s\n", m->cluster ? "alpha" : "none");
    buf_addf(&b, "approvers: {quorum: %u}\nsandbox: %s\nauthors: ", m->quorum,
             m->sandbox ? "optional" : "required");
    add_set(&b, m->authors, sites);
    buf_adds(&b, "\nfunctions:");
    buf_adds(&b, m->entries ? "\n" : " []\n");
    for (unsigned i = 0; i < m->entries; i++) {
        buf_adds(&b, " - {code: builtin:moments@1, params: {order: ");
        if (m->functions[i].low)
            buf_addf(&b, "{min: %u, max: 4}", m->functions[i].low);
        else
            add_set(&b, m->functions[i].orders, orders);
        buf_addf(&b, "}, start: %s, release: %s}\n", m->functions[i].start ? "auto" : "ask",
                 m->functions[i].release ? "auto" : "ask");
    }
    buf_adds(&b, "data:\n  wdbc: {authors: ");
    add_set(&b, m->data_authors, sites);
    buf_adds(&b, ", columns: ");
    if (m->columns == 4)
        buf_adds(&b, "all");
    else
        add_set(&b, m->columns, columns);
    buf_addf(
        &b,
        ", rows-min: %u, rows-of-parameters: %u, sites-min: %u, cells-min: %u, result-max: %u, "
        "rounds-max: %u, queries: {distinct: %u, days: 30}, disclose: %s}\n",
        m->numbers[0], m->numbers[1] + 1, m->numbers[2] + 1, m->numbers[3], m->numbers[4],
        m->numbers[5], m->numbers[6], words[m->disclose]);
    buf_addf(&b, "limits: {nodes: 1, cores: %u, memory: 4 GiB, time: 30 min, running: %u}\n",
             m->cores, m->running);
    struct rules *r = rules_of(b.data);
    buf_free(&b);
    return r;
}

static unsigned below(unsigned n)
{
    return (unsigned)(draw() % n);
}

static struct made made_at_random(void)
{
    struct made m = {
        .authors = below(8) ? 3 : below(4),
        .data_authors = below(8) ? 3 : below(4),
        .columns = below(5),
        .numbers = {below(12), below(5), below(3), below(12), 4 + below(4), 1 + below(2),
                    1 + below(3)},
        .disclose = below(3),
        .quorum = below(3),
        .sandbox = below(2),
        .cores = 1 + below(3),
        .running = 1 + below(2),
        .cluster = below(8) > 0,
        .entries = below(4),
    };

    for (unsigned i = 0; i < 3; i++) {
        m.functions[i].orders = below(16);
        m.functions[i].low = below(3) ? 0 : 1 + below(4);
        m.functions[i].start = below(2);
        m.functions[i].release = below(2);
    }
    return m;
}

/* Effect: one thing more is not allowed. */
static void restrict_one(struct made *m)
{
    unsigned i = below(7), k = below(3);

    switch (below(14)) {
    case 0:
        m->authors &= (unsigned)draw();
        break;
    case 1:
        m->data_authors &= (unsigned)draw();
        break;
    case 2:
        m->columns = m->columns == 4 ? below(4) : m->columns & (unsigned)draw();
        break;
    case 3:
        if (i < 4)
            m->numbers[i]++;
        else
            m->numbers[i] -= m->numbers[i] > 0;
        break;
    case 4:
        m->disclose -= m->disclose > 0;
        break;
    case 5:
        m->quorum++;
        break;
    case 6:
        m->sandbox = 0;
        break;
    case 7:
        m->cores -= m->cores > 1;
        break;
    case 8:
        m->running = 1;
        break;
    case 9: /* an entry is taken away */
        if (k < m->entries) {
            m->functions[k] = m->functions[m->entries - 1];
            m->entries--;
        }
        break;
    case 10:
        m->functions[k].start = 0;
        break;
    case 11:
        m->functions[k].release = 0;
        break;
    case 12:
        m->functions[k].orders &= (unsigned)draw();
        break;
    default:
        if (m->functions[k].low && m->functions[k].low < 4)
            m->functions[k].low++;
    }
}

static void question_at_random(struct inquiry *a)
{
    strcpy(a->run.collector, sites[below(2)]);
    a->contract->params[0].integer = 1 + (int64_t)(below(4));
    a->q.rows = below(40) + 5;
    a->q.claimed = a->q.rows;
    a->state[0] = (double)a->q.rows;
    a->q.left_out = below(4) ? 0 : below(12);
    a->q.differs = below(4) ? UINT64_MAX : below(12);
    a->q.asked = below(4);
    a->q.approvals = below(3);
    a->q.person = below(2);
    a->q.running = below(4) == 0;
    a->q.released = below(2);
    a->run.min = 1 + below(4);
    a->run.disclose = (enum disclose)(1 + below(3));
    a->state[2] = (double)(below(14));
}

/* What is allowed after something was taken from a policy was allowed before. */
START_TEST(a_restriction_never_allows_more)
{
    size_t allowed = 0, narrowed = 0;
    struct inquiry a;

    ask(&a);

    for (size_t i = 0; i < 500; i++) {
        struct made m = made_at_random();
        struct rules *before = rules_made(&m);
        for (uint64_t n = 1 + below(3); n > 0; n--)
            restrict_one(&m);
        struct rules *after = rules_made(&m);
        char one[RULES_NAME];
        for (size_t k = 0; k < 12; k++) {
            question_at_random(&a);
            for (enum rules_stage s = RULES_CLAIM; s <= RULES_SUBMIT; s++) {
                int now = rules_check(after, s, &a.q, NULL, NULL);
                int then = rules_check(before, s, &a.q, NULL, &e);
                ck_assert_msg(now < 0 || then == 0, "allowed only after a restriction: %s", e.text);
                err_clear(&e);
                allowed += now == 0;
                narrowed += now < 0 && then == 0;
            }
            ck_assert(!rules_starts(after, &a.q, one) || rules_starts(before, &a.q, one));
            ck_assert(!rules_releases(after, &a.q) || rules_releases(before, &a.q));
        }
        rules_free(before);
        rules_free(after);
    }
    forget(&a);
    ck_assert_msg(allowed > 100 && narrowed > 20, "only %zu allowed, %zu narrowed", allowed,
                  narrowed);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, all_is_allowed);
    tcase_add_test(tests, each_rule_denies_by_its_own_name);
    tcase_add_test(tests, at_each_limit);
    tcase_add_test(tests, without_a_policy_one_rule_denies);
    tcase_add_test(tests, before_the_contract_is_read);
    tcase_add_test(tests, every_rule_has_a_case);
    tcase_add_test(tests, the_rules_of_the_documentation);
    tcase_add_test(tests, the_order_of_the_checks);
    tcase_add_test(tests, the_example_is_read);
    tcase_add_test(tests, a_day_holds_to_its_end);
    tcase_add_test(tests, what_is_no_policy_is_said);
    tcase_add_test(tests, an_entry_stands_once);
    tcase_add_test(tests, one_entry_that_says_auto_is_enough);
    tcase_add_test(tests, what_is_not_named_has_its_default);
    tcase_add_test(tests, large_integers);
    tcase_add_test(tests, words_of_a_contract_are_shown);
    tcase_add_test(tests, columns_that_are_read_are_asked_for);
    tcase_add_test(tests, code_of_others);
    tcase_add_test(tests, the_template_denies_everything);
    tcase_add_test(tests, what_is_not_in_force_denies_everything);
    tcase_add_test(tests, a_restriction_never_allows_more);
}

UNIT_MAIN("rules", add)
