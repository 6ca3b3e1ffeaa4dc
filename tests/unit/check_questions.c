/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions: the same however it is dressed, counted by author, data and snapshot, and limited. */
#include "rules_fixture.h"

#include <sys/stat.h>

#include "contract/asked.h"
#include "site/policy/questions.h"
#include "util/clock.h"

#define RUN "3d96174cc99e84db"

static struct err e;
static struct house h;
static uint8_t snapshot[SHA256_LEN] = {1};

static void set_up_house(void)
{
    static const uint8_t key[KEY_PUBLIC_LEN] = {1};

    set_up();
    h = (struct house){.lock = -1, .exclusive = true};
    ck_assert_ptr_nonnull(getcwd(h.directory, sizeof h.directory));
    struct ledger *l = ledger_open_alone("own", &(struct ledger_genesis){"alpha", key}, true, &e);
    ck_assert_msg(l != NULL, "%s", e.text);
    ledger_close(l);
}

static void digest_of(const char *spec, const char *run, uint8_t asked[static SHA256_LEN])
{
    struct contract *c = contract_of(spec);

    ck_ok(question_digest(c, run, asked, &e), &e);
    contract_destroy(c);
}

static uint64_t count(const char *author, const char *data, const uint8_t *asked, int64_t since,
                      bool *known)
{
    uint64_t n = 77;

    ck_ok(questions_count(&h, author, data, asked, snapshot, since, &n, known, &e), &e);
    ck_assert(*known == (n == 0));
    return n;
}

/* What changes none of the numbers that leave makes no other question. */
START_TEST(dress_is_no_question)
{
    static const char *const dressed[][2] = {
        {"title: T", "title: Another"},
        {"title: T", "title: T\ndescription: Another"},
        {"title: T", "title: T\nauthor: Eve"},
        {"title: T", "title: T\nauthor_key: k"},
        {"title: T", "title: T\ncreated: 2024-02-29T12:00:00Z"},
        {"title: T", "title: T\nnonce: '1'"},
        {"title: T", "title: T\nbudget: 5"},
        {"title: T", "title: T\nfilter: {method: none}"},
        {"title: T", "title: T\nfilter: {weight: {method: volume}}"},
        {"title: T", "title: T\naggregate: {method: merge}"},
        {"memory: 1 GiB", "memory: 2 GiB"},
        {"time: 10 min", "time: 20 min"},
        {"ranks_per_slave: 2", "ranks_per_slave: 4"},
        {"time: 10 min", "time: 10 min, gpus: 1"},
        {"slaves: 4", "slaves: 5"},
        {"slaves: 4", "slaves: 4, commit: full"},
        {"[0, 10]", "[0, 11]"},
        {"limits: {", "limits: {deadline: 5 d, retries: 7, slaves_min: 2, count_ratio: 5, "},
        {"limits: {", "limits: {share_min: 0.1, state_length: 100, items_per_slave: 1000, "},
    };
    static const char *const others[][2] = {
        {"order: 2", "order: 1"},
        {"columns: [a, b]", "columns: [b, a]"},
        {"columns: [a, b]", "columns: [a]"},
        {", columns: [a, b]", ""},
        {"name: wdbc", "name: other"},
        {"slaves: 4", "slaves: 4, missing: skip"},
        {"slaves: 4", "slaves: 4, unit_rows: 1024"},
        {"title: T", "title: T\norder: fast"},
        {"title: T", "title: T\nrounds: 2"},
        {"name: moments, ", "name: linreg, "},
        {"name: moments, ",
         "name: moments, "
         "digest: 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', "},
    };
    uint8_t plain[SHA256_LEN], asked[SHA256_LEN];

    digest_of(SPEC, RUN, plain);
    for (size_t i = 0; i < sizeof dressed / sizeof dressed[0]; i++) {
        char *text = edited(SPEC, dressed[i][0], dressed[i][1]);
        digest_of(text, "0123456789abcdef", asked);
        ck_assert_msg(memcmp(plain, asked, SHA256_LEN) == 0, "%s is another question",
                      dressed[i][1]);
        free(text);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        char *text = edited(SPEC, others[i][0], others[i][1]);
        digest_of(text, RUN, asked);
        ck_assert_msg(memcmp(plain, asked, SHA256_LEN) != 0, "%s is the same question",
                      others[i][1]);
        free(text);
    }
}
END_TEST

/* What is counted, as a text: a field that comes later is in it. */
START_TEST(what_is_asked_as_a_text)
{
    struct contract *c = contract_of(SPEC);
    struct buf b = {0};

    ck_ok(contract_asked(c, &b, &e), &e);
    ck_assert_str_eq(
        b.data, "{\"contract\":{\"order\":\"fixed\",\"rounds\":1},\"data\":{\"columns\":[\"a\","
                "\"b\"],\"deal\":\"turn\",\"missing\":\"error\",\"name\":\"wdbc\",\"split\":"
                "\"rows\",\"unit_rows\":65536},\"function\":{\"digest\":\"builtin:moments@1\","
                "\"name\":\"moments\",\"params\":{\"order\":2},\"version\":1},\"model\":null}");
    buf_free(&b);
    contract_destroy(c);
}
END_TEST

/* As FORMAT says it, made once more. */
START_TEST(the_digest_of_a_question)
{
    char *text = edited(SPEC, "title: T", "title: T\nrounds: 2");
    const char *const specs[] = {SPEC, text}, *const runs[] = {"", RUN};
    uint8_t asked[SHA256_LEN], made[SHA256_LEN];

    for (size_t i = 0; i < 2; i++) {
        struct contract *c = contract_of(specs[i]);
        struct buf b = {0};
        buf_add(&b, "metaneuron-question-v1", sizeof "metaneuron-question-v1");
        buf_add(&b, runs[i], strlen(runs[i]) + 1);
        ck_ok(contract_asked(c, &b, &e), &e);
        ck_ok(hash_bytes(b.data, b.len, made, &e), &e);
        ck_ok(question_digest(c, RUN, asked, &e), &e);
        ck_assert_mem_eq(asked, made, SHA256_LEN);
        buf_free(&b);
        contract_destroy(c);
    }
    free(text);
}
END_TEST

/* The models of later rounds are what others send: each run of several rounds asks anew, once. */
START_TEST(a_run_of_rounds_is_a_question)
{
    char *text = edited(SPEC, "title: T", "title: T\nrounds: 3");
    uint8_t one[SHA256_LEN], again[SHA256_LEN], other[SHA256_LEN];

    digest_of(text, RUN, one);
    digest_of(text, RUN, again);
    digest_of(text, "0123456789abcdef", other);
    ck_assert_mem_eq(one, again, SHA256_LEN);
    ck_assert(memcmp(one, other, SHA256_LEN) != 0);
    free(text);
}
END_TEST

START_TEST(a_thousand_nonces_are_one_question)
{
    uint8_t asked[SHA256_LEN];
    char nonce[64];
    bool known;

    for (int i = 0; i < 1000; i++) {
        snprintf(nonce, sizeof nonce, "title: T\nnonce: n%d", i);
        char *text = edited(SPEC, "title: T", nonce);
        digest_of(text, RUN, asked);
        free(text);
        if (i % 100 == 0) {
            ck_assert_uint_eq(count("beta", "wdbc", asked, 0, &known), i == 0 ? 1 : 0);
            ck_ok(questions_add(&h, RUN, "beta", "wdbc", asked, snapshot, &e), &e);
        }
    }
    asked[0] ^= 1;
    ck_assert_uint_eq(count("beta", "wdbc", asked, 0, &known), 2);
}
END_TEST

START_TEST(the_eighth_is_denied)
{
    struct rules *r = rules_of(POLICY);
    struct inquiry a;
    bool known;

    ask(&a);
    for (uint64_t n = 1; n <= 9; n++) {
        uint8_t asked[SHA256_LEN] = {(uint8_t)n};
        a.q.asked = count("beta", "wdbc", asked, 0, &known);
        ck_assert_uint_eq(a.q.asked, n);
        if (n <= 7)
            ck_ok(rules_check(r, RULES_SUBMIT, &a.q, NULL, &e), &e);
        else
            ck_fails(rules_check(r, RULES_SUBMIT, &a.q, NULL, &e), &e, ERR_REFUSED,
                     "data.wdbc.queries: It would be question");
        ck_ok(questions_add(&h, RUN, "beta", "wdbc", asked, snapshot, &e), &e);
        /* Again, it costs nothing; by another author, about other data or another state of it, it
         * is another question. */
        a.q.asked = count("beta", "wdbc", asked, 0, &known);
        ck_assert(known);
        ck_ok(rules_check(r, RULES_SUBMIT, &a.q, NULL, &e), &e);
        ck_assert_uint_eq(count("gamma", "wdbc", asked, 0, &known), 1);
        ck_assert_uint_eq(count("beta", "other", asked, 0, &known), 1);
        snapshot[0]++;
        ck_assert_uint_eq(count("beta", "wdbc", asked, 0, &known), n + 1);
        snapshot[0]--;
    }
    contract_destroy(a.contract);
    rules_free(r);
}
END_TEST

/* One that is older does not count, and is known all the same. */
START_TEST(the_span)
{
    uint8_t asked[SHA256_LEN] = {1}, other[SHA256_LEN] = {2};
    bool known;

    ck_ok(questions_add(&h, RUN, "beta", "wdbc", asked, snapshot, &e), &e);
    int64_t later = clock_utc_us() + 1000000;
    ck_assert_uint_eq(count("beta", "wdbc", other, 0, &known), 2);
    ck_assert_uint_eq(count("beta", "wdbc", other, later, &known), 1);
    ck_assert_uint_eq(count("beta", "wdbc", asked, later, &known), 0);
}
END_TEST

static int is_refuse(const struct record *r, void *context, struct err *unused)
{
    (void)unused;
    if (strcmp(r->type, "refuse") == 0 &&
        strcmp(record_get(r, "rule"), "data.wdbc.rows-min") == 0 &&
        strcmp(record_get(r, "run"), RUN) == 0)
        ++*(int *)context;
    return 0;
}

START_TEST(a_denial_stands_by_its_own_name)
{
    int found = 0;

    ck_ok(questions_denied(&h, RUN, "data.wdbc.rows-min", &e), &e);
    struct ledger *l = ledger_open_read("own", &e);
    ck_assert_ptr_nonnull(l);
    ck_ok(ledger_scan(l, is_refuse, &found, &e), &e);
    ck_assert_int_eq(found, 1);
    ledger_close(l);
}
END_TEST

/* Without the ledger nothing was asked before would be a lie. */
START_TEST(no_ledger_is_an_error)
{
    uint8_t asked[SHA256_LEN] = {1};
    uint64_t n = 77;
    bool known = true;

    ck_assert_int_eq(rename("own", "away"), 0);
    ck_fails(questions_count(&h, "beta", "wdbc", asked, snapshot, 0, &n, &known, &e), &e, ERR_OPEN,
             "own");
    ck_assert(n == 77 && known);
    ck_fails(questions_add(&h, RUN, "beta", "wdbc", asked, snapshot, &e), &e, ERR_OPEN, "own");
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, set_up_house, tear_down);
    tcase_add_test(tests, dress_is_no_question);
    tcase_add_test(tests, what_is_asked_as_a_text);
    tcase_add_test(tests, the_digest_of_a_question);
    tcase_add_test(tests, a_run_of_rounds_is_a_question);
    tcase_add_test(tests, a_thousand_nonces_are_one_question);
    tcase_add_test(tests, the_eighth_is_denied);
    tcase_add_test(tests, the_span);
    tcase_add_test(tests, a_denial_stands_by_its_own_name);
    tcase_add_test(tests, no_ledger_is_an_error);
}

UNIT_MAIN("questions", add)
