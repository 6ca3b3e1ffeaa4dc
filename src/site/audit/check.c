/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks evidence of an audit, with nothing but the keys of the logs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/proof/evidence.h"
#include "ledger/proof/receipt.h"
#include "site/audit/judge.h"
#include "site/house/fields.h"
#include "util/parse.h"

/* Effect: one more record, which is in a log that the policy names. */
static int take_receipt(struct checking *c, const char *data, size_t len, struct err *e)
{
    struct receipt r;
    struct note *n = err_alloc(1, sizeof *n, "a note", e);
    struct hash *h = hash_create(e);
    struct proved *list = err_grow(c->list, c->count, &c->capacity, sizeof *list, "records", e);
    uint8_t leaf[SHA256_LEN];
    int rc = -1;

    if (list)
        c->list = list;
    if (n && h && list && receipt_read(&r, data, len, e) == 0) {
        struct proved *p = &list[c->count];
        /* The note lies in the file, which outlives the receipt. */
        p->note = r.note;
        p->note_len = r.note_len;
        if (note_read(n, r.note, r.note_len, e) == 0 &&
            evidence_signed(c->policy, n, &p->by, e) == 0 &&
            tree_leaf(h, r.line, r.len, leaf, e) == 0 &&
            tree_check(&r.path, leaf, r.index, p->by.size, p->by.root, e) == 0 &&
            record_decode(&p->record, r.line, r.len, h, e) == 0)
            rc =
                p->record.seq == r.index
                    ? 0
                    : err_set(e, ERR_VERIFY, "record %" PRIu64 " says that it is another", r.index);
        c->count += rc == 0;
        receipt_free(&r);
    }
    hash_destroy(h);
    free(n);
    return rc;
}

static int take_roster(struct checking *c, const char *data, size_t len, struct err *e)
{
    if (c->has_roster)
        return err_set(e, ERR_INPUT, "has two files");
    c->has_roster = true;
    return hash_bytes(data, len, c->roster_digest, e) < 0 ? -1
                                                          : roster_read(&c->roster, data, len, e);
}

/* The parts behind the first lines: each its kind, its length, and so many bytes. */
static int take_parts(struct checking *c, struct fields *f, struct err *e)
{
    uint64_t len;

    while (!fields_end(f)) {
        if (fields_next(f, e) < 0)
            return -1;
        bool receipt = strncmp(f->line, "receipt ", 8) == 0,
             file = strncmp(f->line, "file ", 5) == 0;
        if ((!receipt && !file) || parse_u64(f->line + (receipt ? 8 : 5), &len) < 0 ||
            len > (size_t)(f->end - f->at))
            return fields_wrong(f, "receipt or file, and its length", e);
        const char *at = f->at;
        f->at += len;
        if ((receipt ? take_receipt : take_roster)(c, at, (size_t)len, e) < 0)
            return -1;
    }
    return 0;
}

static int read_head(struct proof_found *f, struct fields *x, struct err *e)
{
    const char *kind, *site;
    size_t k = 0;

    if (fields_heading(x, "metaneuron-audit-evidence@v1", e) < 0 ||
        !(kind = fields_value(x, "kind", e)))
        return -1;
    while (k < PROOF_KINDS && strcmp(proof_word((enum proof_kind)k), kind) != 0)
        k++;
    if (k == PROOF_KINDS)
        return fields_wrong(x, "a kind of evidence that is known here", e);
    f->kind = (enum proof_kind)k;
    if (fields_run(x, f->run, e) < 0 || !(site = fields_value(x, "site", e)))
        return -1;
    if (!house_is_name(site) && strcmp(site, "-") != 0)
        return fields_wrong(x, "the name of a centre, or -", e);
    snprintf(f->site, sizeof f->site, "%s", strcmp(site, "-") == 0 ? "" : site);
    return fields_number(x, "round", 0, UINT64_MAX, &f->round, e);
}

/* Effect: the file begins with the run's publication, which says whose run it is, and its terms. */
static int take_terms(struct checking *c, struct err *e)
{
    struct proof_found *f = c->f;
    char key[RUN_HEX + 1];
    uint64_t claims, deadline;

    if (c->count < 2 || strcmp(c->list[0].record.type, "publish") != 0 ||
        strcmp(c->list[1].record.type, "open") != 0 ||
        c->list[1].record.seq != c->list[0].record.seq + 1 ||
        strcmp(c->list[0].by.origin, c->list[1].by.origin) != 0)
        return err_set(e, ERR_INPUT, "does not begin with a publish and an open record");
    hex_encode(key, c->list[0].record.sum, RUN_HEX / 2);
    if (strcmp(key, f->run) != 0 || !record_get(&c->list[1].record, "run") ||
        strcmp(record_get(&c->list[1].record, "run"), f->run) != 0)
        return judge_not_proved(e, "another run was published");
    if (record_get_u64(&c->list[1].record, "claims", &claims, e) < 0 ||
        record_get_u64(&c->list[1].record, "deadline", &deadline, e) < 0)
        return -1;
    if (claims > (UINT64_C(1) << 40) || deadline > (UINT64_C(1) << 40))
        return judge_not_proved(e, "its times are none");
    c->claims_us = (int64_t)claims * 1000000;
    c->deadline_us = (int64_t)deadline * 1000000;
    snprintf(c->collector, sizeof c->collector, "%s", c->list[0].by.origin);
    const char *name = strchr(c->collector, '/');
    snprintf(f->collector, sizeof f->collector, "%.*s", name ? (int)strcspn(name + 1, "/") : 0,
             name ? name + 1 : "");
    if (!judge_is_of(c->collector, f->collector))
        return judge_not_proved(e, "the run's log is none of a centre");
    return 0;
}

int proof_check(const char *data, size_t len, const struct policy *policy, struct proof_found *f,
                struct err *e)
{
    struct checking c = {.policy = policy, .f = f};
    struct fields x;
    int rc = -1;

    *f = (struct proof_found){.kind = PROOF_AGGREGATES};
    if (len > PROOF_MOST)
        return err_set(e, ERR_INPUT, "evidence of %zu bytes; the most is %d", len, PROOF_MOST);
    fields_begin(&x, "evidence", data, len);
    if (read_head(f, &x, e) == 0 && take_parts(&c, &x, e) == 0 && take_terms(&c, e) == 0)
        rc = judge_proof(&c, e);
    roster_free(&c.roster);
    free(c.list);
    return rc;
}
