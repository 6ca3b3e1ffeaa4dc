/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests audits of runs: of an honest collector, and of one that lies in each of the ways that can be
 * found, or cannot, at what the run discloses. */
#include "federation_fixture.h"

#include <inttypes.h>

#include "ledger/fold/accounts.h"
#include "ledger/fold/credits.h"
#include "ledger/proof/policy.h"
#include "site/audit/audit.h"
#include "site/audit/proof.h"
#include "site/house/payload.h"
#include "site/house/say.h"
#include "site/pool.h"
#include "util/clock.h"

enum { ALPHA = 0, BETA = 1, DELTA = 2, THREE = 3 }; /* the first collects */

enum lie {
    HONEST = 0,
    FALSE_STATE,    /* another state stands in place of beta's, once that was recorded */
    FALSE_REJECT,   /* beta is rejected for a count that it has not */
    FALSE_SCORE,    /* the ledger has another score of beta */
    FALSE_MODEL,    /* the model is made of another aggregate */
    FALSE_LEARNT,   /* what columns are standardised by is made of what no rows have */
    FALSE_RESULT,   /* the file that is settled is another one */
    FALSE_CLAIM,    /* beta's claim is recorded with other items */
    FALSE_SUBMIT,   /* a result of beta's is recorded that it has not submitted */
    OFF_ROSTER,     /* beta is not on the roster */
    LEAVE_OUT,      /* beta's result does not count */
    CALL_DAMAGED,   /* beta's result is called damaged */
    CLOSE_EARLY,    /* beta's result does not count: the round ends before its time */
    NOT_SEEN,       /* beta's result does not count: the collector has not looked */
    OWN_LAST,       /* its own result comes after it has opened beta's */
    COUNT_UNHEARD,  /* beta's result counts, and nothing says that it was heard */
    COUNT_LATE,     /* all count, and the time was over */
    SAY_LATE,       /* beta's result counts, and is said to be late */
    TWO_AGGREGATES, /* of one round */
    OTHER_CREDITS,
};

static struct {
    enum lie lie;
    struct pool_ops ops, honest;
    char run[RUN_HEX + 1];
} liar;

static struct fed_party *party_of(const struct pool_of_sites *p, size_t i)
{
    return fed_party(federation_run(&p->o->s->fed, p->run, NULL), centre_names[i]);
}

static struct fed_submit *submit_of(const struct pool_of_sites *p, size_t i)
{
    return fed_submit_of(party_of(p, i), 1);
}

static void say_one(struct pool_of_sites *p, struct record *r)
{
    struct err e = {0};

    ck_ok(say(&p->o->s->house, r, 1, NULL, &e), &e);
    ck_ok(ledger_refresh(p->j->ledger, &e), &e);
}

static void say_submit(struct pool_of_sites *p)
{
    struct record r;
    uint8_t state[SHA256_LEN] = {1};

    record_begin(&r, "submit");
    record_set(&r, "run", "%s", p->run);
    record_set(&r, "round", "1");
    record_set(&r, "slave", "beta/wdbc/1");
    record_set_digest(&r, "state", state);
    record_set(&r, "items", "%d", CENTRE_ROWS);
    record_set(&r, "seconds", "0");
    say_one(p, &r);
}

static void say_late_itself(struct pool_of_sites *p)
{
    struct record r;

    record_begin(&r, "late");
    record_set(&r, "run", "%s", p->run);
    record_set(&r, "round", "1");
    record_set(&r, "site", "beta");
    record_set_digest(&r, "record", submit_of(p, BETA)->record);
    say_one(p, &r);
}

static void before_gather(struct pool_of_sites *p)
{
    const struct fed_run *run = federation_run(&p->o->s->fed, p->run, NULL);

    switch (liar.lie) {
    case FALSE_CLAIM:
        party_of(p, BETA)->items++;
        break;
    case FALSE_SUBMIT:
        say_submit(p);
        break;
    case OFF_ROSTER:
        party_of(p, BETA)->recalled = true;
        break;
    case LEAVE_OUT:
        submit_of(p, BETA)->delivered = false;
        p->now_us = INT64_MAX / 4;
        break;
    case CLOSE_EARLY:
        p->now_us = INT64_MAX / 4;
        break;
    case NOT_SEEN:
        submit_of(p, ALPHA)->heard_us = submit_of(p, DELTA)->heard_us = run->published_us;
        break;
    case CALL_DAMAGED:
        submit_of(p, BETA)->items++;
        p->now_us = INT64_MAX / 4;
        break;
    case COUNT_UNHEARD:
        submit_of(p, BETA)->heard_us = submit_of(p, DELTA)->heard_us = p->now_us;
        break;
    case COUNT_LATE:
        for (size_t i = 0; i < THREE; i++)
            submit_of(p, i)->heard_us = run->published_us;
        break;
    case SAY_LATE:
        say_late_itself(p);
        break;
    default:
        break;
    }
}

static void after_gather(struct pool_of_sites *p)
{
    struct result *r = p->j->result;
    struct err e = {0};

    if (liar.lie == FALSE_STATE)
        r->states[(BETA + 1) * r->length - 1] += 1;
    if (liar.lie == FALSE_REJECT)
        ck_ok(result_set(&r->slave[BETA].objection, "count: the state has other items", &e), &e);
}

static int lie_gather(struct pool *pool, struct err *e)
{
    before_gather((struct pool_of_sites *)pool);
    int rc = liar.honest.gather(pool, e);
    if (rc == 0)
        after_gather((struct pool_of_sites *)pool);
    return rc;
}

/* Effect: the record has another value of that key. */
static void alter(struct record *r, const char *key, const char *value)
{
    struct record old = *r;

    record_begin(r, old.type);
    for (size_t i = 0; i < old.count; i++)
        record_set(r, old.fields[i].key, "%s",
                   strcmp(old.fields[i].key, key) == 0 ? value : old.text + old.fields[i].value);
}

static void say_aggregate(struct pool_of_sites *p)
{
    struct record r;
    uint8_t state[SHA256_LEN] = {2};

    record_begin(&r, "aggregate");
    record_set(&r, "run", "%s", p->run);
    record_set(&r, "round", "1");
    record_set_digest(&r, "state", state);
    record_set(&r, "accepted", "3");
    record_set(&r, "items", "%d", 3 * CENTRE_ROWS);
    say_one(p, &r);
}

/* Effect: the run is settled by these credits and that file, whatever the flow would do. */
static void say_settle(struct pool_of_sites *p, const uint8_t *file, int64_t more)
{
    struct err e = {0};
    struct accounts a;
    struct record *r = calloc(THREE, sizeof *r);
    uint64_t work[THREE] = {CENTRE_ROWS, CENTRE_ROWS, CENTRE_ROWS}, part[THREE];

    ck_ok(ledger_refresh(p->o->s->house.ledger, &e), &e);
    ck_ok(accounts_fold(p->o->s->house.ledger, UINT64_MAX, &a, &e), &e);
    ck_ok(credits_divide(credits_emission(a.left, a.rate[0], a.rate[1]), work, THREE, part, &e),
          &e);
    accounts_free(&a);
    for (size_t i = 0; i < THREE; i++) {
        record_begin(&r[i], "settle");
        record_set(&r[i], "run", "%s", p->run);
        record_set(&r[i], "slave", "%s/wdbc/1", centre_names[i]);
        record_set(&r[i], "decision", "accepted");
        record_set(&r[i], "items", "%d", CENTRE_ROWS);
        record_set(&r[i], "credits", "%" PRId64,
                   (int64_t)part[i] + (i == ALPHA  ? more
                                       : i == BETA ? -more
                                                   : 0));
        record_set_digest(&r[i], "result", file);
    }
    ck_ok(say(&p->o->s->house, r, THREE, NULL, &e), &e);
    free(r);
}

/* The published file with another number in place of one of the aggregate's. */
static void put_false_result(struct pool_of_sites *p, const void *data, size_t len)
{
    const double *x = &p->j->result->aggregate[1], other = *x + 1;
    char *bytes = malloc(len), *at;
    uint8_t digest[SHA256_LEN];
    struct err e = {0};

    memcpy(bytes, data, len);
    ck_assert_ptr_nonnull((at = memmem(bytes, len, x, sizeof *x)));
    memcpy(at, &other, sizeof other);
    ck_ok(payload_put(&p->o->s->house, bytes, len, digest, &e), &e);
    free(bytes);
    say_settle(p, digest, 0);
}

/* More values of the first column than there are rows. */
static void put_false_aggregate(struct pool_of_sites *p)
{
    size_t len = p->j->result->length * sizeof(double);
    double *state = malloc(len);
    uint8_t digest[SHA256_LEN];
    char text[sizeof "sha256:" + SHA256_HEX] = "sha256:";
    struct err e = {0};

    memcpy(state, p->j->result->aggregate, len);
    state[1] += 1;
    ck_ok(payload_put(&p->o->s->house, state, len, digest, &e), &e);
    hex_encode(text + strlen(text), digest, SHA256_LEN);
    for (size_t i = 0; i < p->j->batch_count; i++)
        if (strcmp(p->j->batch[i].type, "aggregate") == 0)
            alter(&p->j->batch[i], "state", text);
    free(state);
}

static int lie_keep(struct pool *pool, enum pool_kept what, const uint8_t digest[static SHA256_LEN],
                    const void *data, size_t len, struct err *e)
{
    struct pool_of_sites *p = (struct pool_of_sites *)pool;
    int rc = liar.honest.keep(pool, what, digest, data, len, e);

    if (rc == 0 && what == POOL_AGGREGATE && liar.lie == FALSE_SCORE)
        for (size_t i = 0; i < p->j->batch_count; i++)
            if (strcmp(p->j->batch[i].type, "filter") == 0 &&
                strcmp(record_get(&p->j->batch[i], "slave"), "beta/wdbc/1") == 0)
                alter(&p->j->batch[i], "score", "7");
    if (rc == 0 && what == POOL_AGGREGATE && liar.lie == FALSE_MODEL)
        for (size_t i = 0; i < p->j->result->length; i++)
            p->j->result->aggregate[i] *= 1.5;
    if (rc == 0 && what == POOL_MODEL && p->j->round == 1 && p->j->run.aggregated == false &&
        liar.lie == FALSE_LEARNT && p->j->batch_count > 0)
        put_false_aggregate(p);
    if (rc < 0 || what != POOL_RESULT)
        return rc;
    if (liar.lie == TWO_AGGREGATES)
        say_aggregate(p);
    if (liar.lie != FALSE_RESULT && liar.lie != OTHER_CREDITS)
        return 0;
    if (liar.lie == FALSE_RESULT)
        put_false_result(p, data, len);
    else
        say_settle(p, digest, 100);
    return err_set(e, ERR_INCOMPLETE, "it has lied");
}

static struct pool *open_liar(struct job *j, void *context, struct err *e)
{
    struct pool *pool = pool_of_sites(j, context, e);

    if (pool) {
        liar.honest = liar.ops = *pool->ops;
        liar.ops.gather = lie_gather;
        liar.ops.keep = lie_keep;
        pool->ops = &liar.ops;
    }
    return pool;
}

/* As site_collect(), by who lies; without looking into the exchange. Returns whether it is over. */
static bool lying_collect(struct federated *x, enum lie lie)
{
    struct site s = centre_open(x, ALPHA);
    struct pool_opening opening = {.s = &s};
    struct engine_options o = x->base;
    struct engine_report report;
    char contract[PATH_MAX], ledger[PATH_MAX], key[PATH_MAX], out[PATH_MAX];
    struct err e = {0}, why = {0};
    const struct fed_run *run = federation_run(&s.fed, liar.run, &e);

    ck_assert_msg(run != NULL, "%s", e.text);
    ck_ok(payload_path(&s.house, run->file, contract, &e), &e);
    ck_ok(house_run_path(&s.house, run->key, "result.h5", out, &e), &e);
    ck_ok(house_path(&s.house, "ledger", ledger, &e), &e);
    ck_ok(house_key_path(&s.house, key, &e), &e);
    o.contract = contract;
    o.ledger = ledger;
    o.site = s.house.name;
    o.out = out;
    o.run = liar.run;
    o.key = key;
    liar.lie = lie;
    int rc = engine_collect(x->reader, &o, open_liar, &opening, &report, &why);
    if (rc == 0) {
        result_free(report.result);
        free(report.credits);
    }
    ck_assert_msg(rc == 0 || why.code == ERR_INCOMPLETE, "%s", why.text);
    ck_ok(ledger_refresh(s.house.ledger, &e), &e);
    ck_ok(say_again(&s.house, &e), &e);
    ck_ok(site_look_again(&s, &e), &e);
    bool settled = federation_run(&s.fed, liar.run, &e)->settled;
    site_close(&s);
    return settled;
}

static void sync_at(struct federated *x, size_t i)
{
    struct site s = centre_open(x, i);

    centre_sync(&s);
    site_close(&s);
}

static void claim_at(struct federated *x, size_t i)
{
    struct site s = centre_open(x, i);
    struct err e = {0};

    centre_sync(&s);
    ck_ok(site_claim(&s, liar.run, &e), &e);
    site_close(&s);
}

static void submit_at(struct federated *x, size_t i)
{
    struct site s = centre_open(x, i);
    struct site_part part;
    struct err e = {0};

    centre_sync(&s);
    ck_ok(site_prepare(&s, liar.run, &part, &e), &e);
    ck_ok(compute_here(NULL, &s, &part, &e), &e);
    site_part_free(&part);
    ck_ok(site_submit(&s, liar.run, true, &e), &e);
    site_close(&s);
}

/* Effect: what a centre has in the exchange is there, or out of sight. */
static void hide(const struct federated *x, size_t i, bool away)
{
    char there[200], hidden[200];

    snprintf(there, sizeof there, "%s/%s", x->exchange, centre_names[i]);
    snprintf(hidden, sizeof hidden, "%s/.%s", x->exchange, centre_names[i]);
    ck_assert_int_eq(rename(away ? there : hidden, away ? hidden : there), 0);
}

static const char moments[] = "function:\n  name: moments\n  params:\n    order: 2\n";
static const char logreg[] = "function:\n  name: logreg\n  params:\n    target: y\nrounds: 1\n";
static const char learnt[] = "  standardise: [a, b]\n"
                             "function:\n  name: logreg\n  params:\n    target: y\nrounds: 1\n";

/* Effect: three centres have answered a run of the first, and only its end is left. auditor: a file
 * for an identity to whom results are sealed, too; "": none. */
static void begin(struct federated *x, enum disclose disclose, enum lie lie, char *auditor)
{
    char contract[160], recipient[AGE_RECIPIENT];
    const char *auditors[] = {recipient};
    struct age_identity identity;
    struct err e = {0};

    federated_make(x, THREE);
    contract_over(x,
                  lie == FALSE_MODEL    ? logreg
                  : lie == FALSE_LEARNT ? learnt
                                        : moments,
                  contract, sizeof contract);
    snprintf(auditor, 160, "%s/auditor", x->place.dir);
    ck_ok(age_identity_open(&identity, auditor, true, &e), &e);
    age_recipient(recipient, &identity);
    struct site s = centre_open(x, ALPHA);
    const struct site_publication p = {.contract = contract,
                                       .sites = centre_names,
                                       .sites_count = THREE,
                                       .min = 2,
                                       .claims = 3600,
                                       .deadline = lie == COUNT_LATE || lie == NOT_SEEN ? 1 : 3600,
                                       .disclose = disclose,
                                       .auditors = auditors,
                                       .auditors_count = 1};
    ck_ok(site_publish(&s, &p, liar.run, &e), &e);
    site_close(&s);
    for (size_t i = 0; i < THREE; i++)
        claim_at(x, i);
    sync_at(x, ALPHA);
    ck_assert(!lying_collect(x, lie == OFF_ROSTER ? lie : HONEST));
    for (size_t k = 0; k < THREE; k++) {
        /* Beta comes last, where nobody is to have cosigned what it says. */
        size_t i = lie == NOT_SEEN && k > 0 ? THREE - k : k;
        if (lie == OWN_LAST ? i != ALPHA : lie != OFF_ROSTER || i != BETA)
            submit_at(x, i);
    }
}

/* Effect: beta's result is opened and recorded, and then the collector submits its own. */
static void open_first(struct federated *x)
{
    struct site s = centre_open(x, ALPHA);
    struct record r;
    struct err e = {0};

    centre_sync(&s);
    const struct fed_submit *sub =
        fed_submit_of(fed_party(federation_run(&s.fed, liar.run, &e), "beta"), 1);
    record_begin(&r, "submit");
    record_set(&r, "run", "%s", liar.run);
    record_set(&r, "round", "1");
    record_set(&r, "slave", "beta/wdbc/1");
    record_set_digest(&r, "state", sub->state);
    record_set(&r, "items", "%d", CENTRE_ROWS);
    record_set_number(&r, "seconds", sub->seconds);
    ck_ok(say(&s.house, &r, 1, NULL, &e), &e);
    site_close(&s);
    submit_at(x, ALPHA);
}

/* Effect: the run is over, by that lie, and all have seen it. */
static void end(struct federated *x, enum lie lie)
{
    struct mirror_report r;
    struct peers peers;
    struct err e = {0};

    if (lie == OWN_LAST)
        open_first(x);
    if (lie == NOT_SEEN || lie == CLOSE_EARLY)
        hide(x, BETA, true);
    struct site s = centre_open(x, ALPHA);
    if (lie == COUNT_LATE || lie == NOT_SEEN) {
        const struct fed_run *run = federation_run(&s.fed, liar.run, &e);
        while (clock_utc_us() <= pool_deadline(run, fed_round(run, 1)))
            clock_pause(0.1);
    }
    ck_ok(peers_load(&s.house, &peers, &e), &e);
    for (size_t i = 0; i < peers.count; i++)
        ck_ok(mirror_update(&s.house, &peers.list[i], NULL, NULL, &r, &e), &e);
    peers_free(&peers);
    if (lie != COUNT_UNHEARD)
        centre_sync(&s);
    site_close(&s);
    ck_assert(lying_collect(x, lie) == (lie != FALSE_LEARNT)); /* of two rounds */
    if (lie == NOT_SEEN || lie == CLOSE_EARLY)
        hide(x, BETA, false);
    sync_at(x, BETA);
    sync_at(x, DELTA);
}

static struct site_audit audit_at(struct federated *x, size_t i, const char *identity)
{
    struct site s = centre_open(x, i);
    struct site_audit a;
    struct err e = {0};

    ck_ok(site_audit(&s, liar.run, identity, &a, &e), &e);
    site_close(&s);
    if (getenv("AUDIT_TELL"))
        for (size_t k = 0; k < a.count; k++)
            fprintf(stderr, "%s %d %-11s %s/%d: %s [%s]\n", centre_names[i], (int)a.list[k].state,
                    a.list[k].code, a.list[k].site, (int)a.list[k].round, a.list[k].text,
                    a.list[k].evidence);
    return a;
}

static const struct audit_finding *find(const struct site_audit *a, enum audit_state state,
                                        const char *code)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->list[i].state == state && strcmp(a->list[i].code, code) == 0)
            return &a->list[i];
    return NULL;
}

/* Exactly these codes were found so; the list ends with NULL. */
static void found(const struct site_audit *a, enum audit_state state, const char *const *codes)
{
    for (size_t i = 0; codes[i]; i++)
        ck_assert_msg(find(a, state, codes[i]) != NULL, "%s was expected to be found %d", codes[i],
                      (int)state);
    for (size_t i = 0; i < a->count; i++) {
        size_t k = 0;
        while (codes[k] && strcmp(codes[k], a->list[i].code) != 0)
            k++;
        ck_assert_msg(a->list[i].state != state || codes[k], "%s: %s", a->list[i].code,
                      a->list[i].text);
    }
}

#define NONE       ((const char *const[]){NULL})
#define CODES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const enum disclose levels[] = {DISCLOSE_STATES, DISCLOSE_FEATURES, DISCLOSE_AGGREGATE};

/* What nobody can tell who has no key, at each level. */
static const char *const shut[][5] = {
    {NULL}, {"states", "aggregate", "features", NULL}, {"states", "decisions", "aggregate", NULL}};

START_TEST(honest_collector)
{
    struct federated x;
    char auditor[160];

    begin(&x, levels[_i], HONEST, auditor);
    end(&x, HONEST);
    struct site_audit a = audit_at(&x, BETA, NULL);
    found(&a, AUDIT_WRONG, NONE);
    found(&a, AUDIT_UNCHECKED, shut[_i]);
    site_audit_free(&a);
    a = audit_at(&x, DELTA, auditor);
    found(&a, AUDIT_WRONG, NONE);
    found(&a, AUDIT_UNCHECKED, NONE);
    ck_assert(a.opened);
    site_audit_free(&a);
    a = audit_at(&x, ALPHA, NULL);
    found(&a, AUDIT_WRONG, NONE);
    found(&a, AUDIT_UNCHECKED, NONE);
    site_audit_free(&a);
    federated_remove(&x);
}
END_TEST

static void tell_nothing(void *context, const char *run, const char *text)
{
    (void)context;
    (void)run;
    (void)text;
}

/* Of several rounds, with models, each is looked at. */
START_TEST(rounds)
{
    struct federated x;
    char contract[160];
    struct err e = {0};
    bool settled = false;

    federated_make(&x, THREE);
    contract_over(&x, "function:\n  name: logreg\n  params:\n    target: y\nrounds: 3\n", contract,
                  sizeof contract);
    const struct site_publication p = {.contract = contract,
                                       .sites = centre_names,
                                       .sites_count = THREE,
                                       .claims = 3600,
                                       .deadline = 3600,
                                       .disclose = levels[_i]};
    struct site s = centre_open(&x, ALPHA);
    ck_ok(site_publish(&s, &p, liar.run, &e), &e);
    site_close(&s);
    for (int turn = 0; !settled && turn < 20; turn++)
        for (size_t i = 0; i < THREE; i++) {
            s = centre_open(&x, i);
            ck_ok(site_step(&s, NULL, compute_here, tell_nothing, NULL, &e), &e);
            settled |= federation_run(&s.fed, liar.run, &e)->settled;
            site_close(&s);
        }
    ck_assert(settled);
    sync_at(&x, BETA);
    struct site_audit a = audit_at(&x, BETA, NULL);
    found(&a, AUDIT_WRONG, NONE);
    found(&a, AUDIT_UNCHECKED, shut[_i]);
    site_audit_free(&a);
    a = audit_at(&x, ALPHA, NULL);
    found(&a, AUDIT_WRONG, NONE);
    found(&a, AUDIT_UNCHECKED, NONE);
    site_audit_free(&a);
    federated_remove(&x);
}
END_TEST

/* Effect: the run is over by a lie, with what it discloses. */
static void lie_to(struct federated *x, enum lie lie, enum disclose disclose, char *auditor)
{
    begin(x, disclose, lie, auditor);
    end(x, lie);
}

/* A trust policy with the keys of the centres' logs. */
static struct policy *keys_of(struct federated *x)
{
    struct buf b = {0};
    struct err e = {0};

    for (size_t i = 0; i < x->count; i++) {
        struct site s = centre_open(x, i);
        struct identity id;
        ck_ok(site_identity(&s, &id, &e), &e);
        buf_adds(&b, "log ");
        note_key_write(&b, &id.key);
        buf_addc(&b, '\n');
        site_close(&s);
    }
    buf_adds(&b, "quorum none\n");
    struct policy *p = policy_read("keys", b.data, b.len, &e);
    ck_assert_msg(p != NULL, "%s", e.text);
    buf_free(&b);
    return p;
}

/* A file of evidence convinces who has nothing but the keys; one that is altered does not. */
static void convinces(struct federated *x, const struct site_audit *a,
                      const struct audit_finding *f, enum proof_kind kind, const char *words)
{
    char path[PATH_MAX + AUDIT_NAME];
    struct policy *keys = keys_of(x);
    struct proof_found found;
    struct err e = {0};

    ck_assert_msg(f && f->evidence[0], "there is no evidence: %s", f ? f->text : "");
    snprintf(path, sizeof path, "%s/%s", a->directory, f->evidence);
    struct bytes file = log_read(path);
    ck_ok(proof_check(file.data, file.len, keys, &found, &e), &e);
    ck_assert_int_eq((int)found.kind, (int)kind);
    ck_assert_str_eq(found.run, liar.run);
    ck_assert_msg(strstr(found.text, words) != NULL, "%s", found.text);
    for (size_t at = 97; at < file.len; at += file.len / 40) {
        file.data[at] ^= 1;
        err_clear(&e);
        ck_assert_msg(proof_check(file.data, file.len, keys, &found, &e) < 0, "byte %zu", at);
        file.data[at] ^= 1;
    }
    err_clear(&e);
    ck_assert(proof_check(file.data, file.len - 1, keys, &found, &e) < 0);
    free(file.data);
    policy_free(keys);
}

/* What each lie is found by at each level, by who has no key, and by who has one. */
static const struct {
    enum lie lie;
    const char *open[3]; /* at states, features, aggregate; NULL: it is not found */
    const char *key;     /* by the auditor, at each level */
} results[] = {
    {FALSE_STATE, {"states", NULL, NULL}, "aggregate"},
    {FALSE_REJECT, {"decisions", NULL, NULL}, "decisions"},
    {FALSE_SCORE, {"decisions", "result", NULL}, "decisions"},
    {FALSE_RESULT, {"result", "result", "result"}, "result"},
};

START_TEST(false_results)
{
    struct federated x;
    char auditor[160];
    int level = _i % 3, n = _i / 3;

    lie_to(&x, results[n].lie, levels[level], auditor);
    struct site_audit a = audit_at(&x, BETA, NULL);
    const char *code = results[n].open[level];
    if (code)
        ck_assert_msg(find(&a, AUDIT_WRONG, code) != NULL, "%s was not found", code);
    else
        found(&a, AUDIT_WRONG, NONE);
    if (!code)
        found(&a, AUDIT_UNCHECKED,
              level == 1 && results[n].lie == FALSE_REJECT
                  ? CODES("states", "decisions", "aggregate", "features")
                  : shut[level]);
    site_audit_free(&a);
    a = audit_at(&x, DELTA, auditor);
    ck_assert_msg(find(&a, AUDIT_WRONG, results[n].key) != NULL, "%s was not found",
                  results[n].key);
    site_audit_free(&a);
    federated_remove(&x);
}
END_TEST

/* What is found from the logs alone, and what convinces others of it. */
static const struct {
    enum lie lie;
    const char *code;
    int kind; /* of evidence; -1: there is none */
    const char *words;
} logs[] = {
    {LEAVE_OUT, "left-out", PROOF_LEFT_OUT, "alpha says that it has heard of it in time"},
    {COUNT_LATE, "late", PROOF_LATE, "after the round's time"},
    {OTHER_CREDITS, "credits", -1, ""},
    {TWO_AGGREGATES, "aggregates", PROOF_AGGREGATES, "two aggregates of one round"},
    {CLOSE_EARLY, "left-out", PROOF_LEFT_OUT, "before its time"},
    {COUNT_UNHEARD, "late", PROOF_LATE, "never says"},
    {SAY_LATE, "late", PROOF_LATE, "itself says that it is late"},
    {FALSE_CLAIM, "claims", PROOF_CLAIM, "has another claim"},
    {FALSE_SUBMIT, "submits", PROOF_SUBMIT, "has another result"},
    {OFF_ROSTER, "rosters", -1, ""},
    {OWN_LAST, "own-first", -1, ""},
    {FALSE_MODEL, "models", -1, ""},
    {FALSE_LEARNT, "models", -1, ""},
};

enum {
    LOGS = sizeof logs / sizeof logs[0],
    CELLS = 4, /* of them, which are a test at each level */
};

/* A third centre finds it as well as the one that is wronged. */
static void find_lie(int n, enum disclose disclose)
{
    struct federated x;
    char auditor[160];

    lie_to(&x, logs[n].lie, disclose, auditor);
    for (size_t i = BETA; i <= DELTA; i++) {
        struct site_audit a = audit_at(&x, i, NULL);
        const struct audit_finding *f = NULL;
        for (size_t k = 0; k < a.count; k++)
            if (strcmp(a.list[k].code, logs[n].code) == 0 && a.list[k].state == AUDIT_WRONG &&
                (logs[n].kind < 0 || strcmp(a.list[k].site, "alpha") != 0))
                f = &a.list[k];
        ck_assert_msg(f != NULL, "%s was not found", logs[n].code);
        if (logs[n].kind >= 0)
            convinces(&x, &a, f, (enum proof_kind)logs[n].kind, logs[n].words);
        site_audit_free(&a);
    }
    federated_remove(&x);
}

START_TEST(false_logs)
{
    find_lie(_i, levels[_i % 3]);
}
END_TEST

START_TEST(false_logs_at_each_level)
{
    find_lie(_i / 3, levels[_i % 3]);
}
END_TEST

/* Effect: delta has cosigned what beta has said, so many seconds after the round has begun. */
static void cosign_at(struct federated *x, int64_t seconds)
{
    struct site s = centre_open(x, DELTA);
    struct peers peers;
    struct mirror_report r;
    struct kept k;
    struct note_key name;
    struct err e = {0};
    char path[300];
    uint8_t public[KEY_PUBLIC_LEN];
    struct buf b = {0};

    ck_ok(peers_load(&s.house, &peers, &e), &e);
    ck_ok(mirror_update(&s.house, peers_find(&peers, "beta"), NULL, NULL, &r, &e), &e);
    peers_free(&peers);
    ck_ok(site_look_again(&s, &e), &e);
    int64_t begun = fed_round(federation_run(&s.fed, liar.run, &e), 1)->roster_us / 1000000;
    snprintf(path, sizeof path, "%s/beta/checkpoint", x->exchange);
    ck_ok(kept_read_file(&k, path, &e), &e);
    struct key *key = house_key(&s.house, &e);
    key_public(key, public);
    ck_ok(note_key_make(&name, s.house.origin, NOTE_COSIGNATURE, public, &e), &e);
    buf_add(&b, k.bytes.data, k.bytes.len);
    ck_ok(note_sign(&b, &name, key, (uint64_t)(begun + seconds), &e), &e);
    snprintf(path, sizeof path, "%s/cosig/beta", x->house[DELTA]);
    log_put(path, b.data, b.len);
    ck_ok(say_again(&s.house, &e), &e);
    buf_free(&b);
    kept_free(&k);
    key_close(key);
    site_close(&s);
}

/* The collector has not looked at beta. That is provable if another had cosigned beta's log in time
 * (1), but not if that was later (2), or nobody has (0). */
START_TEST(not_seen)
{
    struct federated x;
    char auditor[160];

    begin(&x, levels[_i], NOT_SEEN, auditor);
    if (_i > 0)
        cosign_at(&x, _i == 1 ? 0 : 5);
    sync_at(&x, BETA); /* keeps that line, which delta makes anew later */
    end(&x, NOT_SEEN);
    for (size_t i = BETA; i <= DELTA; i++) {
        struct site_audit a = audit_at(&x, i, NULL);
        const struct audit_finding *f = find(&a, AUDIT_WRONG, "left-out");
        if (_i == 1 && i == BETA)
            convinces(&x, &a, f, PROOF_LEFT_OUT, "had cosigned");
        if (_i != 1)
            ck_assert_msg(f == NULL, "%s", f->text);
        site_audit_free(&a);
    }
    federated_remove(&x);
}
END_TEST

START_TEST(called_damaged)
{
    struct federated x;
    char auditor[160];

    lie_to(&x, CALL_DAMAGED, DISCLOSE_FEATURES, auditor);
    struct site_audit a = audit_at(&x, BETA, NULL);
    ck_assert_ptr_null(find(&a, AUDIT_WRONG, "left-out"));
    ck_assert_ptr_nonnull(find(&a, AUDIT_UNCHECKED, "left-out"));
    site_audit_free(&a);
    a = audit_at(&x, DELTA, auditor);
    ck_assert_ptr_nonnull(find(&a, AUDIT_WRONG, "left-out"));
    site_audit_free(&a);
    federated_remove(&x);
}
END_TEST

/* A run is closed for want of results that were all heard. */
START_TEST(closed_early)
{
    struct federated x;
    char auditor[160];
    struct err e = {0};

    begin(&x, DISCLOSE_AGGREGATE, HONEST, auditor);
    struct site s = centre_open(&x, ALPHA);
    centre_sync(&s);
    ck_ok(site_close_run(&s, liar.run, "few", &e), &e);
    site_close(&s);
    sync_at(&x, BETA);
    struct site_audit a = audit_at(&x, BETA, NULL);
    found(&a, AUDIT_WRONG, CODES("closed"));
    site_audit_free(&a);
    federated_remove(&x);
}
END_TEST

/* What is not there yet, or was not seen, accuses nobody. */
START_TEST(not_there_yet)
{
    struct federated x;
    char auditor[160], path[300], hex[SHA256_HEX + 1];
    struct err e = {0};

    begin(&x, DISCLOSE_STATES, HONEST, auditor);
    struct site_audit a = audit_at(&x, DELTA, NULL);
    found(&a, AUDIT_WRONG, NONE);
    found(&a, AUDIT_UNCHECKED, CODES("result-file", "credits", "states"));
    site_audit_free(&a);
    hide(&x, DELTA, true);
    sync_at(&x, BETA); /* sees no result of delta's */
    hide(&x, DELTA, false);
    sync_at(&x, ALPHA);
    ck_assert(lying_collect(&x, HONEST));
    hide(&x, DELTA, true);
    sync_at(&x, BETA);
    hide(&x, DELTA, false);
    a = audit_at(&x, BETA, NULL);
    found(&a, AUDIT_WRONG, NONE);
    ck_assert_ptr_nonnull(find(&a, AUDIT_UNCHECKED, "submits"));
    site_audit_free(&a);
    /* The published file is another one. */
    struct site s = centre_open(&x, DELTA);
    centre_sync(&s);
    hex_encode(hex, federation_run(&s.fed, liar.run, &e)->result, SHA256_LEN);
    site_close(&s);
    snprintf(path, sizeof path, "%s/alpha/files/%s", x.exchange, hex);
    struct bytes file = log_read(path);
    file.data[file.len / 2] ^= 1;
    log_put(path, file.data, file.len);
    free(file.data);
    a = audit_at(&x, DELTA, NULL);
    found(&a, AUDIT_WRONG, CODES("result-file"));
    site_audit_free(&a);
    federated_remove(&x);
}
END_TEST

/* An honest collector's records prove nothing against it, whatever is said of them. */
START_TEST(honest_records_prove_nothing)
{
    struct federated x;
    char auditor[160];
    struct err e = {0};
    struct proof proof;
    struct proof_found what;

    begin(&x, DISCLOSE_AGGREGATE, HONEST, auditor);
    end(&x, HONEST);
    struct policy *keys = keys_of(&x);
    struct site s = centre_open(&x, BETA);
    const struct fed_run *run = federation_run(&s.fed, liar.run, &e);
    const struct fed_submit *sub = fed_submit_of(fed_party(run, "beta"), 1);
    struct ledger *l;
    char *roster;
    size_t len;
    ck_ok(peers_log(&s.house, "alpha", &l, &e), &e);
    ck_ok(payload_get(&s.house, "alpha", fed_round(run, 1)->roster, ROSTER_MOST, &roster, &len, &e),
          &e);
    uint64_t from = fed_party(run, "beta")->claim_seq, end = ledger_state(l)->count;
    for (int k = 0; k < 2 * PROOF_KINDS; k++)
        for (uint64_t to = run->seq + 2; to < end; to++) {
            proof_begin(&proof, (enum proof_kind)(k / 2), liar.run, "beta", 1);
            ck_ok(proof_records(&proof, l, run->seq, to, NULL, &e), &e);
            ck_ok(proof_records(&proof, s.house.ledger, k % 2 ? sub->seq : from, sub->seq + 1, NULL,
                                &e),
                  &e);
            proof_file(&proof, roster, len);
            err_clear(&e);
            ck_assert_msg(proof_check(proof.bytes.data, proof.bytes.len, keys, &what, &e) < 0 &&
                              e.code == ERR_VERIFY,
                          "%s: %s", what.text, e.text);
            err_clear(&e);
            buf_free(&proof.bytes);
        }
    free(roster);
    ledger_close(l);
    site_close(&s);
    policy_free(keys);
    federated_remove(&x);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, not_seen, 0, 3);
    tcase_add_loop_test(t, rounds, 0, 3);
    tcase_add_test(t, called_damaged);
    tcase_add_test(t, closed_early);
    tcase_add_test(t, not_there_yet);
    tcase_add_test(t, honest_records_prove_nothing);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, false_results, 0, 3 * (int)(sizeof results / sizeof results[0]));
    tcase_add_loop_test(t, false_logs_at_each_level, 0, 3 * CELLS);
    tcase_add_loop_test(t, false_logs, CELLS, LOGS);
    tcase_add_loop_test(t, honest_collector, 0, 3);
}

UNIT_MAIN("audit", add)
