/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests what a collector writes to its ledger, and of which runs. */
#include "collect_case.h"

#include "engine/result/word.h"
#include "engine/view/view.h"
#include "ledger/fold/history.h"
#include "util/place.h"

static const char moments[] = "{name: moments, params: {order: 2}}";

static void free_report(struct engine_report *report)
{
    result_free(report->result);
    free(report->credits);
    *report = (struct engine_report){0};
}

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

/* Of what a collector looks at before it settles nothing is published but what was decided. */
START_TEST(a_collector_may_look_first)
{
    struct collect_case t;
    struct engine_report report;
    struct err e = {0};
    struct view v;
    uint8_t digest[SHA256_LEN];
    char path[PATH];
    char *bytes;
    size_t len;

    case_begin(&t, moments, 1, "features");
    case_all_send(&t, 1, CENTRES);
    t.stop = true;
    for (int times = 0; times < 2; times++) {
        ck_ok(case_collect(&t, &report, &e), &e);
        ck_assert_int_eq(report.stopped.code, ERR_STOPPED);
        ck_assert(report.result->slave[LIAR].decision.rejected);
        free_report(&report);
    }
    ck_assert_uint_eq(count_records(&t, "settle", "kappa/d/1"), 0);
    ck_assert_uint_eq(count_records(&t, "filter", "kappa/d/1"), 1);
    ck_ok(file_read(t.out, 1 << 26, &bytes, &len, &e), &e);
    ck_ok(hash_bytes(bytes, len, digest, &e), &e);
    ck_assert(!file_exists(case_payload(&t, path, digest)));
    free(bytes);
    struct ledger *l = ledger_open_read(t.ledger, &e);
    ck_ok(view_read(l, t.run, &v, &e), &e);
    ck_assert_int_eq(v.state, VIEW_STOPPED);
    view_free(&v);
    ledger_close(l);
    t.stop = false;
    ck_ok(case_collect(&t, &report, &e), &e);
    ck_assert(report.resumed && report.stopped.code == ERR_NONE);
    free_report(&report);
    ck_assert_uint_eq(count_records(&t, "settle", "kappa/d/1"), 1);
    ck_assert_uint_eq(count_records(&t, "filter", "kappa/d/1"), 1);
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

/* Names that begin alike are not taken for each other, and each centre has one slave. */
START_TEST(a_centre_has_a_number)
{
    static const struct {
        const char *slave;
        uint64_t place;
    } names[] = {
        {"a/d/1", 1},  {"ab/d/1", 2},  {"ab-c/d/1", 3}, {"b2/x/1", 4},
        {"a-/d/1", 0}, {"abc/d/1", 0}, {"ab-/d/1", 0},  {"c/d/1", 0},
        {"a/d/2", 0},  {"a/d", 0},     {"a", 0},        {"", 0},
    };
    static const char *const wrong[] = {"",    "-",   "a,",  ",a",    "a,,b", "b,a",
                                        "a,a", "A,b", "1,b", "a b,c", "a/b",  "a,b.c"};
    struct record *r = calloc(1, sizeof *r);
    struct asked a;
    struct err e = {0};

    for (size_t i = 0; i <= sizeof wrong / sizeof wrong[0]; i++) {
        bool right = i == sizeof wrong / sizeof wrong[0];
        record_begin(r, "open");
        record_set(r, "sites", "%s", right ? "a,ab,ab-c,b2" : wrong[i]);
        record_set(r, "disclose", "features");
        if (right)
            ck_ok(asked_read(&a, r, &e), &e);
        else
            ck_fails(asked_read(&a, r, &e), &e, ERR_INPUT, "its sites are not");
        if (!right)
            asked_free(&a);
    }
    ck_assert_uint_eq(a.count, 4);
    ck_assert_int_eq(a.disclose, DISCLOSE_FEATURES);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_uint_eq(asked_place(&a, names[i].slave), names[i].place);
    asked_free(&a);
    free(r);
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
    tcase_add_test(t, an_own_claim_is_taken_up);
    tcase_add_test(t, the_log_has_words);
    tcase_add_test(t, a_collector_may_look_first);
    tcase_add_test(t, a_digest_has_salt);
    tcase_add_test(t, a_centre_has_a_number);
    tcase_add_test(t, only_its_own_run_is_collected);
}

UNIT_MAIN("collect", add)
