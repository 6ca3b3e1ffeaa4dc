/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests centres that compute together in one directory: from publication to a settled result, which
 * has the bits of one pooled run. */
#include "federation_fixture.h"

#include "engine/verify/verify.h"

/* Effect: run is published by the first centre, and asks all. */
static void publish_to_all(struct federated *x, const char *contract, uint64_t min,
                           enum disclose disclose, char run[static RUN_HEX + 1])
{
    struct site s = centre_open(x, 0);
    struct err e = {0};
    const struct site_publication p = {.contract = contract,
                                       .sites = centre_names,
                                       .sites_count = x->count,
                                       .min = min,
                                       .claims = 3600,
                                       .deadline = 3600,
                                       .disclose = disclose};

    ck_ok(site_publish(&s, &p, run, &e), &e);
    site_close(&s);
}

static void tell(void *context, const char *run, const char *text)
{
    (void)context;
    if (getenv("FEDERATION_TELL"))
        fprintf(stderr, "%s %s\n", run, text);
}

/* Every centre makes one step after the other, until the first has settled. */
static void step_until_settled(struct federated *x, const char *run)
{
    struct err e = {0};
    bool settled = false;

    for (int turn = 0; !settled && turn < 40; turn++)
        for (size_t i = 0; i < x->count; i++) {
            struct site s = centre_open(x, i);
            ck_ok(site_step(&s, NULL, compute_here, tell, NULL, &e), &e);
            const struct fed_run *known = federation_run(&s.fed, run, &e);
            settled |= i == 0 && known && known->settled;
            ck_assert(!known || !known->closed);
            site_close(&s);
        }
    ck_assert(settled);
}

static void complain(void *context, const char *text)
{
    (void)context;
    ck_abort_msg("%s", text);
}

/* The aggregate and the last model of one run of all tables in one place. */
static struct result *pooled(struct federated *x, const char *function)
{
    char spec[160], contract[160], out[160], ledger[160], data[160];
    struct buf b = {0};
    struct err e = {0};
    struct engine_report report;

    buf_addf(&b,
             "title: A test\ndata:\n  name: wdbc\n  split: files\n  slaves: %zu\n"
             "  columns: [a, b, y]\n  commit: full\nfilter: {method: none}\n%s\n",
             x->count, function);
    snprintf(spec, sizeof spec, "%s/pooled.yaml", x->place.dir);
    snprintf(contract, sizeof contract, "%s/pooled.h5", x->place.dir);
    snprintf(out, sizeof out, "%s/pooled-result.h5", x->place.dir);
    snprintf(ledger, sizeof ledger, "%s/pooled-ledger", x->place.dir);
    snprintf(data, sizeof data, "%s/pooled-{slave}.csv", x->place.dir);
    for (size_t i = 0; i < x->count; i++) {
        char copy[160];
        struct bytes table = log_read(x->data[i]);
        snprintf(copy, sizeof copy, "%s/pooled-%zu.csv", x->place.dir, i + 1);
        log_put(copy, table.data, table.len);
        free(table.data);
    }
    log_put(spec, b.data, b.len);
    buf_free(&b);
    struct contract *c = contract_from_spec(spec, &e);
    ck_assert_msg(c != NULL, "%s", e.text);
    ck_ok(engine_complete(c, &e), &e);
    ck_ok(contract_write(c, contract, &e), &e);
    contract_destroy(c);
    const struct engine_data where = {"wdbc", data};
    const struct engine_options o = {.contract = contract,
                                     .ledger = ledger,
                                     .site = "pool",
                                     .data = &where,
                                     .data_count = 1,
                                     .out = out};
    struct transport *t = transport_local(&e);
    ck_ok(engine_run(t, x->reader, &o, &report, &e), &e);
    transport_close(t);
    free(report.credits);
    return report.result;
}

/* The published result at a centre, with what its verification came to. */
static struct result *published(struct federated *x, size_t i, const char *run, int *code)
{
    struct site s = centre_open(x, i);
    struct err e = {0};
    char out[PATH_MAX], ledger[PATH_MAX];
    struct engine_verdict verdict;

    ck_ok(site_fetch(&s, run, out, &e), &e);
    if (i == 0)
        ck_ok(house_path(&s.house, "ledger", ledger, &e), &e);
    else
        ck_ok(peers_mirror(&s.house, centre_names[0], ledger, &e), &e);
    ck_ok(engine_verify(x->reader, out, ledger, NULL, complain, NULL, &verdict, &e), &e);
    ck_assert_uint_eq(verdict.problems, 0);
    *code = 0;
    engine_verdict_free(&verdict);
    struct bytes file = log_read(out);
    struct result *r = result_read(x->reader, out, file.data, file.len, &e);
    ck_assert_msg(r != NULL, "%s", e.text);
    free(file.data);
    site_close(&s);
    return r;
}

static void same_doubles(const double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(memcmp(&a[i], &b[i], sizeof a[i]) == 0, "number %zu: %.17g, expected %.17g",
                      i, a[i], b[i]);
}

static const char *const functions[] = {
    "function:\n  name: moments\n  params:\n    order: 2\n",
    "function:\n  name: logreg\n  params:\n    target: y\nrounds: 12\n",
};

static const enum disclose levels[] = {DISCLOSE_STATES, DISCLOSE_FEATURES, DISCLOSE_AGGREGATE};

/* Function and level of disclosure by the number of the test. */
START_TEST(centres_give_the_answer_of_one)
{
    struct federated x;
    char contract[160], run[RUN_HEX + 1];
    const char *function = functions[_i % 2];
    int code;

    federated_make(&x, CENTRES);
    contract_over(&x, function, contract, sizeof contract);
    publish_to_all(&x, contract, 3, levels[_i / 2], run);
    step_until_settled(&x, run);
    struct result *all = pooled(&x, function);
    for (size_t i = 0; i < x.count; i++) {
        struct result *r = published(&x, i, run, &code);
        ck_assert_uint_eq(r->length, all->length);
        same_doubles(r->aggregate, all->aggregate, all->length);
        ck_assert_uint_eq(r->model_length, all->model_length);
        if (all->model)
            same_doubles(r->model, all->model, all->model_length);
        ck_assert((r->states != NULL) == (levels[_i / 2] == DISCLOSE_STATES));
        result_free(r);
    }
    result_free(all);
    federated_remove(&x);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, centres_give_the_answer_of_one, 0, 6);
}

UNIT_MAIN("federation", add)
