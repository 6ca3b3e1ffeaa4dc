/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests collectors that lie to whom they ask: by contracts, rosters, models and results. */
#include "hostile_case.h"

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
    tcase_add_test(t, a_contract_of_no_author);
    tcase_add_test(t, a_contract_of_a_stranger);
    tcase_add_test(t, a_contract_that_is_damaged);
    tcase_add_loop_test(t, a_roster_that_is_not_mine, 0, 6);
    tcase_add_loop_test(t, a_model_that_is_none, 0, 4);
    tcase_add_test(t, a_result_file_that_is_none);
}

UNIT_MAIN("hostile_collector", add)
