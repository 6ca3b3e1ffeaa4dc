/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests that rounds of centres are those of one run, however often their collector dies. */
#include "collect_case.h"

#include <sys/wait.h>

static const char logreg[] = "{name: logreg, params: {target: y, ridge: 1}}";

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

/* What a record names is there. */
static int look_for_payload(const struct record *r, void *context, struct err *e)
{
    static const char *const keys[][2] = {
        {"aggregate", "state"}, {"update", "model"}, {"settle", "result"}};
    const struct collect_case *t = context;
    uint8_t digest[SHA256_LEN], found[SHA256_LEN];
    char path[PATH];

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(r->type, keys[i][0]) != 0)
            continue;
        ck_ok(record_get_digest(r, keys[i][1], digest, e), e);
        struct bytes b = log_read(case_payload(t, path, digest));
        ck_ok(hash_bytes(b.data, b.len, found, e), e);
        ck_assert_mem_eq(found, digest, SHA256_LEN);
        free(b.data);
    }
    return 0;
}

static void check_payloads(struct collect_case *t)
{
    struct err e = {0};
    struct ledger *l = ledger_open_read(t->ledger, &e);

    ck_assert_msg(l != NULL, "%s", e.text);
    ck_ok(ledger_scan(l, look_for_payload, t, &e), &e);
    ledger_close(l);
}

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
        check_payloads(&t);
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

/* What the run's directory has lost is taken again, and nothing is recorded for that. */
START_TEST(what_is_lost_is_taken_again)
{
    struct collect_case t;
    struct engine_report report, pooled;
    struct err e = {0};
    char path[2 * PATH];

    case_begin(&t, logreg, 3, "states");
    ck_fails(case_collect(&t, &report, &e), &e, ERR_INCOMPLETE, "round 1");
    for (uint64_t round = 1; round <= 3; round++) {
        snprintf(path, sizeof path, "%s/runs/%s%s", t.ledger, t.run,
                 round == 1 ? "/state-3-1" : "");
        case_all_send(&t, round, round == 3 ? 2 : CENTRES);
        ck_fails(case_collect(&t, &report, &e), &e, ERR_INCOMPLETE, "waits");
        place_remove(path); /* a file; and in later rounds all that there is */
    }
    case_all_send(&t, 3, CENTRES);
    ck_ok(case_collect(&t, &report, &e), &e);
    run_pooled(&t, logreg, &pooled);
    compare_results(report.result, pooled.result);
    free_report(&pooled);
    free_report(&report);
    ck_assert_uint_eq(count_records(&t, "claim", NULL), CENTRES);
    ck_assert_uint_eq(count_records(&t, "submit", NULL), 3 * CENTRES);
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

static void add(TCase *t)
{
    tcase_set_timeout(t, 120);
    tcase_add_test(t, rounds_are_those_of_one_run);
    tcase_add_test(t, a_collector_may_die_anywhere);
    tcase_add_test(t, what_is_lost_is_taken_again);
    tcase_add_test(t, who_is_late_is_left_out);
}

UNIT_MAIN("collect_rounds", add)
