/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests how results of centres are collected: rounds, interruptions, what the ledger says. */
#include "collect_case.h"

#include <sys/wait.h>

#include "engine/result/word.h"
#include "engine/view/view.h"
#include "ledger/fold/history.h"

static const char logreg[] = "{name: logreg, params: {target: y, ridge: 1}}";
static const char moments[] = "{name: moments, params: {order: 2}}";

static void free_report(struct engine_report *report)
{
    result_free(report->result);
    free(report->credits);
    *report = (struct engine_report){0};
}

/* Effect: *report is of the same function over files, in one run of one process. */
static void run_pooled(struct collect_case *t, const char *function, struct engine_report *report)
{
    char spec[600], path[PATH], contract[PATH], ledger[PATH], out[PATH], data[PATH];
    double rows[CENTRE_ROWS * CENTRE_COLUMNS];
    struct err e = {0};
    int n = snprintf(spec, sizeof spec,
                     "title: Files\ndata:\n  name: d\n  split: files\n  slaves: %d\n"
                     "  columns: [y, a, b]\nfunction: %s\nrounds: 3\n"
                     "limits:\n  items_per_slave: 1000\n",
                     CENTRES, function);

    snprintf(contract, PATH, "%s/pooled.h5", t->place.dir);
    snprintf(ledger, PATH, "%s/pooled", t->place.dir);
    snprintf(out, PATH, "%s/pooled-result.h5", t->place.dir);
    snprintf(data, PATH, "%s/rows-{slave}.csv", t->place.dir);
    snprintf(path, PATH, "%s/pooled.yaml", t->place.dir);
    log_put(path, spec, (size_t)n);
    struct contract *c = contract_from_spec(path, &e);
    ck_assert_msg(c != NULL, "%s", e.text);
    ck_ok(engine_complete(c, &e), &e);
    ck_ok(contract_write(c, contract, &e), &e);
    contract_destroy(c);
    for (size_t k = 0; k < CENTRES; k++) {
        snprintf(path, PATH, "%s/rows-%zu.csv", t->place.dir, k + 1);
        FILE *f = fopen(path, "w");
        fprintf(f, "y,a,b\n");
        centre_rows(k, rows);
        for (size_t i = 0; i < CENTRE_ROWS; i++)
            fprintf(f, "%.17g,%.17g,%.17g\n", rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]);
        fclose(f);
    }
    const struct engine_data where = {"d", data};
    const struct engine_options o = {
        .contract = contract,
        .ledger = ledger,
        .site = "jena",
        .data = &where,
        .data_count = 1,
        .out = out,
    };
    struct transport *alone = transport_local(&e);
    ck_ok(engine_run(alone, t->reader, &o, report, &e), &e);
    transport_close(alone);
}

static void compare_results(const struct result *a, const struct result *b)
{
    ck_assert_uint_eq(a->round, b->round);
    for (size_t i = 0; i < a->round; i++) {
        const struct result *x = result_round(a, i), *y = result_round(b, i);
        ck_assert_mem_eq(x->states, y->states, a->slaves * a->length * sizeof(double));
        ck_assert_mem_eq(x->aggregate, y->aggregate, a->length * sizeof(double));
        ck_assert_mem_eq(x->model, y->model, a->model_length * sizeof(double));
        for (size_t k = 0; k < a->slaves; k++)
            ck_assert(x->slave[k].decision.rejected == y->slave[k].decision.rejected);
    }
}

/* Counts the records of a type, of a slave if that is not NULL. */
struct counting {
    const char *type, *slave;
    size_t count;
};

static int count_one(const struct record *r, void *context, struct err *e)
{
    struct counting *c = context;
    const char *slave = record_get(r, "slave");

    (void)e;
    c->count +=
        strcmp(r->type, c->type) == 0 && (!c->slave || (slave && strcmp(slave, c->slave) == 0));
    return 0;
}

static size_t count_records(const struct collect_case *t, const char *type, const char *slave)
{
    struct counting c = {type, slave, 0};
    struct err e = {0};
    struct ledger *l = ledger_open_read(t->ledger, &e);

    ck_ok(ledger_scan(l, count_one, &c, &e), &e);
    ledger_close(l);
    return c.count;
}

/* Three rounds, which is what they are when nobody is interrupted and nothing is elsewhere. */
START_TEST(rounds_are_those_of_one_run)
{
    struct collect_case t;
    struct engine_report report, pooled;
    struct err e = {0};

    case_begin(&t, logreg, 3, "states");
    for (uint64_t round = 1; round <= 3; round++) {
        char words[40];
        snprintf(words, sizeof words, "round %d waits for 8", (int)round);
        ck_fails(case_collect(&t, &report, &e), &e, ERR_INCOMPLETE, words);
        case_all_send(&t, round, CENTRES - 1);
        ck_fails(case_collect(&t, &report, &e), &e, ERR_INCOMPLETE, "waits for 1 centre");
        case_all_send(&t, round, CENTRES);
    }
    ck_ok(case_collect(&t, &report, &e), &e);
    ck_assert(!report.shown && report.resumed);
    run_pooled(&t, logreg, &pooled);
    compare_results(report.result, pooled.result);
    ck_assert(report.result->slave[LIAR].decision.rejected);
    ck_assert_str_eq(report.result->slave[2].name, "delta/d/1");
    for (size_t k = 0; k < CENTRES; k++)
        ck_assert(report.credits[k] == pooled.credits[k]);
    free_report(&pooled);
    free_report(&report);
    ck_ok(case_collect(&t, &report, &e), &e);
    ck_assert(report.shown);
    free_report(&report);
    ck_assert_uint_eq(count_records(&t, "claim", NULL), CENTRES);
    ck_assert_uint_eq(count_records(&t, "submit", NULL), 3 * CENTRES);
    ck_assert_uint_eq(count_records(&t, "lost", NULL), 0);
    case_end(&t);
}
END_TEST

/* Effect: a process collects, and dies after so many steps. Returns its exit code. */
static int collect_for(struct collect_case *t, int steps)
{
    pid_t child = fork();
    int status;

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct engine_report report;
        struct err e = {0};
        t->reader = reader_start(&e);
        t->steps = steps;
        int rc = case_collect(t, &report, &e);
        reader_stop(t->reader);
        _exit(rc == 0 ? 0 : e.code == ERR_INCOMPLETE ? 75 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Killed between any two calls of its pool, it goes on, and nothing is said twice. */
START_TEST(a_collector_may_die_anywhere)
{
    struct collect_case t;
    struct engine_report report, pooled;
    struct err e = {0};
    int code = 9, steps = 1, killed = 0;

    case_begin(&t, logreg, 3, "states");
    for (uint64_t round = 1; code != 0; steps++) {
        ck_assert_int_lt(steps, 500);
        code = collect_for(&t, steps);
        ck_assert_msg(code == 9 || code == 75 || code == 0, "code %d", code);
        killed += code == 9;
        if (code == 75) {
            case_all_send(&t, round++, CENTRES);
            steps = 0;
        }
    }
    ck_assert_int_gt(killed, 60);
    ck_ok(case_collect(&t, &report, &e), &e);
    run_pooled(&t, logreg, &pooled);
    compare_results(report.result, pooled.result);
    free_report(&pooled);
    free_report(&report);
    ck_assert_uint_eq(count_records(&t, "claim", NULL), CENTRES);
    ck_assert_uint_eq(count_records(&t, "submit", NULL), 3 * CENTRES);
    ck_assert_uint_eq(count_records(&t, "aggregate", NULL), 3);
    ck_assert_uint_eq(count_records(&t, "update", NULL), 4);
    ck_assert_uint_eq(count_records(&t, "settle", NULL), CENTRES);
    case_end(&t);
}
END_TEST

/* Who is late is left out, in one round of two, and once that is judged no file changes it. */
START_TEST(who_is_late_is_left_out)
{
    struct collect_case t;
    struct engine_report report;
    struct err e = {0};
    char path[PATH];

    case_begin(&t, logreg, 2, "states");
    ck_fails(case_collect(&t, &report, &e), &e, ERR_INCOMPLETE, "round 1");
    case_all_send(&t, 1, 3);
    log_put(case_path(&t, path, "late", 3, 1), "late", 4);
    ck_fails(case_collect(&t, &report, &e), &e, ERR_INCOMPLETE, "round 2");
    ck_assert_int_eq(remove(path), 0);
    case_all_send(&t, 1, CENTRES); /* it comes all the same */
    case_all_send(&t, 2, CENTRES);
    ck_ok(case_collect(&t, &report, &e), &e);
    ck_assert_str_eq(result_round(report.result, 0)->slave[3].trouble, "late");
    ck_assert(!result_round(report.result, 0)->slave[3].answered);
    ck_assert(report.result->slave[3].answered && report.credits[3] > 0);
    free_report(&report);
    ck_assert_uint_eq(count_records(&t, "lost", "eta/d/1"), 1);
    ck_assert_uint_eq(count_records(&t, "submit", "eta/d/1"), 1);
    case_end(&t);
}
END_TEST

/* What the collector's own centre has said in this log is not said again. */
START_TEST(an_own_claim_is_taken_up)
{
    struct collect_case t;
    struct engine_report report;
    struct err e = {0};
    struct record *r = calloc(3, sizeof *r);
    struct centre_result x;
    uint8_t commit[SHA256_LEN], salt[SHA256_LEN], digest[SHA256_LEN], file[SHA256_LEN];
    static const char *const types[] = {"view", "claim", "submit"};
    size_t length;

    case_begin(&t, moments, 1, "aggregate");
    struct bytes b = log_read(t.contract);
    ck_ok(hash_bytes(b.data, b.len, file, &e), &e);
    centre_commits(COLLECTOR, &x, commit);
    centre_salt(salt, "state", COLLECTOR, 1);
    double *state = centre_state(&t, COLLECTOR, 1, NULL, &length);
    const struct digest_of of = {t.run, 1, "beta"};
    ck_ok(state_digest(salt, &of, state, length, digest, &e), &e);
    for (size_t i = 0; i < 3; i++) {
        record_begin(&r[i], types[i]);
        record_set(&r[i], "run", "%s", t.run);
        if (i == 2)
            record_set(&r[i], "round", "1");
        record_set(&r[i], "slave", "beta/d/1");
        if (i < 2)
            record_set(&r[i], "node", "exchange");
        if (i == 1) {
            record_set(&r[i], "slot", "0");
            record_set(&r[i], "items", "%d", CENTRE_ROWS);
            record_set_digest(&r[i], "commit", commit);
        }
        if (i < 2)
            record_set_digest(&r[i], "copy", file);
    }
    record_set_digest(&r[2], "state", digest);
    record_set(&r[2], "items", "%d", CENTRE_ROWS);
    record_set_number(&r[2], "seconds", 7);
    struct ledger *l = ledger_open(t.ledger, NULL, &e);
    ck_ok(ledger_append(l, r, 3, NULL, &e), &e);
    ledger_close(l);
    case_all_send(&t, 1, CENTRES);
    ck_ok(case_collect(&t, &report, &e), &e);
    ck_assert(report.result->slave[COLLECTOR].seconds == 7);
    ck_assert(report.result->slave[0].seconds == 0.25);
    free_report(&report);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(count_records(&t, types[i], "beta/d/1"), 1);
    ck_assert_uint_eq(count_records(&t, "submit", "alpha/d/1"), 1);
    free(b.data);
    free(state);
    free(r);
    case_end(&t);
}
END_TEST

/* No free text, and nothing by which a small state could be guessed. */
static int look_at_words(const struct record *r, void *context, struct err *e)
{
    const struct collect_case *t = context;
    const char *node = record_get(r, "node"), *why = record_get(r, "why");
    const char *slot = record_get(r, "slot"), *score = record_get(r, "score");
    uint8_t said[SHA256_LEN], plain[SHA256_LEN];
    size_t length;

    ck_assert(!node || strcmp(node, "exchange") == 0);
    ck_assert(!slot || strcmp(slot, "0") == 0);
    ck_assert_msg(!why || (strcmp(result_word(why), why) == 0 && strcmp(why, "other") != 0), "%s",
                  why);
    ck_assert_msg(!score || strcmp(score, "nan") == 0, "%s", score);
    ck_assert_str_ne(r->type, "job");
    if (strcmp(r->type, "submit") != 0)
        return 0;
    ck_ok(record_get_digest(r, "state", said, e), e);
    for (size_t k = 0; k < CENTRES; k++) {
        double *state = centre_state(t, k, 1, NULL, &length);
        ck_ok(hash_doubles(state, length, plain, e), e);
        ck_assert_mem_ne(said, plain, SHA256_LEN);
        free(state);
    }
    return 0;
}

START_TEST(the_log_has_words)
{
    struct collect_case t;
    struct engine_report report;
    struct err e = {0};
    struct view v;
    struct history h;

    setenv("SLURM_JOB_ID", "17", 1);
    setenv("SLURM_JOB_USER", "alice", 1);
    setenv("SLURM_CLUSTER_NAME", "c", 1);
    case_begin(&t, moments, 1, "aggregate");
    case_all_send(&t, 1, CENTRES);
    ck_ok(case_collect(&t, &report, &e), &e);
    ck_assert_str_eq(report.result->job, "");
    free_report(&report);
    struct ledger *l = ledger_open_read(t.ledger, &e);
    ck_ok(ledger_scan(l, look_at_words, &t, &e), &e);
    ck_ok(view_read(l, t.run, &v, &e), &e);
    ck_assert_uint_eq(v.count, CENTRES);
    for (size_t k = 0; k < CENTRES; k++) {
        ck_assert_uint_eq(v.slaves[k].partition, k + 1);
        ck_assert_int_eq(strncmp(v.slaves[k].name, centres[k], strlen(centres[k])), 0);
        ck_assert_int_eq(v.slaves[k].part, k == LIAR ? VIEW_REJECTED : VIEW_ACCEPTED);
    }
    ck_assert_str_eq(v.slaves[LIAR].why, "score");
    struct page text = {0};
    ck_ok(view_explain(l, &v, view_find(&v, "kappa/d/1"), &text, &e), &e);
    ck_assert_ptr_nonnull(strstr(text.text.data, "was rejected"));
    page_free(&text);
    ck_ok(history_fold(l, UINT64_MAX, &h, &e), &e);
    ck_assert_uint_eq(history_find(&h.slaves, "kappa/d/1")->rejected, 1);
    ck_assert_uint_eq(history_find(&h.slaves, "zeta/d/1")->settled, 1);
    history_free(&h);
    view_free(&v);
    ledger_close(l);
    case_end(&t);
}
END_TEST

/* By hand: printf 'metaneuron-state-v1\0' and so on, | sha256sum. */
START_TEST(a_digest_has_salt)
{
    static const char wanted[] = "74151b6b1f45df7ad7945fda14b3ffd266b43b02e7deb66e3319bc6803285c5f";
    uint8_t salt[SHA256_LEN], digest[SHA256_LEN], plain[SHA256_LEN], again[SHA256_LEN];
    const double state[] = {40, 0.5, -3};
    const struct digest_of of = {"3d96174cc99e84db", 2, "alpha/d/1"};
    char hex[SHA256_HEX + 1];
    struct err e = {0};

    for (size_t i = 0; i < sizeof salt; i++)
        salt[i] = (uint8_t)i;
    ck_ok(state_digest(salt, &of, state, 3, digest, &e), &e);
    ck_assert_str_eq(hex_encode(hex, digest, SHA256_LEN), wanted);
    ck_ok(state_digest(NULL, &of, state, 3, plain, &e), &e);
    ck_ok(hash_doubles(state, 3, again, &e), &e);
    ck_assert_mem_eq(plain, again, SHA256_LEN);
}
END_TEST

/* A run that is no run of centres, or is over, is not gone on with. */
START_TEST(only_its_own_run_is_collected)
{
    struct collect_case t;
    struct engine_report report;
    struct err e = {0};
    struct record *r = calloc(1, sizeof *r);
    char run[RUN_HEX + 1];
    struct view v;

    case_begin(&t, moments, 1, "states");
    memcpy(run, t.run, sizeof run);
    case_publish(&t, "beta,alpha", 2, "states");
    ck_fails(case_collect(&t, &report, &e), &e, ERR_INPUT, "order of their names");
    case_publish(&t, "alpha,beta", 3, "states");
    ck_fails(case_collect(&t, &report, &e), &e, ERR_INPUT, "asks 2 centres, was published for 3");
    case_publish(&t, "alpha,beta", 2, "everything");
    ck_fails(case_collect(&t, &report, &e), &e, ERR_INPUT, "disclose");
    memcpy(t.run, "0123456789abcdef", sizeof run);
    ck_fails(case_collect(&t, &report, &e), &e, ERR_INPUT, "has no run");
    memcpy(t.run, run, sizeof run);
    record_begin(r, "close");
    record_set(r, "run", "%s", run);
    record_set(r, "code", "few");
    struct ledger *l = ledger_open(t.ledger, NULL, &e);
    ck_ok(ledger_append(l, r, 1, NULL, &e), &e);
    ledger_close(l);
    ck_fails(case_collect(&t, &report, &e), &e, ERR_PERMANENT, "closed: few");
    l = ledger_open_read(t.ledger, &e);
    ck_ok(view_read(l, t.run, &v, &e), &e);
    ck_assert_int_eq(v.state, VIEW_CLOSED);
    ck_assert_uint_eq(v.count, CENTRES);
    view_free(&v);
    ledger_close(l);
    free(r);
    case_end(&t);
}
END_TEST

static void add(TCase *t)
{
    tcase_set_timeout(t, 120);
    tcase_add_test(t, rounds_are_those_of_one_run);
    tcase_add_test(t, a_collector_may_die_anywhere);
    tcase_add_test(t, who_is_late_is_left_out);
    tcase_add_test(t, an_own_claim_is_taken_up);
    tcase_add_test(t, the_log_has_words);
    tcase_add_test(t, a_digest_has_salt);
    tcase_add_test(t, only_its_own_run_is_collected);
}

UNIT_MAIN("collect", add)
