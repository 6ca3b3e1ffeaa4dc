/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of centres share: several of them in one place, which know each other, with data
 * and a policy that lets everything happen by itself.
 */
#ifndef TESTS_FEDERATION_FIXTURE_H
#define TESTS_FEDERATION_FIXTURE_H

#include "ledger_fixture.h"

#include <math.h>

#include "engine/engine.h"
#include "engine/plan/bind.h"
#include "site/house/peers.h"
#include "site/site.h"

enum { CENTRES = 4, CENTRE_ROWS = 40 };

static const char *const centre_names[CENTRES] = {"alpha", "beta", "delta", "gamma"};

struct federated {
    struct place place;
    struct reader *reader;
    struct engine_options base;
    size_t count;
    char exchange[120], house[CENTRES][120], data[CENTRES][120];
};

/* Effect: the centre is open for changing; the caller closes it. */
static inline struct site centre_open(const struct federated *x, size_t i)
{
    struct site s;
    struct err e = {0};

    ck_ok(site_open(&s, x->house[i], true, &x->base, x->reader, &e), &e);
    return s;
}

/* Effect: the policy of a centre is this text, and in force. */
static inline void centre_policy(const struct federated *x, size_t i, const char *text)
{
    char path[160];
    struct err e = {0};
    struct site s = centre_open(x, i);

    snprintf(path, sizeof path, "%s/policy.yaml", x->house[i]);
    ck_ok(file_write(path, text, strlen(text), 0600, &e), &e);
    ck_ok(site_policy_accept(&s, &e), &e);
    site_close(&s);
}

/* Row r of a centre's table: two columns without a pattern, and a label that follows from them. */
static inline void centre_row(size_t centre, size_t r, double row[3])
{
    row[0] = (double)((r * 37 + centre * 11) % 101) / 10;
    row[1] = (double)((r * 53 + centre * 29) % 97) / 10;
    row[2] = row[0] + row[1] + (double)((r * 7 + centre) % 5) > 11;
}

/* Effect: the table of a centre, of which a row may be changed. */
static inline void centre_data(const struct federated *x, size_t i, size_t changed)
{
    struct buf b = {0};
    double row[3];

    buf_adds(&b, "a,b,y\n");
    for (size_t r = 0; r < CENTRE_ROWS; r++) {
        centre_row(i, r, row);
        buf_addf(&b, "%.17g,%.17g,%.17g\n", row[0] + (r + 1 == changed ? 1 : 0), row[1], row[2]);
    }
    log_put(x->data[i], b.data, b.len);
    buf_free(&b);
}

static inline const char *open_policy(void)
{
    return "policy: 1\n"
           "expires: 2099-12-31\n"
           "cluster: none\n"
           "approvers: {quorum: 0}\n"
           "authors: [alpha, beta, delta, gamma]\n"
           "functions:\n"
           "  - {code: builtin:moments@1, params: {order: [1, 2]}, start: auto, release: auto}\n"
           "  - {code: builtin:logreg@2, params: {target: [y]}, start: auto, release: auto}\n"
           "data:\n"
           "  wdbc: {authors: [alpha, beta, delta, gamma], columns: [a, b, y], rows-min: 10,\n"
           "         rows-of-parameters: 1, result-max: 256, rounds-max: 30, sites-min: 2, "
           "cells-min: 0,\n"
           "         queries: {distinct: 7, days: 30}, disclose: states}\n"
           "limits: {nodes: 1, cores: 4, memory: 4 GiB, time: 30 min, running: 1}\n"
           "sandbox: required\n";
}

/* Effect: so many centres that know each other. */
static inline void federated_make(struct federated *x, size_t count)
{
    struct err e = {0};
    struct identity made[CENTRES];
    char fingerprint[IDENTITY_FINGERPRINT];

    *x = (struct federated){.place = place_make(), .count = count};
    setenv("XDG_CONFIG_HOME", x->place.dir, 1);
    setenv("XDG_STATE_HOME", x->place.dir, 1);
    x->reader = reader_start(&e);
    ck_assert_msg(x->reader != NULL, "%s", e.text);
    snprintf(x->exchange, sizeof x->exchange, "%s/exchange", x->place.dir);
    for (size_t i = 0; i < count; i++) {
        const struct house_plan plan = {centre_names[i], x->exchange, NULL};
        snprintf(x->house[i], sizeof x->house[i], "%s/%s", x->place.dir, centre_names[i]);
        snprintf(x->data[i], sizeof x->data[i], "%s/%s.csv", x->place.dir, centre_names[i]);
        ck_ok(site_init(x->house[i], &plan, false, &made[i], &e), &e);
        centre_data(x, i, 0);
        centre_policy(x, i, open_policy());
        struct site s = centre_open(x, i);
        ck_ok(site_data_add(&s, "wdbc", x->data[i], &e), &e);
        site_close(&s);
    }
    for (size_t i = 0; i < count; i++) {
        struct site s = centre_open(x, i);
        for (size_t k = 0; k < count; k++) {
            struct peer peer;
            if (k != i)
                ck_ok(peers_add(&s.house, centre_names[k],
                                identity_fingerprint(fingerprint, made[k].digest), &peer, &e),
                      &e);
        }
        site_close(&s);
    }
}

static inline void federated_remove(struct federated *x)
{
    reader_stop(x->reader);
    place_remove(x->place.dir);
}

/* Effect: the centre has seen all that others said. */
static inline void centre_sync(struct site *s)
{
    struct sync_report r;
    struct err e = {0};

    ck_ok(sync_all(&s->house, &r, &e), &e);
    free(r.peers);
    ck_ok(site_look_again(s, &e), &e);
}

/* Computes a part in this process. */
static inline int compute_here(void *context, struct site *s, const struct site_part *p,
                               struct err *e)
{
    const struct engine_data data = {p->data, p->location};
    struct engine_options o = *s->base;
    struct engine_report report;
    struct transport *t = transport_local(e);

    (void)context;
    o.contract = p->contract;
    o.ledger = p->ledger;
    o.site = s->house.name;
    o.data = &data;
    o.data_count = 1;
    o.out = p->out;
    int rc = t ? engine_run(t, s->reader, &o, &report, e) : -1;
    transport_close(t);
    if (rc == 0) {
        result_free(report.result);
        free(report.credits);
    }
    return rc;
}

/* Effect: a contract over centres is at path. Before its function may stand more of its data. */
static inline void contract_over(const struct federated *x, const char *function, char *path,
                                 size_t size)
{
    char spec[160];
    struct buf b = {0};
    struct err e = {0};

    buf_addf(&b,
             "title: A test\nfilter: {method: none}\ndata:\n  name: wdbc\n  split: sites\n"
             "  slaves: %d\n  columns: [a, b, y]\n  commit: full\n%s\n",
             CENTRES, function);
    snprintf(spec, sizeof spec, "%s/spec.yaml", x->place.dir);
    snprintf(path, size, "%s/contract.h5", x->place.dir);
    log_put(spec, b.data, b.len);
    buf_free(&b);
    struct contract *c = contract_from_spec(spec, &e);
    ck_assert_msg(c != NULL, "%s", e.text);
    ck_ok(engine_complete(c, &e), &e);
    ck_ok(contract_write(c, path, &e), &e);
    contract_destroy(c);
}

#endif
