/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes evidence of what an audit has found. */
#include "site/audit/proof.h"

#include <inttypes.h>

#include "ledger/leaves.h"
#include "ledger/proof/receipt.h"

static const char *const words[PROOF_KINDS] = {
    [PROOF_AGGREGATES] = "aggregates", [PROOF_CLAIM] = "claim",
    [PROOF_SUBMIT] = "submit",         [PROOF_LATE] = "late",
    [PROOF_LEFT_OUT] = "left-out",
};

const char *proof_word(enum proof_kind kind)
{
    return words[kind];
}

void proof_begin(struct proof *p, enum proof_kind kind, const char *run, const char *site,
                 uint64_t round)
{
    *p = (struct proof){{0}};
    buf_addf(&p->bytes,
             "metaneuron-audit-evidence@v1\nkind %s\nrun %s\nsite %s\nround %" PRIu64 "\n",
             words[kind], run, site[0] ? site : "-", round);
}

static int add_record(struct proof *p, struct ledger *l, uint64_t seq, const struct kept *by,
                      struct err *e)
{
    struct buf line = {0}, b = {0};
    struct receipt r = {.index = seq, .note = by->bytes.data, .note_len = by->bytes.len};
    int rc = ledger_prove(l, seq, by->c.size, &r.path, &line, e);

    r.line = line.data;
    r.len = line.len;
    if (rc == 0)
        receipt_write(&b, &r);
    if (rc == 0 && !buf_failed(&b)) {
        buf_addf(&p->bytes, "receipt %zu\n", b.len);
        buf_add(&p->bytes, b.data, b.len);
    }
    buf_free(&line);
    buf_free(&b);
    return rc;
}

int proof_records(struct proof *p, struct ledger *l, uint64_t from, uint64_t to,
                  const struct kept *by, struct err *e)
{
    struct kept newest = {0};
    int rc = 0;

    if (!by && kept_read(&newest, ledger_directory(l), 0, e) < 0)
        return -1;
    const struct kept *k = by ? by : &newest;
    if (k->c.size <= to || k->c.size > ledger_state(l)->count)
        rc = err_set(e, ERR_INCOMPLETE, "%s: covers %" PRIu64 " records, and not record %" PRIu64,
                     k->path, k->c.size, to);
    /* What others check is made of the log's own lines. */
    if (rc == 0)
        ledger_forget_snapshot(l);
    for (uint64_t seq = from; rc == 0 && seq <= to; seq++) {
        rc = add_record(p, l, seq, k, e);
        if (rc == 0 && p->bytes.len > PROOF_MOST)
            rc = err_set(e, ERR_SOFTWARE, "the evidence has more than %d bytes", PROOF_MOST);
    }
    if (!by)
        kept_free(&newest);
    return rc;
}

void proof_file(struct proof *p, const char *data, size_t len)
{
    buf_addf(&p->bytes, "file %zu\n", len);
    buf_add(&p->bytes, data, len);
}
