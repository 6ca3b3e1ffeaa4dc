/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A centre on paper: what is said of it, harmless whatever others have said. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/site.h"

static const struct report_how how = {"metaneuron", "DIR"};

/* The page has exactly that text, and is emptied. */
static void is_text(struct page *p, const char *wanted)
{
    ck_assert(!page_failed(p));
    ck_assert_str_eq(page_text(p), wanted);
    page_finish(p);
    page_free(p);
    *p = (struct page){0};
}

static void has(struct page *p, const char *wanted)
{
    ck_assert(!page_failed(p));
    ck_assert_msg(strstr(page_text(p), wanted), "'%s' is not in:\n%s", wanted, page_text(p));
}

static struct identity make_identity(const char *name)
{
    struct identity i = {.number = 3, .expires = 1835000000, .digest = {0xab, 0xcd, 0xef}};

    snprintf(i.name, sizeof i.name, "%s", name);
    snprintf(i.seal, sizeof i.seal, "age1x");
    snprintf(i.origin, sizeof i.origin, "metaneuron/%s/1", name);
    return i;
}

START_TEST(commands)
{
    struct page p = {0};

    report_command(&p, &how, "claim", "1234");
    is_text(&p, "metaneuron site claim 1234 --dir DIR\n");
    report_command(&p, &(struct report_how){"m", NULL}, "sync", NULL);
    is_text(&p, "m site sync\n");
    report_done(&p, &how, "claimed", "1234", false);
    is_text(&p, "1234: claimed (metaneuron site --dir DIR says what is next)\n");
    report_done(&p, &how, "claimed", "12\03334", true);
    is_text(&p, "{\n  \"name\": \"12\\u001b34\",\n  \"done\": \"claimed\"\n}\n");
}
END_TEST

START_TEST(who_it_is)
{
    struct page p = {0};
    const struct identity i = make_identity("alpha");

    report_identity(&p, &how, &i, false);
    is_text(&p, "name         alpha\nnumber       3\n"
                "fingerprint  abcd ef00 0000 0000 0000 0000 0000 0000 0000 0000\n"
                "recipient    age1x\ncluster      none\nexpires      2028-02-24T10:13:20Z\n"
                "origin       metaneuron/alpha/1\n");
    report_identity(&p, &how, &i, true);
    has(&p, "metaneuron site peer add alpha --fingerprint \"abcd ef00 ");
    page_free(&p);
}
END_TEST

/* How a centre stands whose run has that next. */
static struct page stand(enum site_next next, const char *text, int64_t expires)
{
    struct fed_run run = {.key = "0123456789abcdef", .collector = "beta", .function = "f\033"};
    struct site_item item = {.run = &run, .next = next, .until_us = INT64_C(1700000000000000)};
    struct peer peer = {.identity = make_identity("beta"), .state = PEER_SUSPENDED};
    const struct report_peer seen = {&peer, 12, INT64_C(1699999000000000)};
    struct identity own = make_identity("alpha");
    struct site s = {.house = {.name = "alpha", .directory = "/house", .exchange = "/exchange"}};
    const struct report_centre x = {.how = &how,
                                    .site = &s,
                                    .identity = &own,
                                    .peers = &seen,
                                    .peers_count = 1,
                                    .policy = "policy: there is none",
                                    .items = &item,
                                    .items_count = 1,
                                    .now_us = INT64_C(1700000000000000)};
    struct page p = {0};

    own.expires = expires;
    snprintf(item.text, sizeof item.text, "%s", text);
    report_centre(&p, &x);
    return p;
}

START_TEST(how_it_stands)
{
    struct page p = stand(SITE_APPROVE, "a person\n\033[31m", 1835000000);

    is_text(&p, "centre    alpha, identity 3 until 2028-02-24\nhouse     /house\n"
                "exchange  /exchange\ncluster   none: computes where it is called\n"
                "policy    denies everything: policy: there is none\npeers\n"
                "          beta             SUSPENDED; 12 records, the last 17 min ago\n\n"
                "run 0123456789abcdef of beta, f<U+001B>: a person<U+000A><U+001B>[31m\n"
                "  until 2023-11-14T22:13:20Z\n"
                "    metaneuron site show 01234567 --dir DIR\n"
                "    metaneuron site approve 01234567 --dir DIR\n"
                "    metaneuron site refuse 01234567 --dir DIR\n");
    p = stand(SITE_OTHERS, "", 1700000000 + 3 * 86400);
    has(&p, "of beta, f<U+001B>: waits for others\n");
    has(&p, "    metaneuron site sync --dir DIR\n");
    has(&p, "note      alpha's identity 3 ends in 3 d: make a new key with site key rotate\n");
    page_free(&p);
    p = stand(SITE_JOB, "", 1);
    has(&p, "note      alpha's identity 3 has ended: ");
    page_free(&p);
}
END_TEST

/* Of everything that can come next there is a word, and what a person can do has a command. */
START_TEST(what_comes_next)
{
    static const char *const first[] = {
        [SITE_APPROVE] = "approve", [SITE_CLAIM] = "claim",     [SITE_ROSTER] = "sync",
        [SITE_COMPUTE] = "compute", [SITE_RELEASE] = "review",  [SITE_SUBMIT] = "submit",
        [SITE_OTHERS] = "sync",     [SITE_COLLECT] = "collect", [SITE_DENIED] = "policy try",
        [SITE_FETCH] = "collect"};

    for (enum site_next next = SITE_APPROVE; next <= SITE_FETCH; next++) {
        char wanted[64];
        struct page p = stand(next, "", 1835000000);
        snprintf(wanted, sizeof wanted, "    metaneuron site %s ",
                 next == SITE_JOB ? "" : first[next]);
        if (next == SITE_JOB)
            ck_assert_ptr_null(strstr(page_text(&p), "    metaneuron site "));
        else
            has(&p, wanted);
        page_free(&p);
    }
}
END_TEST

START_TEST(what_rules_find)
{
    static const struct rules_finding found[] = {
        {.rule = "authors", .allowed = true, .text = "beta is one"},
        {.rule = "data.d.rows-min", .of_data = true, .text = "few\033", .change = "take more"},
    };
    struct report_findings x = {0};
    struct page p = {0};
    struct err e = {0};

    ck_assert_ptr_null(report_denied(&x));
    for (size_t i = 0; i < 2; i++)
        ck_ok(report_finding(&x, &found[i], &e), &e);
    ck_assert_str_eq(report_denied(&x)->rule, "data.d.rows-min");
    report_findings(&p, "12", &x);
    is_text(&p, "allowed  authors                      beta is one\n"
                "DENIED   data.d.rows-min              few<U+001B>; take more\n"
                "run 12: 2 rules were asked, 1 denies it; nothing was spent or recorded\n");
    report_findings_json(&p, "12", &x);
    has(&p, "  \"allowed\": false,\n  \"rules\": [\n");
    has(&p, "\"of_data\": true");
    page_free(&p);
    free(x.list);
}
END_TEST

START_TEST(what_came)
{
    struct sync_peer peers[] = {
        {.name = "beta", .report = {.news = MIRROR_NEW, .before = 3, .size = 10}},
        {.name = "gamma",
         .report = {.news = MIRROR_CONTRADICTS, .text = "two\nroots", .evidence = "/e"}},
    };
    const struct sync_report r = {peers, 2, 1, 4};
    struct page p = {0};

    report_sync(&p, &r);
    is_text(&p, "beta             new records: 7\n"
                "gamma            CONTRADICTS ITSELF: two<U+000A>roots; evidence: /e\n"
                "1 new identities of peers were taken over\n"
                "4 records about runs of this centre's were heard\n");
    report_sync(&p, &(struct sync_report){0});
    is_text(&p, "there are no peers\n");
    report_sync_json(&p, &(struct sync_report){0});
    is_text(&p, "{\n  \"peers\": [],\n  \"rotated\": 0,\n  \"heard\": 0\n}\n");
}
END_TEST

START_TEST(steps)
{
    struct page p = {0};
    struct report_steps x = {true, {.to = &p}};

    report_steps_begin(&x);
    report_step(&x, "12", "claimed");
    report_step(&x, NULL, "a heartbeat");
    report_steps_end(&x);
    is_text(&p, "[\n  {\n    \"run\": \"12\",\n    \"text\": \"claimed\"\n  },\n"
                "  {\n    \"run\": null,\n    \"text\": \"a heartbeat\"\n  }\n]\n");
    x = (struct report_steps){false, {.to = &p}};
    report_steps_begin(&x);
    report_step(&x, NULL, "a heartbeat");
    report_steps_end(&x);
    is_text(&p, "this centre: a heartbeat\n");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, commands);
    tcase_add_test(t, who_it_is);
    tcase_add_test(t, how_it_stands);
    tcase_add_test(t, what_comes_next);
    tcase_add_test(t, what_rules_find);
    tcase_add_test(t, what_came);
    tcase_add_test(t, steps);
}

UNIT_MAIN("centre", add)
