/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests centres among which one lies, or of whose files not all arrive: what is wrong is taken for
 * nothing, and those who are honest come to their answer. */
#include "federation_fixture.h"

#include <inttypes.h>
#include <sys/wait.h>

#include "engine/state/commitment.h"
#include "engine/state/digest.h"
#include "site/house/payload.h"
#include "site/house/say.h"
#include "site/opening.h"
#include "site/policy/questions.h"
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

__attribute__((format(printf, 1, 2))) static void shell(const char *format, ...)
{
    char command[800];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    ck_assert_msg(system(command) == 0, "%s", command);
}

static void publish(struct world *w, uint64_t min, double deadline)
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

static void world_make(struct world *w, const char *function, double deadline)
{
    e = (struct err){0};
    federated_make(&w->x, 3);
    contract_over(&w->x, function, w->contract, sizeof w->contract);
    publish(w, 2, deadline);
}

/* Effect: a centre is open, and has seen what others have said. */
static struct site enter(struct world *w, size_t i)
{
    struct site s = centre_open(&w->x, i);

    centre_sync(&s);
    return s;
}

static void claim(struct world *w, size_t i)
{
    struct site s = enter(w, i);

    ck_ok(site_claim(&s, w->run, &e), &e);
    site_close(&s);
}

/* Collects; what it came to is in *c, whose result the caller frees. */
static int collect(struct world *w, struct site_collected *c)
{
    struct site s = centre_open(&w->x, ALPHA);

    e = (struct err){0};
    int rc = site_collect(&s, w->run, c, &e);
    site_close(&s);
    return rc;
}

static void forget(struct site_collected *c)
{
    result_free(c->report.result);
    free(c->report.credits);
    *c = (struct site_collected){0};
}

/* Effect: collecting ends with that code, and with those words. */
static void collect_says(struct world *w, enum err_code code, const char *words)
{
    struct site_collected c;
    int rc = collect(w, &c);

    ck_assert_msg(rc < 0 && e.code == code && strstr(e.text, words), "%d %d %s", rc, e.code,
                  e.text);
    forget(&c);
    e = (struct err){0};
}

/* Effect: a centre's part is computed, which it must be allowed. */
static void compute(struct world *w, size_t i)
{
    struct site s = enter(w, i);
    struct site_part p;

    ck_ok(site_prepare(&s, w->run, &p, &e), &e);
    ck_ok(compute_here(NULL, &s, &p, &e), &e);
    site_part_free(&p);
    site_close(&s);
}

static void submit(struct world *w, size_t i)
{
    struct site s = enter(w, i);

    ck_ok(site_submit(&s, w->run, true, &e), &e);
    site_close(&s);
}

/* Effect: all have claimed, and there is the roster; the honest ones have submitted. */
static void go_as_far_as_results(struct world *w)
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
static void begin(struct world *w, struct record *r, const char *type)
{
    record_begin(r, type);
    record_set(r, "run", "%s", w->run);
}

static void say_one(struct world *w, size_t i, struct record *r, size_t count)
{
    struct site s = centre_open(&w->x, i);

    ck_ok(say(&s.house, r, count, NULL, &e), &e);
    site_close(&s);
}

static size_t count_of(const struct world *w, size_t i, const char *ledger, const char *type)
{
    char command[400];
    size_t n = 0;

    snprintf(command, sizeof command, "grep -c ' %s ' %s/%s/log", type, w->x.house[i], ledger);
    FILE *f = popen(command, "r");
    ck_assert(f && fscanf(f, "%zu", &n) == 1);
    pclose(f);
    return n;
}

/* --- results that are not what was said */

/* What the liar would honestly seal. */
static void honest(struct world *w, struct sealed *x)
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
static void say_result(struct world *w, const void *bytes, size_t len,
                       const uint8_t state[static SHA256_LEN], uint64_t round, uint64_t items)
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
static void seal_result(struct world *w, const struct sealed *x, bool to_itself, struct buf *b)
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

/* --- a collector that lies to whom it asks */

/* Effect: the liar, as a collector, says a run of these bytes and terms. */
static void publish_lie(struct world *w, const void *bytes, size_t len, const char *id,
                        uint64_t rounds)
{
    struct record *r = calloc(2, sizeof *r);
    struct site s = centre_open(&w->x, LIAR);
    uint8_t file[SHA256_LEN];
    struct age_identity own;
    char text[AGE_RECIPIENT];

    ck_ok(payload_put(&s.house, bytes, len, file, &e), &e);
    ck_ok(house_seal_key(&s.house, &own, &e), &e);
    record_begin(&r[0], "publish");
    record_set(&r[0], "contract", "%s", id);
    record_set_digest(&r[0], "file", file);
    record_set(&r[0], "function", "builtin:moments@1");
    record_set(&r[0], "slaves", "3");
    record_set(&r[0], "rounds", "%" PRIu64, rounds);
    record_set(&r[0], "data", "-");
    record_begin(&r[1], "open");
    record_set(&r[1], "run", "%s", RECORD_RUN_UNKNOWN);
    record_set(&r[1], "sites", "alpha,beta,delta");
    record_set(&r[1], "min", "2");
    record_set(&r[1], "claims", "%" PRId64, clock_utc_us() / 1000000 + 3600);
    record_set(&r[1], "deadline", "3600");
    record_set(&r[1], "disclose", "states");
    record_set(&r[1], "seal", "%s", age_recipient(text, &own));
    ck_ok(say(&s.house, r, 2, NULL, &e), &e);
    hex_encode(w->run, r[0].sum, RUN_HEX / 2);
    site_close(&s);
    free(r);
}

static const char *id_of(const struct world *w)
{
    static char id[SHA256_HEX + 1];
    struct bytes b = log_read(w->contract);
    struct contract *c = contract_from_bytes(w->x.reader, "c", b.data, b.len, &e);

    ck_assert_msg(c != NULL, "%s", e.text);
    snprintf(id, sizeof id, "%s", c->id);
    contract_destroy(c);
    free(b.data);
    return id;
}

static size_t files_in(const struct world *w, size_t i, const char *directory)
{
    char command[300];
    size_t n = 0;

    snprintf(command, sizeof command, "ls %s/%s | wc -l", w->x.house[i], directory);
    FILE *f = popen(command, "r");
    ck_assert(f && fscanf(f, "%zu", &n) == 1);
    pclose(f);
    return n;
}

/* What claims, approves or steps opens no contract of somebody who may not ask; a person who wants to
 * see it does. */
START_TEST(a_contract_of_no_author)
{
    struct world w;
    struct site_case c;
    struct site_item item;
    char policy[2000];

    world_make(&w, moments, 3600);
    struct bytes b = log_read(w.contract);
    publish_lie(&w, b.data, b.len, id_of(&w), 1);
    free(b.data);
    snprintf(policy, sizeof policy, "%s", open_policy());
    memcpy(strstr(policy, "authors: [alpha, beta,"), "authors: [alpha,      ", 22);
    centre_policy(&w.x, DELTA, policy);
    struct site s = enter(&w, DELTA);
    size_t had = files_in(&w, DELTA, "fetched");
    ck_fails(site_claim(&s, w.run, &e), &e, ERR_REFUSED, "authors: ");
    e = (struct err){0};
    ck_fails(site_approve(&s, w.run, NULL, &e), &e, ERR_REFUSED, "authors: ");
    e = (struct err){0};
    ck_ok(site_consider(&s, w.run, SITE_ACTS_DATA, &c, &e), &e);
    ck_assert(!c.contract && !c.rules && c.denied.code == ERR_REFUSED);
    site_case_free(&c);
    ck_ok(site_next(&s, federation_run(&s.fed, w.run, &e), &item, &e), &e);
    ck_assert_int_eq(item.next, SITE_DENIED);
    ck_assert_msg(strncmp(item.text, "authors: ", 9) == 0, "%s", item.text);
    ck_ok(site_step(&s, NULL, compute_here, NULL, NULL, &e), &e);
    size_t of_alpha = 1; /* the run that alpha has published, which delta has claimed */
    ck_assert_uint_eq(files_in(&w, DELTA, "fetched"), had + of_alpha);
    ck_assert_uint_eq(count_of(&w, DELTA, "own", "refuse"), 1);
    ck_ok(site_consider(&s, w.run, SITE_LOOKS, &c, &e), &e);
    ck_assert(c.contract && c.rules);
    site_case_free(&c);
    site_close(&s);
    federated_remove(&w.x);
}
END_TEST

/* Nor is there anything of who is no peer. */
START_TEST(a_contract_of_a_stranger)
{
    struct world w;

    world_make(&w, moments, 3600);
    struct bytes b = log_read(w.contract);
    struct site s = centre_open(&w.x, DELTA);
    ck_ok(peers_set(&s.house, "beta", PEER_REVOKED, &e), &e);
    site_close(&s);
    publish_lie(&w, b.data, b.len, id_of(&w), 1);
    free(b.data);
    s = enter(&w, DELTA);
    ck_fails(site_claim(&s, w.run, &e), &e, ERR_INPUT, "no centre has published it");
    e = (struct err){0};
    site_close(&s);
    federated_remove(&w.x);
}
END_TEST

/* A contract that is damaged somewhere, and signed so: what reads it is not, and nothing is said. */
START_TEST(a_contract_that_is_damaged)
{
    struct world w;
    uint64_t draw = 88172645463325252u;
    char honest_run[RUN_HEX + 1];

    world_make(&w, moments, 3600);
    strcpy(honest_run, w.run);
    struct bytes b = log_read(w.contract);
    const char *id = id_of(&w);
    for (size_t i = 0; i < 24; i++) {
        char *bytes = malloc(b.len);
        size_t len = i == 0 ? b.len / 2 : i == 1 ? 1 : b.len;
        memcpy(bytes, b.data, b.len);
        draw ^= draw << 13, draw ^= draw >> 7, draw ^= draw << 17;
        if (i == 2)
            memset(bytes, 0, len);
        if (i > 2)
            memset(bytes + draw % (len - 64), (int)(draw >> 32), 64);
        publish_lie(&w, bytes, len, id, i == 3 ? 12 : 1);
        free(bytes);
        struct site s = enter(&w, DELTA);
        int rc = site_claim(&s, w.run, &e);
        ck_assert_msg(rc == 0 || e.code == ERR_INPUT || e.code == ERR_REFUSED ||
                          e.code == ERR_VERIFY,
                      "%zu: %d %s", i, e.code, e.text);
        if (i < 4)
            ck_assert_int_lt(rc, 0);
        e = (struct err){0};
        site_close(&s);
    }
    free(b.data);
    strcpy(w.run, honest_run); /* the reader goes on */
    claim(&w, DELTA);
    federated_remove(&w.x);
}
END_TEST

/* Rosters: of others, with another claim, of another run or attempt, or of bytes that are none. */
START_TEST(a_roster_that_is_not_mine)
{
    struct world w;
    struct site_part p;
    struct roster r = {.round = 1, .attempt = 1};
    struct buf b = {0};
    uint8_t file[SHA256_LEN];
    struct record said;

    world_make(&w, moments, 3600);
    struct bytes contract = log_read(w.contract);
    publish_lie(&w, contract.data, contract.len, id_of(&w), 1);
    free(contract.data);
    claim(&w, DELTA);
    struct site s = enter(&w, LIAR);
    const struct fed_party *delta = fed_party(federation_run(&s.fed, w.run, &e), "delta");
    struct roster_line line;
    strcpy(line.site, _i == 0 ? "alpha" : "delta");
    memcpy(line.claim, delta->claim, SHA256_LEN);
    line.claim[0] ^= _i == 1;
    strcpy(r.run, w.run);
    r.run[0] ^= _i == 2;
    r.attempt += _i == 3;
    r.list = &line;
    r.count = 1;
    roster_write(&b, &r);
    if (_i == 4)
        b.len /= 2;
    ck_ok(payload_put(&s.house, b.data, b.len, file, &e), &e);
    site_close(&s);
    buf_free(&b);
    begin(&w, &said, "roster");
    record_set(&said, "round", "1");
    record_set(&said, "attempt", "1");
    record_set_digest(&said, "file", file);
    say_one(&w, LIAR, &said, 1);
    s = enter(&w, DELTA);
    int rc = site_prepare(&s, w.run, &p, &e);
    ck_assert_msg((rc == 0) == (_i == 5), "%d %s", _i, e.text);
    ck_assert_msg(_i > 1 || (e.code == ERR_REFUSED && strncmp(e.text, "roster: ", 8) == 0), "%s",
                  e.text);
    ck_assert_msg(_i < 2 || _i == 5 || e.code == ERR_INPUT, "%s", e.text);
    e = (struct err){0};
    site_part_free(&p);
    site_close(&s);
    federated_remove(&w.x);
}
END_TEST

/* Models: of another length, with NaN, and one that the function does not begin with. */
START_TEST(a_model_that_is_none)
{
    struct world w;
    struct site_part p;
    struct roster r = {.round = 1, .attempt = 1};
    struct buf b = {0};
    uint8_t file[SHA256_LEN], model[SHA256_LEN];
    double numbers[64] = {0};
    struct site_case c;
    struct record *said = calloc(2, sizeof *said);

    world_make(&w, logreg, 3600);
    struct bytes contract = log_read(w.contract);
    publish_lie(&w, contract.data, contract.len, id_of(&w), 12);
    free(contract.data);
    claim(&w, DELTA);
    struct site s = enter(&w, LIAR);
    struct roster_line line;
    strcpy(line.site, "delta");
    memcpy(line.claim, fed_party(federation_run(&s.fed, w.run, &e), "delta")->claim, SHA256_LEN);
    strcpy(r.run, w.run);
    r.list = &line;
    r.count = 1;
    roster_write(&b, &r);
    ck_ok(payload_put(&s.house, b.data, b.len, file, &e), &e);
    buf_free(&b);
    ck_ok(site_consider(&s, w.run, SITE_LOOKS, &c, &e), &e);
    size_t length = bound_model_length(c.bound);
    ck_assert_uint_lt(length, 64);
    ck_ok(bound_start(c.bound, numbers, &e), &e);
    site_case_free(&c);
    if (_i == 1 || _i == 2)
        numbers[1] = _i == 1 ? NAN : 1;
    ck_ok(payload_put(&s.house, numbers, (length + (_i == 0)) * sizeof *numbers, model, &e), &e);
    site_close(&s);
    begin(&w, &said[0], "update");
    record_set(&said[0], "round", "0");
    record_set_digest(&said[0], "model", model);
    record_set(&said[0], "converged", "0");
    begin(&w, &said[1], "roster");
    record_set(&said[1], "round", "1");
    record_set(&said[1], "attempt", "1");
    record_set_digest(&said[1], "file", file);
    say_one(&w, LIAR, said, 2);
    free(said);
    s = enter(&w, DELTA);
    int rc = site_prepare(&s, w.run, &p, &e);
    ck_assert_msg((rc == 0) == (_i == 3), "%d %s", _i, e.text);
    ck_assert_msg(_i != 0 || e.code == ERR_INPUT, "%s", e.text);
    ck_assert_msg(_i == 0 || _i == 3 || (e.code == ERR_REFUSED && strncmp(e.text, "model", 5) == 0),
                  "%s", e.text);
    e = (struct err){0};
    site_part_free(&p);
    site_close(&s);
    federated_remove(&w.x);
}
END_TEST

/* A published result that is none: its digest is right, and reading it refuses it. */
START_TEST(a_result_file_that_is_none)
{
    struct world w;
    struct record r;
    uint8_t file[SHA256_LEN];
    char out[PATH_MAX];

    world_make(&w, moments, 3600);
    struct bytes contract = log_read(w.contract);
    publish_lie(&w, contract.data, contract.len, id_of(&w), 1);
    struct site s = centre_open(&w.x, LIAR);
    ck_ok(payload_put(&s.house, contract.data, contract.len / 2, file, &e), &e);
    site_close(&s);
    free(contract.data);
    begin(&w, &r, "settle");
    record_set(&r, "slave", "beta/wdbc/1");
    record_set(&r, "decision", "accepted");
    record_set(&r, "items", "40");
    record_set(&r, "credits", "0");
    record_set_digest(&r, "result", file);
    say_one(&w, LIAR, &r, 1);
    s = enter(&w, DELTA);
    ck_ok(site_fetch(&s, w.run, out, &e), &e);
    site_close(&s);
    struct bytes b = log_read(out);
    struct result *x = result_read(w.x.reader, out, b.data, b.len, &e);
    ck_assert(x == NULL && e.code == ERR_INPUT);
    e = (struct err){0};
    free(b.data);
    /* Another one, later, is not it. */
    file[0] ^= 1;
    begin(&w, &r, "settle");
    record_set(&r, "slave", "delta/wdbc/1");
    record_set(&r, "decision", "accepted");
    record_set(&r, "items", "40");
    record_set(&r, "credits", "0");
    record_set_digest(&r, "result", file);
    say_one(&w, LIAR, &r, 1);
    s = enter(&w, DELTA);
    ck_assert_mem_ne(federation_run(&s.fed, w.run, &e)->result, file, SHA256_LEN);
    ck_assert_msg(strstr(s.fed.odd.text, "settled with another result"), "%s", s.fed.odd.text);
    site_close(&s);
    federated_remove(&w.x);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, a_result_that_is_none, 0, LIES);
    tcase_add_loop_test(t, a_record_said_again, 0, 2);
    tcase_add_test(t, a_file_that_comes_later);
    tcase_add_test(t, a_result_that_is_late);
    tcase_add_test(t, two_claims_and_half_a_result);
    tcase_add_loop_test(t, a_claim_of_what_cannot_be, 0, 4);
    tcase_add_test(t, a_centre_that_is_revoked);
    tcase_add_test(t, a_policy_that_was_edited);
    tcase_add_loop_test(t, data_that_was_changed, 0, 2);
    tcase_add_test(t, two_commands_at_once);
    tcase_add_test(t, a_small_table_is_not_guessed);
    tcase_add_test(t, a_contract_of_no_author);
    tcase_add_test(t, a_contract_of_a_stranger);
    tcase_add_test(t, a_contract_that_is_damaged);
    tcase_add_loop_test(t, a_roster_that_is_not_mine, 0, 6);
    tcase_add_loop_test(t, a_model_that_is_none, 0, 4);
    tcase_add_test(t, a_result_file_that_is_none);
}

UNIT_MAIN("hostile_site", add)
