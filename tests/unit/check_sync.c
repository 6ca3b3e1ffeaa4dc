/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is new in the exchange. */
#include "site_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "../crash/self.h"
#include "site/exchange/publish.h"
#include "site/mirror/sync.h"

static struct house alpha, beta, gamma_;
static const uint8_t some[SHA256_LEN] = {1, 2, 3};

static void begin(void)
{
    site_begin();
    site_make(&alpha, "alpha");
    site_make(&beta, "beta");
    site_make(&gamma_, "gamma");
    site_know(&alpha, "beta");
    site_know(&alpha, "gamma");
    site_know(&beta, "alpha");
    site_know(&gamma_, "beta");
}

static void end(void)
{
    house_close(&alpha);
    house_close(&beta);
    house_close(&gamma_);
    tear_down();
}

static struct sync_report sync_one(struct house *h)
{
    struct sync_report r;

    ck_ok(sync_all(h, &r, &e), &e);
    return r;
}

/* The news of a peer, and how much was heard. */
static enum mirror_news news_of(struct house *h, const char *name, size_t *heard)
{
    struct sync_report r = sync_one(h);
    int news = -1;

    for (size_t i = 0; i < r.count; i++)
        if (strcmp(r.peers[i].name, name) == 0)
            news = (int)r.peers[i].report.news;
    *heard = r.heard;
    free(r.peers);
    return (enum mirror_news)news;
}

static size_t heard(void)
{
    size_t n;

    news_of(&alpha, "beta", &n);
    return n;
}

/* Effect: a centre publishes a run of that many rounds; key is the run's. */
static void publish_run(struct house *h, unsigned rounds, char key[static RUN_HEX + 1])
{
    struct record r;

    record_begin(&r, "publish");
    record_set(&r, "contract", "%064d", 1);
    record_set_digest(&r, "file", some);
    record_set(&r, "function", "builtin:moments@1");
    record_set(&r, "slaves", "2");
    record_set(&r, "rounds", "%u", rounds);
    record_set(&r, "data", "-");
    ck_ok(say(h, &r, 1, NULL, &e), &e);
    hex_encode(key, r.sum, RUN_HEX / 2);
}

/* Effect: a centre says something of a run, by a record of that type. */
static void say_of(struct house *h, const char *type, const char *run)
{
    struct record r;

    record_begin(&r, type);
    if (strcmp(type, "recall") == 0) {
        record_set(&r, "data", "wdbc");
    } else {
        record_set(&r, "run", "%s", run);
        if (strcmp(type, "refuse") == 0)
            record_set(&r, "rule", "authors");
        if (strcmp(type, "submit") == 0)
            record_set(&r, "round", "1");
        if (strcmp(type, "refuse") != 0)
            record_set(&r, "slave", "%s/wdbc/1", h->name);
        if (strcmp(type, "claim") == 0 || strcmp(type, "withdraw") == 0)
            record_set(&r, "node", "-");
        if (strcmp(type, "claim") == 0) {
            record_set(&r, "slot", "-");
            record_set(&r, "items", "190");
            record_set_digest(&r, "commit", some);
            record_set_digest(&r, "copy", some);
        }
        if (strcmp(type, "withdraw") == 0)
            record_set(&r, "units", "0");
        if (strcmp(type, "submit") == 0 || strcmp(type, "withdraw") == 0)
            record_set_digest(&r, "state", some);
        if (strcmp(type, "submit") == 0) {
            record_set(&r, "items", "190");
            record_set_number(&r, "seconds", 1);
        }
    }
    ck_ok(say(h, &r, 1, NULL, &e), &e);
}

static int count_heard(const struct record *r, void *context, struct err *why)
{
    (void)why;
    *(size_t *)context += strcmp(r->type, "heard") == 0;
    return 0;
}

static size_t all_heard(void)
{
    size_t count = 0;

    ck_ok(ledger_refresh(alpha.ledger, &e), &e);
    ck_ok(ledger_scan(alpha.ledger, count_heard, &count, &e), &e);
    return count;
}

START_TEST(a_collector_hears)
{
    char run[RUN_HEX + 1], other[RUN_HEX + 1];

    publish_run(&alpha, 1, run);
    publish_run(&beta, 1, other);
    ck_assert_uint_eq(heard(), 0);
    say_of(&beta, "claim", run);
    say_of(&beta, "claim", other);
    say_of(&gamma_, "refuse", run);
    say_of(&gamma_, "claim", "0123456789abcdef");
    ck_assert_uint_eq(heard(), 2);
    ck_assert_uint_eq(heard(), 0);
    say_of(&beta, "submit", run);
    say_of(&beta, "recall", NULL);
    say_of(&beta, "withdraw", run);
    ck_assert_uint_eq(heard(), 2); /* a result without its file is none */
    ck_assert_uint_eq(all_heard(), 4);
    /* What was noted of the mirrors is made again. */
    shell("rm alpha/ledger/peers/beta/taken; echo x > alpha/ledger/peers/gamma/taken");
    ck_assert_uint_eq(heard(), 0);
    ck_assert_uint_eq(all_heard(), 4);
    shell("head -n 1 alpha/ledger/peers/beta/taken | grep -qx 8");
    shell("sed -n 2p alpha/ledger/peers/beta/taken | grep -qx %s", other);
    /* All that it has said and seen is published. */
    shell("cmp alpha/ledger/checkpoint exchange/alpha/checkpoint; cmp alpha/ledger/log "
          "exchange/alpha/log; cmp alpha/cosig/beta exchange/alpha/cosig/beta");
}
END_TEST

START_TEST(nobody_fills_a_ledger)
{
    char run[RUN_HEX + 1];

    publish_run(&alpha, 3, run);
    for (int i = 0; i < 40; i++)
        say_of(&beta, "refuse", run);
    say_of(&gamma_, "claim", run);
    ck_assert_uint_eq(heard(), 8 + 2 * 3 + 1);
    say_of(&beta, "refuse", run);
    ck_assert_uint_eq(heard(), 0);
    say_of(&beta, "claim", run); /* what counts is heard all the same */
    ck_assert_uint_eq(heard(), 1);
    for (int i = 0; i < 120; i++)
        say_of(&beta, "claim", run);
    ck_assert_uint_eq(heard(), 8 * (8 + 2 * 3) - (8 + 2 * 3) - 1);
    shell("rm alpha/ledger/peers/beta/taken");
    ck_assert_uint_eq(heard(), 0);
}
END_TEST

START_TEST(late_and_lost_centres)
{
    size_t n;

    shell("mv exchange/beta away");
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_NOT_YET);
    ck_assert_int_eq(news_of(&alpha, "gamma", &n), MIRROR_SAME); /* it had come meanwhile */
    shell("mv away exchange/beta");
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_NEW);
    shell("rm exchange/gamma/log; ln -s ../beta/log exchange/gamma/log");
    site_rotate(&beta, 2, 2000000000, 0);
    shell("cp beta/identity/2 exchange/beta/id-2");
    struct sync_report r = sync_one(&alpha);
    ck_assert_uint_eq(r.rotated, 1);
    ck_assert_uint_eq(r.count, 2);
    free(r.peers);
    shell("mv exchange gone");
    ck_fails(sync_all(&alpha, &r, &e), &e, ERR_OPEN, "exchange");
    ck_assert_ptr_null(r.peers);
}
END_TEST

static enum peer_state state(const char *name)
{
    struct peers p;

    ck_ok(peers_load(&alpha, &p, &e), &e);
    enum peer_state s = peers_find(&p, name)->state;
    peers_free(&p);
    return s;
}

/* Effect: beta's ledger goes another way from its first records on, and is published so. */
static void fork_beta(const char *keep)
{
    house_close(&beta);
    shell("rm -rf beta; cp -r %s beta; rm -rf metaneuron/seen", keep);
    char path[100];
    snprintf(path, sizeof path, "%s/beta", dir);
    ck_ok(house_open(&beta, path, true, false, &e), &e);
    say_of(&beta, "recall", NULL);
}

/* A fork is shown to two centres, of which the third learns. */
START_TEST(a_fork_is_found)
{
    size_t n;

    shell("cp -r beta keep");
    site_say(&beta, 1);
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_NEW);
    fork_beta("keep");
    ck_assert_int_eq(news_of(&gamma_, "beta", &n), MIRROR_NEW);
    /* To alpha it shows what it has shown before; gamma's cosignature tells. */
    shell("cp alpha/ledger/peers/beta/log alpha/ledger/peers/beta/checkpoint exchange/beta/");
    struct sync_report r = sync_one(&alpha);
    ck_assert_str_eq(r.peers[0].name, "beta");
    ck_assert_int_eq(r.peers[0].report.news, MIRROR_CONTRADICTS);
    ck_assert_msg(strstr(r.peers[0].report.text, "two histories"), "%s", r.peers[0].report.text);
    shell("test -f %s", r.peers[0].report.evidence);
    ck_assert_int_eq(r.peers[1].report.news, MIRROR_SAME); /* gamma has said nothing wrong */
    free(r.peers);
    ck_assert_int_eq(state("beta"), PEER_SUSPENDED);
    ck_assert_int_eq(state("gamma"), PEER_KNOWN);
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_FOREIGN);
    /* A person decides; what it shows is what was seen, but for gamma. */
    ck_ok(peers_set(&alpha, "beta", PEER_KNOWN, &e), &e);
    shell("rm exchange/gamma/cosig/beta");
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_SAME);
    ck_assert_int_eq(state("beta"), PEER_KNOWN);
    /* And by itself. */
    ck_ok(publish_house(beta.directory, "beta", beta.exchange, &e), &e);
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_CONTRADICTS);
    ck_assert_int_eq(state("beta"), PEER_SUSPENDED);
}
END_TEST

/* A house is put back from a backup, and with it all that its user has seen. */
START_TEST(an_old_copy_of_its_own)
{
    char path[100];
    struct sync_report r;
    size_t n;

    snprintf(path, sizeof path, "%s/alpha", dir);
    house_close(&alpha);
    shell("cp -r alpha backup");
    ck_ok(house_open(&alpha, path, true, false, &e), &e);
    site_say(&alpha, 2);
    ck_assert_int_eq(news_of(&beta, "alpha", &n), MIRROR_NEW);
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_NEW);
    house_close(&alpha);
    shell("mv alpha newer; cp -r backup alpha; rm -rf metaneuron/seen; cp exchange/alpha/log log");
    ck_ok(house_open(&alpha, path, true, false, &e), &e);
    ck_fails(sync_all(&alpha, &r, &e), &e, ERR_VERIFY, "beta has cosigned 5 records");
    ck_assert_ptr_null(r.peers);
    shell("cmp log exchange/alpha/log"); /* nothing was said */
    site_say(&alpha, 3);                 /* by force */
    ck_fails(sync_all(&alpha, &r, &e), &e, ERR_VERIFY, "that are not those");
    house_close(&alpha);
    shell("rm -rf alpha metaneuron/seen; mv newer alpha");
    ck_ok(house_open(&alpha, path, true, false, &e), &e);
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_SAME);
    /* What it has not signed says nothing, and whom it does not believe neither. */
    shell("sed -i '2s/.*/99/' exchange/beta/cosig/alpha");
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_SAME);
}
END_TEST

/* Records with sums of which the first half is the same cannot be made here: so what was noted of a
 * mirror is. */
START_TEST(a_run_is_published_twice)
{
    char run[RUN_HEX + 1];
    size_t n;

    heard();
    publish_run(&beta, 1, run);
    shell("echo %s >> alpha/ledger/peers/gamma/taken", run);
    ck_assert_int_eq(news_of(&alpha, "gamma", &n), MIRROR_CONTRADICTS);
    ck_assert_int_eq(state("beta"), PEER_SUSPENDED);
    ck_assert_int_eq(state("gamma"), PEER_SUSPENDED);
    ck_ok(peers_set(&alpha, "beta", PEER_KNOWN, &e), &e);
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_SAME); /* a person has decided */
    ck_assert_int_eq(state("beta"), PEER_KNOWN);
    /* By one centre, and of this centre's own. */
    publish_run(&beta, 1, run);
    shell("echo %s >> alpha/ledger/peers/beta/taken", run);
    ck_assert_int_eq(news_of(&alpha, "beta", &n), MIRROR_CONTRADICTS);
    ck_assert_int_eq(state("beta"), PEER_SUSPENDED);
}
END_TEST

START_TEST(it_dies_anywhere)
{
    char run[RUN_HEX + 1];
    bool died = true;
    unsigned deaths = 0;

    publish_run(&alpha, 1, run);
    heard();
    say_of(&beta, "claim", run);
    say_of(&gamma_, "refuse", run);
    house_close(&alpha);
    shell("cp -r alpha before; cp -r exchange/alpha exchange-before; cp -r metaneuron seen");
    for (uint64_t at = 0; died; at++) {
        char path[100];
        struct sync_report r;
        shell("rm -rf alpha exchange/alpha metaneuron; cp -r before alpha; "
              "cp -r exchange-before exchange/alpha; cp -r seen metaneuron");
        snprintf(path, sizeof path, "%s/alpha", dir);
        pid_t child = fork();
        if (child == 0) {
            if (house_open(&alpha, path, true, false, NULL) < 0)
                _exit(1);
            self_use(&(struct self_plan){SELF_DIE, at, -1});
            _exit(sync_all(&alpha, &r, NULL) < 0);
        }
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        died = WIFSIGNALED(status);
        ck_assert(died || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
        deaths += died;
        ck_ok(house_open(&alpha, path, true, false, &e), &e);
        heard();
        ck_assert_uint_eq(all_heard(), 2);
        ck_assert_uint_eq(heard(), 0);
        shell("cmp alpha/ledger/checkpoint exchange/alpha/checkpoint; cmp alpha/cosig/beta "
              "exchange/alpha/cosig/beta; cmp alpha/cosig/gamma exchange/alpha/cosig/gamma");
        house_close(&alpha);
    }
    ck_assert_uint_gt(deaths, 60);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, a_collector_hears);
    tcase_add_test(tests, nobody_fills_a_ledger);
    tcase_add_test(tests, late_and_lost_centres);
    tcase_add_test(tests, a_fork_is_found);
    tcase_add_test(tests, an_old_copy_of_its_own);
    tcase_add_test(tests, a_run_is_published_twice);
    tcase_add_test(tests, it_dies_anywhere);
}

UNIT_MAIN("sync", add)
