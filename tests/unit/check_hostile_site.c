/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests centres that claim what is none, are revoked, change policy or data, or say two things at
 * once. */
#include "hostile_case.h"

/* --- claims */

START_TEST(two_claims_and_half_a_result)
{
    struct world w;
    struct record r;
    uint8_t some[SHA256_LEN] = {1};

    world_make(&w, moments, 3600);
    for (size_t i = 0; i < 3; i++)
        claim(&w, i);
    begin(&w, &r, "claim");
    record_set(&r, "slave", "beta/wdbc/1");
    record_set(&r, "node", "exchange");
    record_set(&r, "slot", "0");
    record_set(&r, "items", "1000000");
    record_set_digest(&r, "commit", some);
    record_set_digest(&r, "copy", some);
    say_one(&w, LIAR, &r, 1);
    begin(&w, &r, "deliver"); /* of nothing */
    record_set(&r, "round", "1");
    record_set_digest(&r, "file", some);
    say_one(&w, LIAR, &r, 1);
    struct site s = enter(&w, ALPHA);
    const struct fed_party *p = fed_party(federation_run(&s.fed, w.run, &e), "beta");
    ck_assert_uint_eq(p->items, CENTRE_ROWS);
    ck_assert_uint_eq(p->claims, 2);
    ck_assert(fed_submit_of(p, 1) == NULL);
    ck_assert_msg(strstr(s.fed.odd.text, "beta, record") &&
                      strstr(s.fed.odd.text, "claimed this run before"),
                  "%s", s.fed.odd.text);
    site_close(&s);
    collect_says(&w, ERR_INCOMPLETE, "own result");
    begin(&w, &r, "submit"); /* with no file behind it */
    record_set(&r, "round", "1");
    record_set(&r, "slave", "beta/wdbc/1");
    record_set_digest(&r, "state", some);
    record_set(&r, "items", "40");
    record_set(&r, "seconds", "1");
    say_one(&w, LIAR, &r, 1);
    record_begin(&r, "heartbeat");
    say_one(&w, LIAR, &r, 1);
    begin(&w, &r, "deliver");
    record_set(&r, "round", "1");
    record_set_digest(&r, "file", some);
    say_one(&w, LIAR, &r, 1);
    compute(&w, ALPHA);
    submit(&w, ALPHA);
    compute(&w, DELTA);
    submit(&w, DELTA);
    collect_says(&w, ERR_INCOMPLETE, "the results of beta");
    compute(&w, LIAR); /* whose verbs go on from what counts */
    submit(&w, LIAR);
    struct site_collected c;
    ck_ok(collect(&w, &c), &e);
    ck_assert(c.report.result->slave[LIAR].answered);
    forget(&c);
    federated_remove(&w.x);
}
END_TEST

/* A claim of more items than any contract allows, or of other data, is none: the others go on. */
START_TEST(a_claim_of_what_cannot_be)
{
    struct world w;
    struct site_collected c;
    struct record r;
    uint8_t file[SHA256_LEN], some[SHA256_LEN] = {1};

    world_make(&w, moments, 3600);
    claim(&w, ALPHA);
    claim(&w, DELTA);
    struct site s = enter(&w, LIAR);
    memcpy(file, federation_run(&s.fed, w.run, &e)->file, SHA256_LEN);
    site_close(&s);
    begin(&w, &r, "claim");
    record_set(&r, "slave", _i == 1 ? "beta/other/1" : "beta/wdbc/1");
    record_set(&r, "node", "exchange");
    record_set(&r, "slot", "0");
    record_set(&r, "items", "%" PRIu64, _i == 0 ? UINT64_C(1) << 53 : _i == 2 ? 0 : (uint64_t)40);
    record_set_digest(&r, "commit", some);
    record_set_digest(&r, "copy", _i == 3 ? some : file);
    say_one(&w, LIAR, &r, 1);
    collect_says(&w, ERR_INCOMPLETE, "own result");
    compute(&w, ALPHA);
    submit(&w, ALPHA);
    compute(&w, DELTA);
    submit(&w, DELTA);
    ck_ok(collect(&w, &c), &e);
    ck_assert(!c.report.result->slave[LIAR].answered);
    ck_assert(c.report.result->slave[DELTA].answered);
    forget(&c);
    federated_remove(&w.x);
}
END_TEST

/* Who was revoked after it has claimed does not count, and is not waited for. */
START_TEST(a_centre_that_is_revoked)
{
    struct world w;
    struct site_collected c;
    char second[RUN_HEX + 1];

    world_make(&w, moments, 3600);
    strcpy(second, w.run);
    publish(&w, 2, 3600);
    go_as_far_as_results(&w);
    struct site s = centre_open(&w.x, ALPHA);
    ck_ok(peers_set(&s.house, "beta", PEER_REVOKED, &e), &e);
    site_close(&s);
    submit(&w, LIAR);
    ck_ok(collect(&w, &c), &e);
    ck_assert(!c.report.result->slave[LIAR].answered && c.report.result->slave[DELTA].answered);
    forget(&c);
    /* And of a collector that is, nothing is done. */
    s = enter(&w, DELTA);
    ck_ok(peers_set(&s.house, "alpha", PEER_REVOKED, &e), &e);
    ck_ok(site_look_again(&s, &e), &e);
    ck_fails(site_claim(&s, second, &e), &e, ERR_REFUSED, "collector: alpha is revoked here");
    e = (struct err){0};
    site_close(&s);
    ck_assert_uint_eq(count_of(&w, DELTA, "ledger", "claim"), 1);
    federated_remove(&w.x);
}
END_TEST

/* --- the policy, and the data */

START_TEST(a_policy_that_was_edited)
{
    struct world w;

    world_make(&w, moments, 3600);
    struct site s = enter(&w, DELTA);
    shell("echo '# more' >> %s/policy.yaml", w.x.house[DELTA]);
    ck_fails(site_claim(&s, w.run, &e), &e, ERR_REFUSED, "policy: policy.yaml was edited");
    e = (struct err){0};
    site_close(&s);
    ck_assert_uint_eq(count_of(&w, DELTA, "ledger", "claim"), 0);
    ck_assert_uint_eq(count_of(&w, DELTA, "own", "refuse"), 1); /* kept here, said to nobody */
    ck_assert_uint_eq(count_of(&w, DELTA, "ledger", "refuse"), 0);
    s = centre_open(&w.x, DELTA);
    ck_ok(site_policy_accept(&s, &e), &e);
    ck_ok(site_claim(&s, w.run, &e), &e);
    site_close(&s);
    federated_remove(&w.x);
}
END_TEST

START_TEST(data_that_was_changed)
{
    static const char *const rules[] = {"floor: ", "data-unchanged: "};
    struct world w;
    struct site s;

    world_make(&w, moments, 3600);
    for (size_t i = 0; i < 3; i++)
        claim(&w, i);
    collect_says(&w, ERR_INCOMPLETE, "own result");
    compute(&w, DELTA);
    if (_i == 0)
        centre_data(&w.x, DELTA, 7);
    else
        shell("cp %s %s", w.x.data[LIAR], w.x.data[DELTA]);
    for (int i = 0; i < 2; i++) {
        s = enter(&w, DELTA);
        int rc = site_submit(&s, w.run, true, &e);
        ck_assert_msg(rc < 0 && e.code == ERR_REFUSED &&
                          strncmp(e.text, rules[_i], strlen(rules[_i])) == 0,
                      "%s", e.text);
        e = (struct err){0};
        site_close(&s);
    }
    ck_assert_uint_eq(count_of(&w, DELTA, "ledger", "submit"), 0);
    ck_assert_uint_eq(count_of(&w, DELTA, "ledger", "refuse"), 0); /* published is none of it */
    ck_assert_uint_eq(count_of(&w, DELTA, "own", "refuse"), 2);
    ck_assert_uint_eq(count_of(&w, DELTA, "own", "question"), 2); /* it costs one, once */
    centre_data(&w.x, DELTA, 0);
    submit(&w, DELTA); /* as it was, it is what was claimed */
    federated_remove(&w.x);
}
END_TEST

/* --- two commands of one centre at once */

START_TEST(two_commands_at_once)
{
    struct world w;
    pid_t children[4];
    int status;

    world_make(&w, moments, 3600);
    for (size_t k = 0; k < 4; k++) {
        children[k] = fork();
        if (children[k] != 0)
            continue;
        struct federated own = w.x;
        struct site s;
        struct sync_report r;
        struct err why = {0};
        if (!(own.reader = reader_start(&why)) ||
            site_open(&s, own.house[DELTA], true, &own.base, own.reader, &why) < 0 ||
            sync_all(&s.house, &r, &why) < 0 || site_look_again(&s, &why) < 0 ||
            site_claim(&s, w.run, &why) < 0) {
            fprintf(stderr, "%s\n", why.text);
            _exit(1);
        }
        site_close(&s);
        reader_stop(own.reader);
        _exit(0);
    }
    for (size_t k = 0; k < 4; k++) {
        ck_assert_int_eq(waitpid(children[k], &status, 0), children[k]);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    ck_assert_uint_eq(count_of(&w, DELTA, "ledger", "claim"), 1);
    ck_assert_uint_eq(count_of(&w, DELTA, "own", "question"), 1);
    federated_remove(&w.x);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, two_claims_and_half_a_result);
    tcase_add_loop_test(t, a_claim_of_what_cannot_be, 0, 4);
    tcase_add_test(t, a_centre_that_is_revoked);
    tcase_add_test(t, a_policy_that_was_edited);
    tcase_add_loop_test(t, data_that_was_changed, 0, 2);
    tcase_add_test(t, two_commands_at_once);
}

UNIT_MAIN("hostile_site", add)
