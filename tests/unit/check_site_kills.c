/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests that a verb of a centre which is killed anywhere goes on when it is given again. */
#include "kills_case.h"

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

START_TEST(a_centre_of_itself)
{
    struct world w;

    world_make(&w);
    w.is_new = true;
    dies_anywhere(&w, "init", do_init, 0, 0, 1);
    w.is_new = false;
    w.makes_more = true;
    dies_anywhere(&w, "key rotate", do_rotate, 0, 1, 1);
    w.makes_more = false;
    dies_anywhere(&w, "sync, of a new key", do_sync, 0, 0, 1);
    dies_anywhere(&w, "peer revoke", do_peer_revoke, 0, 0, 1);
    dies_anywhere(&w, "peer add", do_peer_add, 0, 0, 1);
    shell("echo '# edited' >> %s/policy.yaml", w.x.house[0]);
    dies_anywhere(&w, "policy accept", do_accept, 0, 0, 1);
    shell("rm %s/data/wdbc", w.x.house[1]);
    dies_anywhere(&w, "data add", do_data_add, 0, 1, 1);
    dies_anywhere(&w, "recall", do_recall, 0, 1, 1);
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
