/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three centres and a run of theirs, for who lies to the others in one way or another.
 */
#ifndef TESTS_HOSTILE_CASE_H
#define TESTS_HOSTILE_CASE_H

#include "federation_fixture.h"

#include <inttypes.h>
#include <sys/wait.h>

#include "engine/state/digest.h"
#include "site/house/payload.h"
#include "site/house/say.h"
#include "site/roster.h"
#include "site/sealed.h"
#include "util/clock.h"

/* Three centres and a run that the first has published. */
enum { ALPHA = 0, LIAR = 1, DELTA = 2 };

struct world {
    struct federated x;
    char contract[160], run[RUN_HEX + 1];
};

static struct err e;

static const char moments[] = "function:\n  name: moments\n  params:\n    order: 2\n";
static const char logreg[] = "function:\n  name: logreg\n  params:\n    target: y\nrounds: 12\n";

__attribute__((format(printf, 1, 2))) static inline void shell(const char *format, ...)
{
    char command[800];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    ck_assert_msg(system(command) == 0, "%s", command);
}

static inline void publish(struct world *w, uint64_t min, double deadline)
{
    struct site s = centre_open(&w->x, ALPHA);
    const struct site_publication p = {.contract = w->contract,
                                       .sites = centre_names,
                                       .sites_count = 3,
                                       .min = min,
                                       .claims = 3600,
                                       .deadline = deadline,
                                       .disclose = DISCLOSE_STATES,
                                       .again = true};

    ck_ok(site_publish(&s, &p, w->run, &e), &e);
    site_close(&s);
}

static inline void world_make(struct world *w, const char *function, double deadline)
{
    e = (struct err){0};
    federated_make(&w->x, 3);
    contract_over(&w->x, function, w->contract, sizeof w->contract);
    publish(w, 2, deadline);
}

/* Effect: a centre is open, and has seen what others have said. */
static inline struct site enter(struct world *w, size_t i)
{
    struct site s = centre_open(&w->x, i);

    centre_sync(&s);
    return s;
}

static inline void claim(struct world *w, size_t i)
{
    struct site s = enter(w, i);

    ck_ok(site_claim(&s, w->run, &e), &e);
    site_close(&s);
}

/* Collects; what it came to is in *c, whose result the caller frees. */
static inline int collect(struct world *w, struct site_collected *c)
{
    struct site s = centre_open(&w->x, ALPHA);

    e = (struct err){0};
    int rc = site_collect(&s, w->run, c, &e);
    site_close(&s);
    return rc;
}

static inline void forget(struct site_collected *c)
{
    result_free(c->report.result);
    free(c->report.credits);
    *c = (struct site_collected){0};
}

/* Effect: collecting ends with that code, and with those words. */
static inline void collect_says(struct world *w, enum err_code code, const char *words)
{
    struct site_collected c;
    int rc = collect(w, &c);

    ck_assert_msg(rc < 0 && e.code == code && strstr(e.text, words), "%d %d %s", rc, e.code,
                  e.text);
    forget(&c);
    e = (struct err){0};
}

/* Effect: a centre's part is computed, which it must be allowed. */
static inline void compute(struct world *w, size_t i)
{
    struct site s = enter(w, i);
    struct site_part p;

    ck_ok(site_prepare(&s, w->run, &p, &e), &e);
    ck_ok(compute_here(NULL, &s, &p, &e), &e);
    site_part_free(&p);
    site_close(&s);
}

static inline void submit(struct world *w, size_t i)
{
    struct site s = enter(w, i);

    ck_ok(site_submit(&s, w->run, true, &e), &e);
    site_close(&s);
}

/* Effect: all have claimed, and there is the roster; the honest ones have submitted. */
static inline void go_as_far_as_results(struct world *w)
{
    for (size_t i = 0; i < 3; i++)
        claim(w, i);
    collect_says(w, ERR_INCOMPLETE, "own result");
    for (size_t i = 0; i < 3; i++)
        compute(w, i);
    submit(w, ALPHA);
    submit(w, DELTA);
}

/* Effect: a record of that type is begun, of the run. */
static inline void begin(struct world *w, struct record *r, const char *type)
{
    record_begin(r, type);
    record_set(r, "run", "%s", w->run);
}

static inline void say_one(struct world *w, size_t i, struct record *r, size_t count)
{
    struct site s = centre_open(&w->x, i);

    ck_ok(say(&s.house, r, count, NULL, &e), &e);
    site_close(&s);
}

static inline size_t count_of(const struct world *w, size_t i, const char *ledger, const char *type)
{
    char command[400];
    size_t n = 0;

    snprintf(command, sizeof command, "grep -c ' %s ' %s/%s/log", type, w->x.house[i], ledger);
    FILE *f = popen(command, "r");
    ck_assert(f && fscanf(f, "%zu", &n) == 1);
    pclose(f);
    return n;
}

/* What the liar would honestly seal. */
static inline void honest(struct world *w, struct sealed *x)
{
    struct site s = enter(w, LIAR);
    struct site_review r;

    ck_ok(site_review(&s, w->run, true, &r, NULL, NULL, &e), &e);
    *x = (struct sealed){.round = r.part.round, .items = r.items, .seconds = 1, .length = r.length};
    strcpy(x->run, w->run);
    strcpy(x->site, "beta");
    memset(x->salt, 7, sizeof x->salt);
    memcpy(x->claim_salt, r.claim_salt, SHA256_LEN);
    memcpy(x->digest, r.digest, SHA256_LEN);
    x->state = calloc(r.length + 1, sizeof *x->state);
    memcpy(x->state, r.state, r.length * sizeof *x->state);
    site_review_free(&r);
    site_close(&s);
}

/* Effect: the liar says that these bytes are its result, whose state has that digest. */
static inline void say_result(struct world *w, const void *bytes, size_t len,
                              const uint8_t state[static SHA256_LEN], uint64_t round,
                              uint64_t items)
{
    struct record *r = calloc(2, sizeof *r);
    struct site s = centre_open(&w->x, LIAR);
    uint8_t file[SHA256_LEN];

    ck_ok(payload_put(&s.house, bytes, len, file, &e), &e);
    site_close(&s);
    begin(w, &r[0], "submit");
    record_set(&r[0], "round", "%" PRIu64, round);
    record_set(&r[0], "slave", "beta/wdbc/1");
    record_set_digest(&r[0], "state", state);
    record_set(&r[0], "items", "%" PRIu64, items);
    record_set(&r[0], "seconds", "1");
    begin(w, &r[1], "deliver");
    record_set(&r[1], "round", "%" PRIu64, round);
    record_set_digest(&r[1], "file", file);
    say_one(w, LIAR, r, 2);
    free(r);
}

/* Effect: sealed for whom the run says, or for the liar itself. */
static inline void seal_result(struct world *w, const struct sealed *x, bool to_itself,
                               struct buf *b)
{
    struct site s = centre_open(&w->x, LIAR);
    struct buf plain = {0};
    struct age_identity own;
    char text[AGE_RECIPIENT];

    ck_ok(house_seal_key(&s.house, &own, &e), &e);
    const char *to =
        to_itself ? age_recipient(text, &own) : federation_run(&s.fed, w->run, &e)->seal;
    ck_ok(sealed_write(x, &plain, &e), &e);
    ck_ok(age_seal(&to, 1, plain.data, plain.len, b, &e), &e);
    buf_free(&plain);
    site_close(&s);
}

#endif
