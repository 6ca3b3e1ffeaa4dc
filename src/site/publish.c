/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publishes a contract to other centres. */
#include "site/site.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/bind.h"
#include "site/house/payload.h"
#include "site/house/say.h"
#include "util/clock.h"
#include "util/store.h"

enum {
    SPAN_MOST = 366 * 86400, /* seconds: of claims, and of a round */
    FEW = 5,                 /* of so many results none is rejected, unless the contract says so */
};

/* What is published, put together. */
struct publication {
    struct contract *contract;
    char *bytes;
    size_t len;
    uint8_t file[SHA256_LEN];
    const char **sites; /* in the order of their names */
    size_t count;
    struct buf names, recipients;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Effect: whom the run asks, each of whom is known here, or is this centre itself. */
static int take_sites(struct site *s, const struct site_publication *p, struct publication *x,
                      struct err *e)
{
    struct peers peers;
    int rc = 0;

    if (!(x->sites = err_alloc(p->sites_count, sizeof *x->sites, "centres", e)))
        return -1;
    x->count = p->sites_count;
    memcpy(x->sites, p->sites, x->count * sizeof *x->sites);
    if (x->count > 0)
        qsort(x->sites, x->count, sizeof *x->sites, compare_names);
    if (peers_load(&s->house, &peers, e) < 0)
        return -1;
    for (size_t i = 0; rc == 0 && i < x->count; i++) {
        const struct peer *peer = peers_find(&peers, x->sites[i]);
        bool self = strcmp(x->sites[i], s->house.name) == 0;
        if (i > 0 && strcmp(x->sites[i - 1], x->sites[i]) == 0)
            rc = err_set(e, ERR_USAGE, "--sites: %s stands there twice", x->sites[i]);
        else if (!self && (!peer || peer->state != PEER_KNOWN))
            rc = err_set(e, ERR_USAGE,
                         "--sites: %s is no peer of this centre (metaneuron site peer list)",
                         x->sites[i]);
        buf_addf(&x->names, "%s%s", i ? "," : "", x->sites[i]);
    }
    peers_free(&peers);
    return rc;
}

/* Effect: to whom results are sealed: this centre first. */
static int take_recipients(struct site *s, const struct site_publication *p, struct publication *x,
                           struct err *e)
{
    struct age_identity own;
    char text[AGE_RECIPIENT];

    if (house_seal_key(&s->house, &own, e) < 0)
        return -1;
    buf_adds(&x->recipients, age_recipient(text, &own));
    age_identity_forget(&own);
    if (p->auditors_count + 1 > AGE_RECIPIENTS)
        return err_set(e, ERR_USAGE, "--auditor: %d are allowed at most", AGE_RECIPIENTS - 1);
    for (size_t i = 0; i < p->auditors_count; i++) {
        if (!age_is_recipient(p->auditors[i]))
            return err_set(e, ERR_USAGE, "--auditor %s: expected a recipient of age, age1…",
                           p->auditors[i]);
        buf_addf(&x->recipients, ",%s", p->auditors[i]);
    }
    return 0;
}

/* What a contract of one cluster may do, and one over centres may not. */
static int check_contract(const struct site_publication *p, const struct publication *x,
                          struct err *e)
{
    const struct contract *c = x->contract;
    uint64_t least = c->slaves_min ? (uint64_t)c->slaves_min : 1;

    if (c->work_units > 0 || strcmp(c->split, "sites") != 0)
        return err_set(e, ERR_INPUT,
                       "%s: is no contract over centres: its spec needs data: {split: sites}",
                       p->contract);
    if (x->count == 0 || x->count > (size_t)c->slaves)
        return err_set(e, ERR_USAGE, "--sites: %zu centres, and the contract is for 1 to %" PRId64,
                       x->count, c->slaves);
    if (p->min > x->count || (p->min && p->min < least))
        return err_set(e, ERR_USAGE,
                       "--min %" PRIu64 ": expected %" PRIu64 " to %zu, for the contract and the "
                       "centres that are asked",
                       p->min, least, x->count);
    struct bound *b = bind_named(c, e);
    bound_destroy(b);
    return b ? 0 : -1;
}

static int check_terms(const struct site_publication *p, struct err *e)
{
    if (p->disclose == DISCLOSE_NONE)
        return err_set(e, ERR_USAGE, "--disclose: expected aggregate, features or states");
    if (!(p->claims >= 1 && p->claims <= SPAN_MOST))
        return err_set(e, ERR_USAGE, "--claims: expected 1 s to 366 d");
    if (!(p->deadline >= 1 && p->deadline <= SPAN_MOST))
        return err_set(e, ERR_USAGE, "--deadline: expected 1 s to 366 d");
    return 0;
}

/* Returns how many accepted results a round needs if nobody says: all, but where there are so many
 * that the filter may reject some. */
static uint64_t fewest(size_t count)
{
    return count <= FEW ? count : (2 * count + 2) / 3;
}

static void fill_records(struct record r[static 2], const struct site_publication *p,
                         const struct publication *x)
{
    const struct contract *c = x->contract;

    record_begin(&r[0], "publish");
    record_set(&r[0], "contract", "%s", c->id);
    record_set_digest(&r[0], "file", x->file);
    record_set(&r[0], "function", "%s", c->digest);
    record_set(&r[0], "slaves", "%zu", x->count);
    record_set(&r[0], "rounds", "%" PRId64, contract_rounds(c));
    record_set(&r[0], "data", "-");
    record_begin(&r[1], "open");
    record_set(&r[1], "run", "%s", RECORD_RUN_UNKNOWN);
    record_set(&r[1], "sites", "%s", x->names.data);
    record_set(&r[1], "min", "%" PRIu64, p->min ? p->min : fewest(x->count));
    record_set(&r[1], "claims", "%" PRId64, clock_utc_us() / 1000000 + (int64_t)ceil(p->claims));
    record_set(&r[1], "deadline", "%" PRId64, (int64_t)ceil(p->deadline));
    record_set(&r[1], "disclose", "%s", disclose_word(p->disclose));
    record_set(&r[1], "seal", "%s", x->recipients.data);
}

static int say_publication(struct site *s, const struct site_publication *p,
                           const struct publication *x, char run[static RUN_HEX + 1], struct err *e)
{
    uint8_t digest[SHA256_LEN];
    struct record *r = err_alloc(2, sizeof *r, "records", e);

    if (!r || buf_failed(&x->names) || buf_failed(&x->recipients)) {
        free(r);
        return err_memory(e, "a publication");
    }
    fill_records(r, p, x);
    int rc = payload_put(&s->house, x->bytes, x->len, digest, e);
    if (rc == 0)
        rc = say(&s->house, r, 2, NULL, e);
    hex_encode(run, r[0].sum, RUN_HEX / 2);
    free(r);
    return rc;
}

/* Effect: run is the key of this centre's run of that contract that is open, if there is one. */
static bool find_open(const struct site *s, const char *id, char run[static RUN_HEX + 1])
{
    for (size_t i = 0; i < s->fed.count; i++) {
        const struct fed_run *known = &s->fed.runs[i];
        if (strcmp(known->collector, s->house.name) == 0 && strcmp(known->contract, id) == 0 &&
            known->parties_count > 0 && !fed_over(known)) {
            memcpy(run, known->key, RUN_HEX + 1);
            return true;
        }
    }
    return false;
}

int site_publish(struct site *s, const struct site_publication *p, char run[static RUN_HEX + 1],
                 struct err *e)
{
    struct publication x = {0};
    int rc = -1;

    if (check_terms(p, e) == 0 &&
        file_read(p->contract, CONTRACT_FILE_MOST, &x.bytes, &x.len, e) == 0 &&
        hash_bytes(x.bytes, x.len, x.file, e) == 0 &&
        (x.contract = contract_from_bytes(s->reader, p->contract, x.bytes, x.len, e)) &&
        take_sites(s, p, &x, e) == 0 && check_contract(p, &x, e) == 0 &&
        take_recipients(s, p, &x, e) == 0)
        rc = !p->again && find_open(s, x.contract->id, run) ? say_again(&s->house, e)
                                                            : say_publication(s, p, &x, run, e);
    if (rc == 0)
        rc = site_look_again(s, e);
    contract_destroy(x.contract);
    free(x.bytes);
    free(x.sites);
    buf_free(&x.names);
    buf_free(&x.recipients);
    return rc;
}
