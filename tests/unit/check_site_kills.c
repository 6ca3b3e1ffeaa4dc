/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests that a verb of a centre which is killed anywhere goes on when it is given again. */
#include "federation_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "../crash/self.h"
#include "site/house/payload.h"
#include "site/policy/questions.h"

/* Two centres, of which the first publishes. What they have is copied aside and back. */
struct world {
    struct federated x;
    struct place aside;
    char contract[160], run[RUN_HEX + 1];
    size_t who; /* acts */
};

/* What a verb does; code is what it ends with. */
typedef int verb(struct world *w, struct err *e);

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void shell(const char *format, ...)
{
    char command[800];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    ck_assert_msg(system(command) == 0, "%s", command);
}

static void keep(const struct world *w)
{
    shell("rm -rf %s/all && cp -a %s %s/all", w->aside.dir, w->x.place.dir, w->aside.dir);
}

static void put_back(const struct world *w)
{
    shell("rm -rf %s && cp -a %s/all %s", w->x.place.dir, w->aside.dir, w->x.place.dir);
}

/* --- the verbs */

static struct site acts(struct world *w)
{
    return centre_open(&w->x, w->who);
}

static int closed(struct site *s, int rc)
{
    site_close(s);
    return rc;
}

static int do_init(struct world *w, struct err *e)
{
    const struct house_plan plan = {"delta", w->x.exchange, NULL};
    struct identity made;
    char house[160];

    snprintf(house, sizeof house, "%s/delta", w->x.place.dir);
    return site_init(house, &plan, false, &made, e);
}

static int do_peer_add(struct world *w, struct err *e)
{
    struct site s = acts(w), other = centre_open(&w->x, 1 - w->who);
    struct identity i;
    struct peer p;
    char fingerprint[IDENTITY_FINGERPRINT];
    int rc = site_identity(&other, &i, e);

    site_close(&other);
    if (rc == 0)
        rc = peers_add(&s.house, i.name, identity_fingerprint(fingerprint, i.digest), &p, e);
    return closed(&s, rc);
}

static int do_peer_revoke(struct world *w, struct err *e)
{
    struct site s = acts(w);

    return closed(&s, peers_set(&s.house, centre_names[1 - w->who], PEER_REVOKED, e));
}

static int do_rotate(struct world *w, struct err *e)
{
    struct site s = acts(w);
    struct identity i;

    return closed(&s, site_rotate(&s, &i, e));
}

static int do_data_add(struct world *w, struct err *e)
{
    struct site s = acts(w);

    return closed(&s, site_data_add(&s, "wdbc", w->x.data[w->who], e));
}

static int do_recall(struct world *w, struct err *e)
{
    struct site s = acts(w);

    return closed(&s, site_data_recall(&s, "wdbc", e));
}

static int do_accept(struct world *w, struct err *e)
{
    struct site s = acts(w);

    return closed(&s, site_policy_accept(&s, e));
}

static int do_publish(struct world *w, struct err *e)
{
    struct site s = acts(w);
    const struct site_publication p = {.contract = w->contract,
                                       .sites = centre_names,
                                       .sites_count = 2,
                                       .claims = 3600,
                                       .deadline = 3600,
                                       .disclose = DISCLOSE_STATES};

    return closed(&s, site_publish(&s, &p, w->run, e));
}

static int do_sync(struct world *w, struct err *e)
{
    struct site s = acts(w);
    struct sync_report r;
    int rc = sync_all(&s.house, &r, e);

    if (rc == 0)
        free(r.peers);
    return closed(&s, rc);
}

static int do_approve(struct world *w, struct err *e)
{
    struct site s = acts(w);

    return closed(&s, site_approve(&s, NULL, NULL, e));
}

static int do_refuse(struct world *w, struct err *e)
{
    struct site s = acts(w);

    return closed(&s, site_refuse(&s, NULL, e));
}

static int do_claim(struct world *w, struct err *e)
{
    struct site s = acts(w);

    return closed(&s, site_claim(&s, NULL, e));
}

static int do_withdraw(struct world *w, struct err *e)
{
    struct site s = acts(w);

    return closed(&s, site_withdraw(&s, NULL, e));
}

static int do_compute(struct world *w, struct err *e)
{
    struct site s = acts(w);
    struct site_part p;
    int rc = site_prepare(&s, NULL, &p, e);

    if (rc == 0 && !p.computed)
        rc = compute_here(NULL, &s, &p, e);
    site_part_free(&p);
    return closed(&s, rc);
}

/* What was submitted is waited for, as it was: that is success, too. */
static int do_submit(struct world *w, struct err *e)
{
    struct site s = acts(w);
    const struct fed_run *run = federation_run(&s.fed, NULL, e);
    const struct fed_party *p = run ? fed_party(run, s.house.name) : NULL;
    bool before = p && fed_submit_of(p, 1);
    int rc = site_submit(&s, NULL, true, e);

    if (rc < 0 && before && e->code == ERR_INCOMPLETE) {
        *e = (struct err){0};
        rc = 0;
    }
    return closed(&s, rc);
}

static int do_collect(struct world *w, struct err *e)
{
    struct site s = acts(w);
    struct site_collected c;
    int rc = site_collect(&s, w->run, &c, e);

    result_free(c.report.result);
    free(c.report.credits);
    return closed(&s, rc);
}

static int do_close(struct world *w, struct err *e)
{
    struct site s = acts(w);

    return closed(&s, site_close_run(&s, w->run, "person", e));
}

static int do_fetch(struct world *w, struct err *e)
{
    struct site s = acts(w);
    char out[PATH_MAX];

    return closed(&s, site_fetch(&s, w->run, out, e));
}

static int do_step(struct world *w, struct err *e)
{
    struct site s = acts(w);

    return closed(&s, site_step(&s, NULL, compute_here, NULL, NULL, e));
}

/* --- what must hold */

/* How many records of each type a ledger has, in the order of their first ones. */
struct counts {
    struct {
        char type[24];
        size_t count;
    } list[40];
    size_t n;
};

static int count_one(const struct record *r, void *context, struct err *e)
{
    struct counts *c = context;
    size_t i = 0;

    (void)e;
    while (i < c->n && strcmp(c->list[i].type, r->type) != 0)
        i++;
    if (i == c->n)
        snprintf(c->list[c->n++].type, sizeof c->list[i].type, "%s", r->type);
    c->list[i].count++;
    return 0;
}

/* Effect: text has the counts, which are those of a ledger that verifies. In that of a centre alone a
 * computation that begins anew claims anew. */
static void count_records(const char *directory, bool alone, char *text, size_t size)
{
    struct counts c = {.n = 0};
    struct chain_state state;
    struct err e = {0};
    struct ledger *l;
    size_t used = 0;

    *text = '\0';
    ck_ok(ledger_verify(directory, &state, &e), &e);
    ck_assert_msg((l = ledger_open_read(directory, &e)) != NULL, "%s", e.text);
    ck_ok(ledger_scan(l, count_one, &c, &e), &e);
    ledger_close(l);
    for (size_t i = 0; i < c.n; i++)
        if (!alone || (strcmp(c.list[i].type, "view") != 0 && strcmp(c.list[i].type, "claim") != 0))
            used += (size_t)snprintf(text + used, size - used, "%s %zu, ", c.list[i].type,
                                     c.list[i].count);
    ck_assert_uint_lt(used, size);
}

static const char *house_of(const struct world *w, char path[static 160], bool is_new)
{
    snprintf(path, 160, "%s/%s", w->x.place.dir, is_new ? "delta" : centre_names[w->who]);
    return path;
}

/* What was said is what is published, to the byte; each payload has its name's digest. */
static void is_published(const struct world *w, bool is_new)
{
    char house[160];
    const char *name = is_new ? "delta" : centre_names[w->who];

    house_of(w, house, is_new);
    shell(
        "cd %s && test -f policy.yaml && e=%s/%s && cmp ledger/log $e/log && cmp ledger/checkpoint "
        "$e/checkpoint && "
        "for f in identity/*; do test $f != ${f%%.tmp-*} || cmp $f $e/id-${f#*/} || exit 1; done "
        "&& "
        "for f in cosig/*; do test ! -e $f -o $f != ${f%%.tmp-*} || cmp $f $e/$f || exit 1; done "
        "&& "
        "for f in files/*; do test ! -e $f -o $f != ${f%%.tmp-*} || cmp $f $e/$f || exit 1; done "
        "&& "
        "cd $e && test -z \"$(find . -type f -name '.*')\" && "
        "for f in files/*; do test ! -e $f && continue; "
        "test \"$(sha256sum <$f)\" = \"${f#*/}  -\" || exit 1; done",
        house, w->x.exchange, name);
}

/* --- killed anywhere */

/* Returns whether a process was killed at its call of that number. */
static bool killed_at(const struct world *w, verb *does, uint64_t at, int code)
{
    struct world own = *w;
    struct err e = {0};
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (!(own.x.reader = reader_start(&e)))
            _exit(99);
        self_use(&(struct self_plan){SELF_DIE, at, -1});
        int rc = does(&own, &e);
        if ((rc == 0 ? 0 : (int)e.code) != code)
            fprintf(stderr, "%s\n", e.text);
        _exit((rc == 0 ? 0 : (int)e.code) != code);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0),
                  "call %zu: status %d", (size_t)at, status);
    return WIFSIGNALED(status);
}

/* Effect: the verb is done, with that code. */
static void done(struct world *w, verb *does, int code, const char *when, uint64_t at)
{
    struct err e = {0};
    int rc = does(w, &e);

    if (does == do_init && e.code == ERR_OPEN)
        return; /* all of it was there */
    ck_assert_msg((rc == 0 ? 0 : (int)e.code) == code, "%s %zu: %d %s", when, (size_t)at, rc,
                  e.text);
}

/* What a verb has said when it was not disturbed. */
struct said {
    char federation[800], own[800];
};

static void look(const struct world *w, bool is_new, struct said *s)
{
    char house[160], path[200];

    house_of(w, house, is_new);
    snprintf(path, sizeof path, "%s/ledger", house);
    count_records(path, false, s->federation, sizeof s->federation);
    snprintf(path, sizeof path, "%s/own", house);
    count_records(path, true, s->own, sizeof s->own);
}

/* Every so-manieth call is one at which a verb is killed: SITE_KILLS_EVERY, for a soak 1. */
static uint64_t every(void)
{
    const char *text = getenv("SITE_KILLS_EVERY");

    return text ? strtoull(text, NULL, 10) : 3;
}

/* Effect: a verb is killed at its calls, of which so many times fewer are taken, and given again: then
 * it has said what it says undisturbed. It is left done. */
static void dies_anywhere(struct world *w, const char *name, verb *does, int code, size_t who,
                          uint64_t fewer)
{
    bool is_new = does == do_init, died = true;
    struct said wanted, twice, found;
    unsigned deaths = 0;

    w->who = who;
    keep(w);
    done(w, does, code, name, 0);
    look(w, is_new, &wanted);
    done(w, does, code, name, 1);
    look(w, is_new, &twice);
    if (does != do_rotate) /* which makes one key more each time */
        ck_assert_msg(strcmp(twice.federation, wanted.federation) == 0, "%s twice: %s, before %s",
                      name, twice.federation, wanted.federation);
    for (uint64_t at = 0; died; at += fewer * every()) {
        put_back(w);
        died = killed_at(w, does, at, code);
        deaths += died;
        done(w, does, code, name, at);
        look(w, is_new, &found);
        ck_assert_msg(strcmp(found.federation, wanted.federation) == 0 ||
                          strcmp(found.federation, twice.federation) == 0,
                      "%s, killed at %zu: %s, expected %s", name, (size_t)at, found.federation,
                      wanted.federation);
        ck_assert_msg(strcmp(found.own, wanted.own) == 0,
                      "%s, killed at %zu, alone: %s, expected %s", name, (size_t)at, found.own,
                      wanted.own);
        is_published(w, is_new);
    }
    if (getenv("KILLS_TELL"))
        fprintf(stderr, "%s: %u\n", name, deaths);
    ck_assert_uint_gt(deaths, 1);
}

static void world_make(struct world *w)
{
    *w = (struct world){.aside = place_make()};
    federated_make(&w->x, 2);
    contract_over(&w->x, "function:\n  name: moments\n  params:\n    order: 2\n", w->contract,
                  sizeof w->contract);
}

static void world_remove(struct world *w)
{
    federated_remove(&w->x);
    place_remove(w->aside.dir);
}

/* Effect: a centre does that, undisturbed. */
static void now(struct world *w, size_t who, verb *does, int code)
{
    w->who = who;
    done(w, does, code, "undisturbed", 0);
}

START_TEST(a_centre_of_itself)
{
    struct world w;
    struct err e = {0};

    world_make(&w);
    dies_anywhere(&w, "init", do_init, 0, 0, 1);
    dies_anywhere(&w, "key rotate", do_rotate, 0, 1, 1);
    dies_anywhere(&w, "sync, of a new key", do_sync, 0, 0, 1);
    dies_anywhere(&w, "peer revoke", do_peer_revoke, 0, 0, 1);
    dies_anywhere(&w, "peer add", do_peer_add, 0, 0, 1);
    shell("echo '# edited' >> %s/policy.yaml", w.x.house[0]);
    dies_anywhere(&w, "policy accept", do_accept, 0, 0, 1);
    shell("rm %s/data/wdbc", w.x.house[1]);
    dies_anywhere(&w, "data add", do_data_add, 0, 1, 1);
    dies_anywhere(&w, "recall", do_recall, 0, 1, 1);
    (void)e;
    world_remove(&w);
}
END_TEST

START_TEST(a_run_to_its_end)
{
    struct world w;

    world_make(&w);
    dies_anywhere(&w, "publish", do_publish, 0, 0, 1);
    dies_anywhere(&w, "sync", do_sync, 0, 1, 1);
    dies_anywhere(&w, "approve", do_approve, 0, 1, 1);
    dies_anywhere(&w, "claim", do_claim, 0, 1, 1);
    now(&w, 0, do_claim, 0);
    dies_anywhere(&w, "collect, the roster", do_collect, ERR_INCOMPLETE, 0, 1);
    now(&w, 1, do_sync, 0);
    dies_anywhere(&w, "compute", do_compute, 0, 1, 1);
    dies_anywhere(&w, "submit", do_submit, 0, 1, 1);
    now(&w, 0, do_compute, 0);
    now(&w, 0, do_submit, 0);
    dies_anywhere(&w, "collect, to the end", do_collect, 0, 0, 1);
    now(&w, 1, do_sync, 0);
    dies_anywhere(&w, "fetch", do_fetch, 0, 1, 1);
    world_remove(&w);
}
END_TEST

START_TEST(a_run_that_is_not_wanted)
{
    struct world w;

    world_make(&w);
    now(&w, 0, do_publish, 0);
    now(&w, 1, do_sync, 0);
    dies_anywhere(&w, "refuse", do_refuse, 0, 1, 1);
    now(&w, 1, do_claim, 0);
    dies_anywhere(&w, "withdraw", do_withdraw, 0, 1, 1);
    dies_anywhere(&w, "close", do_close, 0, 0, 1);
    world_remove(&w);
}
END_TEST

/* With nobody typing: each step goes through several verbs. */
START_TEST(steps)
{
    struct world w;

    world_make(&w);
    now(&w, 0, do_publish, 0);
    for (int turn = 0; turn < 2; turn++) {
        dies_anywhere(&w, "step", do_step, 0, 1, 3);
        dies_anywhere(&w, "step, of the collector", do_step, 0, 0, 3);
    }
    dies_anywhere(&w, "step, at the end", do_step, 0, 1, 3);
    now(&w, 1, do_fetch, 0);
    world_remove(&w);
}
END_TEST

static void add(TCase *t)
{
    tcase_set_timeout(t, 3600);
    tcase_add_test(t, a_centre_of_itself);
    tcase_add_test(t, a_run_to_its_end);
    tcase_add_test(t, a_run_that_is_not_wanted);
    tcase_add_test(t, steps);
}

UNIT_MAIN("site_kills", add)
