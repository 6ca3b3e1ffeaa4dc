/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests what a collector publishes of centres, and what of it can be verified. */
#include "verdict_case.h"

#include "h5/writer.h"

static const char logreg[] = "{name: logreg, params: {target: y, ridge: 1}}";
static const char moments[] = "{name: moments, params: {order: 2}}";

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

/* A second run weighs centres by what the first has said of them. */
START_TEST(history_is_of_centres)
{
    struct collect_case t;
    struct complaints c;
    struct engine_verdict v;

    case_begin(&t, moments, 1, "features");
    collect_all(&t, 1);
    case_publish(&t, centres_list, CENTRES, "features");
    snprintf(t.out, PATH, "%s/second.h5", t.place.dir);
    collect_all(&t, 1);
    struct flat *f = read_document(&t);
    const double *weight = flat_find(f, "/slaves/weight")->numbers;
    for (size_t k = 0; k < CENTRES; k++)
        ck_assert(k == LIAR || weight[k] > weight[LIAR]);
    verify(&t, &c, &v);
    ck_assert_msg(c.count == 0, "%s", c.text);
    engine_verdict_free(&v);
    flat_destroy(f);
    case_end(&t);
}
END_TEST

/* Effect: the published file lacks an object, or has half of it. */
static void write_without(struct collect_case *t, const char *path, bool half)
{
    struct flat *found = read_document(t);
    struct err e = {0};
    struct flat *f = flat_create(&e);

    for (size_t i = 0; i < 2 * flat_count(found); i++) { /* attributes are of what is there */
        const struct flat_value *x = flat_at(found, i % flat_count(found));
        if ((strchr(x->path, '@') != NULL) != (i >= flat_count(found)))
            continue;
        bool it = strcmp(x->path, path) == 0;
        const size_t dims[2] = {it ? x->dims[0] / 2 : x->dims[0], x->dims[1]};
        const void *data = x->type == FLAT_STRING   ? (const void *)x->strings
                           : x->type == FLAT_BYTES  ? (const void *)x->bytes
                           : x->type == FLAT_NUMBER ? (const void *)x->numbers
                                                    : (const void *)x->integers;
        if (x->type == FLAT_GROUP)
            flat_add_group(f, x->path);
        else if (!it || half)
            flat_add(f, x->path, x->type, x->rank, dims, data, 0);
    }
    ck_ok(flat_ok(f, &e), &e);
    ck_ok(writer_write(t->out, f, WRITER_OWN, &e), &e);
    flat_destroy(f);
    flat_destroy(found);
}

START_TEST(salts_are_there)
{
    static const char *const objects[] = {"/rounds/1/salts", "/rounds/salts"};
    struct collect_case t;
    struct complaints c;
    struct engine_verdict v;

    case_begin(&t, _i ? logreg : moments, _i ? 2 : 1, "states");
    collect_all(&t, _i ? 2 : 1);
    struct bytes whole = log_read(t.out);
    write_without(&t, objects[_i], false);
    verify(&t, &c, &v);
    ck_assert_ptr_nonnull(strstr(c.text, "alpha/d/1 is not the one that it submitted"));
    engine_verdict_free(&v);
    log_put(t.out, whole.data, whole.len);
    write_without(&t, objects[_i], true);
    verify(&t, &c, &v);
    ck_assert_ptr_nonnull(strstr(c.text, "salts is of another type or shape"));
    engine_verdict_free(&v);
    free(whole.data);
    case_end(&t);
}
END_TEST

static void add(TCase *t)
{
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, with_states_all_is_made_again, 0, 2);
    tcase_add_loop_test(t, with_features_the_filter_is, 0, 2);
    tcase_add_loop_test(t, with_the_aggregate_neither_is, 0, 2);
    tcase_add_test(t, history_is_of_centres);
    tcase_add_loop_test(t, salts_are_there, 0, 2);
    tcase_add_loop_test(t, objections_and_losses_are_words, 0, 3);
}

UNIT_MAIN("disclose", add)
