/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seals a centre's result to the collector, and says it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state/digest.h"
#include "site/house/payload.h"
#include "site/house/say.h"
#include "site/sealed.h"
#include "site/site.h"

/* Effect: b is the result, sealed to all who may read it. */
static int seal(const struct site_review *r, const struct sealed *x, struct buf *b, struct err *e)
{
    const struct fed_run *run = r->c.run;
    const char *recipients[AGE_RECIPIENTS] = {run->seal};
    char others[AGE_RECIPIENTS][AGE_RECIPIENT];
    struct buf plain = {0};
    size_t n = 1;

    for (const char *p = run->auditors; *p && n < AGE_RECIPIENTS; p += *p == ',') {
        size_t len = strcspn(p, ",");
        snprintf(others[n], sizeof others[n], "%.*s", (int)len, p);
        recipients[n] = others[n];
        n++;
        p += len;
    }
    int rc = sealed_write(x, &plain, e);
    if (rc == 0)
        rc = age_seal(recipients, n, plain.data, plain.len, b, e);
    buf_free(&plain);
    return rc;
}

/* Effect: the sealed file is a payload, and what is said of it stands in one batch. */
static int say_result(struct site *s, const struct site_review *r, const struct sealed *x,
                      struct err *e)
{
    struct buf b = {0};
    uint8_t state[SHA256_LEN], file[SHA256_LEN];
    struct record *q = err_alloc(2, sizeof *q, "records", e);
    int rc = q ? state_digest(x->salt, &(struct digest_of){x->run, x->round, x->site}, x->state,
                              x->length, state, e)
               : -1;

    if (rc == 0)
        rc = seal(r, x, &b, e);
    if (rc == 0)
        rc = payload_put(&s->house, b.data, b.len, file, e);
    if (rc == 0) {
        record_begin(&q[0], "submit");
        record_set(&q[0], "run", "%s", x->run);
        record_set(&q[0], "round", "%" PRIu64, x->round);
        record_set(&q[0], "slave", "%s/%s/1", x->site, r->c.contract->data);
        record_set_digest(&q[0], "state", state);
        record_set(&q[0], "items", "%" PRIu64, x->items);
        record_set_number(&q[0], "seconds", x->seconds);
        record_begin(&q[1], "deliver");
        record_set(&q[1], "run", "%s", x->run);
        record_set(&q[1], "round", "%" PRIu64, x->round);
        record_set_digest(&q[1], "file", file);
        rc = say(&s->house, q, 2, NULL, e);
    }
    buf_free(&b);
    free(q);
    return rc < 0 ? -1 : site_look_again(s, e);
}

int site_submit(struct site *s, const char *run, bool released, struct err *e)
{
    struct site_review r;
    struct rules_finding first;
    struct sealed x = {0};
    int rc = site_review(s, run, released, &r, NULL, NULL, e);

    if (rc == 0 && rules_check(r.c.rules, RULES_SUBMIT, &r.c.q, &first, e) < 0) {
        if (!e || e->code == ERR_REFUSED)
            site_keep_denial(s, &r.c, &first);
        rc = -1;
    }
    if (rc == 0) {
        snprintf(x.run, sizeof x.run, "%s", r.part.run);
        snprintf(x.site, sizeof x.site, "%s", s->house.name);
        x.round = r.part.round;
        x.items = r.items;
        x.seconds = r.seconds;
        x.state = r.state;
        x.length = r.length;
        memcpy(x.claim_salt, r.claim_salt, SHA256_LEN);
        memcpy(x.digest, r.digest, SHA256_LEN);
        rc = random_bytes(x.salt, sizeof x.salt, e);
    }
    if (rc == 0)
        rc = say_result(s, &r, &x, e);
    site_review_free(&r);
    return rc;
}
