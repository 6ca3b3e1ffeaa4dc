/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes receipts of records. */
#include "ledger/trust/prove.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/leaves.h"
#include "ledger/proof/receipt.h"
#include "ledger/trust/kept.h"

struct wanted {
    const char *run, *slave, *type;
    uint64_t seq;
    bool found;
};

static int visit(const struct record *r, void *context, struct err *e)
{
    struct wanted *w = context;

    (void)e;
    if (strcmp(r->type, w->type) == 0 && strcmp(record_get(r, "run"), w->run) == 0 &&
        strcmp(record_get(r, "slave"), w->slave) == 0) {
        w->seq = r->seq;
        w->found = true;
    }
    return 0;
}

int prove_find(struct ledger *l, const char *run, const char *slave, bool submitted, uint64_t *seq,
               struct err *e)
{
    struct wanted w = {run, slave, submitted ? "submit" : "settle", 0, false};

    if (ledger_scan(l, visit, &w, e) < 0)
        return -1;
    *seq = w.seq;
    if (w.found)
        return 0;
    return err_set(e, ERR_INPUT, "%s: run %s has no %s record of a slave %s", ledger_directory(l),
                   run, w.type, slave);
}

/* Effect: k is the newest checkpoint that the policy believes; without one, that has a peer's line
 * if cosigned is set. Returns 1, 0 if none does, or -1. */
static int choose(struct kept *k, const char *directory, const struct kept_entry *list,
                  size_t count, uint64_t seq, const struct policy *policy, bool cosigned,
                  struct err *why, struct err *e)
{
    struct policy_verdict v = {0};
    bool asked = false;

    for (size_t i = count; i > 0 && list[i - 1].size > seq; i--) {
        /* Of those without a line of a peer one tells the policy's mind, if it wants peers. */
        if (list[i - 1].cosigned == 0 && (policy ? asked && v.needed > 0 : cosigned))
            continue;
        if (kept_read_cosigned(k, directory, list[i - 1].size, e) < 0)
            return -1;
        if (!policy || policy_check(policy, &k->note, &v, why) == 0)
            return 1;
        kept_free(k);
        asked = true;
    }
    return 0;
}

/* What a snapshot has told of the tree may be wrong: then the log is asked. */
static int prove(struct ledger *l, struct receipt *r, const struct kept *k, struct buf *line,
                 struct err *e)
{
    uint8_t leaf[SHA256_LEN];
    struct err why = {0};
    struct hash *h = hash_create(e);
    int rc = h ? 0 : -1;

    while (rc == 0) {
        rc = ledger_prove(l, r->index, k->c.size, &r->path, line, e);
        if (rc == 0)
            rc = tree_leaf(h, line->data, line->len, leaf, e);
        if (rc < 0 || tree_check(&r->path, leaf, r->index, k->c.size, k->c.root, &why) == 0)
            break;
        if (ledger_cached(l) == 0)
            rc = err_set(e, why.code,
                         "%s: the log is not what it covers (see metaneuron ledger verify): %s",
                         k->path, why.text);
        ledger_forget_snapshot(l);
        err_clear(&why);
    }
    hash_destroy(h);
    return rc;
}

static int write_receipt(struct ledger *l, uint64_t seq, const struct kept *k, struct buf *b,
                         struct err *e)
{
    struct buf line = {0};
    struct receipt r = {.index = seq, .note = k->bytes.data, .note_len = k->bytes.len};
    int rc = prove(l, &r, k, &line, e);

    r.line = line.data;
    r.len = line.len;
    if (rc == 0)
        receipt_write(b, &r);
    buf_free(&line);
    return rc;
}

int prove_record(struct ledger *l, uint64_t seq, const struct policy *policy, struct buf *b,
                 struct err *e)
{
    const char *directory = ledger_directory(l);
    struct kept k;
    struct kept_entry *list;
    size_t count;
    struct err why = {0};

    if (seq >= ledger_state(l)->count)
        return err_set(e, ERR_INPUT, "%s: has no record %" PRIu64, directory, seq);
    if (kept_list(directory, &list, &count, e) < 0)
        return -1;
    int rc = choose(&k, directory, list, count, seq, policy, true, &why, e);
    if (rc == 0 && !policy)
        rc = choose(&k, directory, list, count, seq, NULL, false, &why, e);
    free(list);
    if (rc == 0 && why.code != ERR_NONE)
        return err_set(e, ERR_INCOMPLETE,
                       "%s: of the checkpoints that cover record %" PRIu64
                       " the trust policy believes none yet: %s",
                       directory, seq, why.text);
    if (rc == 0)
        return err_set(e, ERR_INCOMPLETE,
                       "%s: no checkpoint covers record %" PRIu64
                       " yet: metaneuron ledger checkpoint makes one",
                       directory, seq);
    if (rc < 0)
        return -1;
    rc = write_receipt(l, seq, &k, b, e);
    kept_free(&k);
    return rc;
}
