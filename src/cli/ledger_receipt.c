/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb that checks a receipt, for which no ledger is needed. */

#include <inttypes.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/ledger_verbs.h"
#include "ledger/proof/receipt.h"
#include "report/receipt.h"
#include "util/store.h"

/* What is in the log must be a record, and say itself that it is this one. */
static int read_record(struct record *record, const struct receipt *r, struct err *e)
{
    struct hash *h = hash_create(e);
    int rc = h ? record_decode(record, r->line, r->len, h, e) : -1;

    hash_destroy(h);
    if (rc < 0)
        return err_context(e, "line %" PRIu64 " of the log is no record", r->index);
    if (record->seq != r->index)
        return err_set(e, ERR_VERIFY, "line %" PRIu64 " of the log says that it is record %" PRIu64,
                       r->index, record->seq);
    return 0;
}

int ledger_check_receipt(struct ledger_call *c, struct err *e)
{
    const char *path = c->words[0];
    struct policy *p = NULL;
    struct policy_verdict v;
    struct receipt r = {0};
    char *data = NULL;
    size_t len;
    int rc = -1;

    struct record *record = err_alloc(1, sizeof *record, "a record", e);
    if (!record || cli_need_policy(c->w->policy, &p, e) < 0 ||
        file_read(path, RECEIPT_MOST, &data, &len, e) < 0)
        goto done;
    if (receipt_read(&r, data, len, e) < 0 || receipt_check(&r, p, &v, e) < 0 ||
        read_record(record, &r, e) < 0) {
        err_context(e, "%s", path);
        goto done;
    }
    (c->w->json ? report_receipt_json : report_receipt)(c->to, record, &v);
    rc = 0;
done:
    receipt_free(&r);
    free(data);
    free(record);
    policy_free(p);
    return rc;
}
