/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests results that are not what was said, late, or damaged on their way: they are taken for nothing,
 * and those who are honest come to their answer. */
#include "hostile_case.h"

/* A lie; said is the digest of the state that it says. */
static const struct lie {
    const char *what;
    bool counted; /* it is a result, which is rejected */
} lies[] = {
    {"of another centre", false},
    {"of another round", false},
    {"of another run", false},
    {"another state than was said", false},
    {"a state too long", false},
    {"other items than were said", false},
    {"items that were not claimed", false},
    {"no sealed file", false},
    {"sealed to another", false},
    {"another claim's opening", true},
    {"a state of NaN", true},
    {"a count of 10^12", true},
    {"of nobody who lies", true},
};

enum { LIES = sizeof lies / sizeof lies[0] };

static void tell_lie(struct world *w, size_t lie)
{
    struct sealed x;
    struct buf b = {0};
    uint8_t state[SHA256_LEN];
    uint64_t items = CENTRE_ROWS;

    honest(w, &x);
    if (lie == 0)
        strcpy(x.site, "delta");
    x.round += lie == 1;
    x.run[3] ^= lie == 2 ? 1 : 0;
    x.length += lie == 4;
    x.items += lie == 5 || lie == 6;
    items += lie == 6;
    x.claim_salt[0] ^= lie == 9;
    if (lie == 10)
        x.state[3] = NAN;
    if (lie == 11)
        x.state[0] = 1e12;
    ck_ok(state_digest(x.salt, &(struct digest_of){x.run, x.round, x.site}, x.state, x.length,
                       state, &e),
          &e);
    state[5] ^= lie == 3;
    seal_result(w, &x, lie == 8, &b);
    if (lie == 7)
        memset(b.data, 'x', b.len);
    say_result(w, b.data, b.len, state, 1, items);
    buf_free(&b);
    free(x.state);
}

START_TEST(a_result_that_is_none)
{
    struct world w;
    struct site_collected c;
    const struct lie *lie = &lies[_i];

    world_make(&w, moments, 3600);
    go_as_far_as_results(&w);
    tell_lie(&w, (size_t)_i);
    int rc = collect(&w, &c);
    ck_assert_msg(rc == 0, "%s: %s", lie->what, e.text);
    const struct result_slave *liar = &c.report.result->slave[LIAR];
    ck_assert_msg(liar->answered == lie->counted, "%s: %s", lie->what, liar->trouble);
    ck_assert_msg((liar->answered && !liar->decision.rejected) == (_i == LIES - 1), "%s: %s",
                  lie->what, liar->why);
    ck_assert_msg(lie->counted || strcmp(liar->trouble, "damaged") == 0, "%s: %s", lie->what,
                  liar->trouble);
    ck_assert(!c.report.result->slave[ALPHA].decision.rejected);
    ck_assert(!c.report.result->slave[DELTA].decision.rejected);
    forget(&c);
    federated_remove(&w.x);
}
END_TEST

/* What delta has said, with delta's own file, is no result of the liar's; nor is what it has said
 * of another run. */
START_TEST(a_record_said_again)
{
    struct world w;
    struct site_collected c;
    uint8_t state[SHA256_LEN];
    char *bytes;
    size_t len;

    world_make(&w, moments, 3600);
    if (_i == 1) { /* an earlier run of the same contract, to its end */
        go_as_far_as_results(&w);
        submit(&w, LIAR);
        ck_ok(collect(&w, &c), &e);
        forget(&c);
    }
    struct site s = enter(&w, LIAR);
    char first[RUN_HEX + 1];
    strcpy(first, w.run);
    if (_i == 1) {
        site_close(&s);
        publish(&w, 2, 3600);
        s = enter(&w, LIAR);
    }
    site_close(&s);
    go_as_far_as_results(&w);
    s = enter(&w, LIAR);
    const struct fed_party *p =
        fed_party(federation_run(&s.fed, _i == 1 ? first : w.run, &e), _i == 1 ? "beta" : "delta");
    const struct fed_submit *sub = fed_submit_of(p, 1);
    memcpy(state, sub->state, SHA256_LEN);
    ck_ok(payload_get(&s.house, p->site, sub->file, 1 << 20, &bytes, &len, &e), &e);
    site_close(&s);
    say_result(&w, bytes, len, state, 1, CENTRE_ROWS);
    free(bytes);
    ck_ok(collect(&w, &c), &e);
    ck_assert(!c.report.result->slave[LIAR].answered);
    ck_assert_str_eq(c.report.result->slave[LIAR].trouble, "damaged");
    ck_assert(c.report.result->slave[DELTA].answered);
    forget(&c);
    federated_remove(&w.x);
}
END_TEST

/* --- files that are late, cut off, or come after the time for them */

static void payload_of(struct world *w, size_t i, char path[static 300])
{
    struct site s = centre_open(&w->x, ALPHA);
    char hex[SHA256_HEX + 1];

    centre_sync(&s);
    const struct fed_submit *sub =
        fed_submit_of(fed_party(federation_run(&s.fed, w->run, &e), centre_names[i]), 1);
    snprintf(path, 300, "%s/%s/files/%s", w->x.exchange, centre_names[i],
             hex_encode(hex, sub->file, SHA256_LEN));
    site_close(&s);
}

START_TEST(a_file_that_comes_later)
{
    struct world w;
    struct site_collected c;
    char path[300];

    world_make(&w, moments, 3600);
    go_as_far_as_results(&w);
    submit(&w, LIAR);
    payload_of(&w, LIAR, path);
    static const char *const ways[] = {
        "rm %s",      "truncate -s -1 %s", "truncate -s 0 %s", "truncate -s 10G %s",
        "echo >> %s", "rm %s; mkfifo %s",  "rm %s; mkdir %s",  "rm %s; ln -s /etc/passwd %s"};
    shell("cp %s %s/keep", path, w.x.place.dir);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char command[800];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(command, sizeof command, ways[i], path, path);
#pragma GCC diagnostic pop
        shell("%s", command);
        collect_says(&w, ERR_INCOMPLETE, "beta");
        shell("rm -rf %s; cp %s/keep %s", path, w.x.place.dir, path);
    }
    ck_assert_uint_eq(count_of(&w, ALPHA, "ledger", "lost"), 0);
    ck_ok(collect(&w, &c), &e);
    for (size_t k = 0; k < 3; k++)
        ck_assert(c.report.result->slave[k].answered &&
                  !c.report.result->slave[k].decision.rejected);
    forget(&c);
    federated_remove(&w.x);
}
END_TEST

/* Effect: the round's time is over, by the clock of who collects. */
static void wait_for_the_end(struct world *w)
{
    struct site s = centre_open(&w->x, ALPHA);
    const struct fed_run *run = federation_run(&s.fed, w->run, &e);
    int64_t until = fed_round(run, 1)->roster_us + run->deadline_us;

    site_close(&s);
    while (clock_utc_us() <= until)
        usleep(20000);
}

START_TEST(a_result_that_is_late)
{
    struct world w;
    struct site_collected c;

    world_make(&w, moments, 2);
    for (size_t i = 0; i < 3; i++)
        claim(&w, i);
    struct site s = centre_open(&w.x, ALPHA);
    ck_assert_int_lt(site_collect(&s, w.run, &c, &e), 0);
    e = (struct err){0};
    site_close(&s);
    wait_for_the_end(&w);
    for (size_t i = 0; i < 3; i++)
        compute(&w, i);
    submit(&w, LIAR);
    collect_says(&w, ERR_PERMANENT, "0 results of round 1 came in time, and 2 are needed");
    ck_assert_uint_eq(count_of(&w, ALPHA, "ledger", "late"), 1);
    collect_says(&w, ERR_PERMANENT, "--code few");
    ck_assert_uint_eq(count_of(&w, ALPHA, "ledger", "late"), 1);
    ck_assert_uint_eq(count_of(&w, ALPHA, "ledger", "settle"), 0);
    federated_remove(&w.x);
}
END_TEST

/* --- a digest that is said tells nobody a table that could be guessed */

START_TEST(a_small_table_is_not_guessed)
{
    struct world w;
    uint8_t guess[SHA256_LEN];
    struct sealed x;

    world_make(&w, moments, 3600);
    go_as_far_as_results(&w);
    honest(&w, &x); /* the whole of the table is known, and so its state */
    submit(&w, LIAR);
    struct site s = enter(&w, DELTA);
    const struct fed_submit *sub =
        fed_submit_of(fed_party(federation_run(&s.fed, w.run, &e), "beta"), 1);
    ck_ok(hash_doubles(x.state, x.length, guess, &e), &e);
    ck_assert_mem_ne(sub->state, guess, SHA256_LEN);
    site_close(&s);
    /* Alone, where nobody else reads, it is the plain one. */
    char hex[SHA256_HEX + 1];
    shell("grep -q 'state=sha256:%s' %s/own/log", hex_encode(hex, guess, SHA256_LEN),
          w.x.house[LIAR]);
    shell("! grep -rq %s %s %s/ledger", hex, w.x.exchange, w.x.house[ALPHA]);
    free(x.state);
    federated_remove(&w.x);
}
END_TEST

/* Where a round needs three results, two that are accepted are too few: nothing of them is published,
 * and the run can be closed. */
START_TEST(what_is_rejected_does_not_count)
{
    struct world w;
    struct site_collected c;

    world_make(&w, moments, 3600);
    publish(&w, 3, 3600);
    go_as_far_as_results(&w);
    tell_lie(&w, 10); /* NaN */
    ck_fails(collect(&w, &c), &e, ERR_PERMANENT, "2 results of round 1 were accepted, and 3");
    ck_assert_str_eq(c.hopeless, "few");
    forget(&c);
    shell("! grep -q ' aggregate run=%s' %s/ledger/log", w.run, w.x.house[ALPHA]);
    federated_remove(&w.x);
}
END_TEST

/* Who gives its claim back after the roster, and claims anew, has another claim than that by which its
 * data is fixed: it is not counted, and no other claim of it is recorded. */
START_TEST(a_claim_is_fixed_by_the_roster)
{
    struct world w;
    struct site_collected c;

    world_make(&w, moments, 3600);
    for (size_t i = 0; i < 3; i++)
        claim(&w, i);
    collect_says(&w, ERR_INCOMPLETE, "own result");
    struct site s = enter(&w, LIAR);
    ck_ok(site_withdraw(&s, w.run, &e), &e);
    site_close(&s);
    struct record r; /* as if it had not seen the roster yet */
    static const uint8_t other[SHA256_LEN] = {1};
    begin(&w, &r, "claim");
    record_set(&r, "slave", "beta/wdbc/1");
    record_set(&r, "node", "exchange");
    record_set(&r, "slot", "0");
    record_set(&r, "items", "%d", CENTRE_ROWS);
    record_set_digest(&r, "commit", other);
    record_set_digest(&r, "copy", other);
    say_one(&w, LIAR, &r, 1);
    compute(&w, ALPHA);
    compute(&w, DELTA);
    submit(&w, ALPHA);
    submit(&w, DELTA);
    ck_ok(collect(&w, &c), &e);
    ck_assert_str_eq(c.report.result->slave[LIAR].trouble, "withdrawn");
    forget(&c);
    shell("! grep -q ' claim run=%s slave=beta' %s/ledger/log", w.run, w.x.house[ALPHA]);
    federated_remove(&w.x);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, what_is_rejected_does_not_count);
    tcase_add_test(t, a_claim_is_fixed_by_the_roster);
    tcase_add_loop_test(t, a_result_that_is_none, 0, LIES);
    tcase_add_loop_test(t, a_record_said_again, 0, 2);
    tcase_add_test(t, a_file_that_comes_later);
    tcase_add_test(t, a_result_that_is_late);
    tcase_add_test(t, a_small_table_is_not_guessed);
}

UNIT_MAIN("hostile_results", add)
