/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs by which others are convinced: receipts, cosignatures, evidence. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/ledger_verbs.h"
#include "ledger/fold/runs.h"
#include "ledger/proof/evidence.h"
#include "ledger/trust/cosign.h"
#include "ledger/trust/peers.h"
#include "ledger/trust/prove.h"
#include "report/trust.h"
#include "util/clock.h"
#include "util/place.h"
#include "util/store.h"

/* What is there is replaced if it is empty, or begins as the answer does: so no other file is lost. */
static int check_out(const char *path, const char *name, const struct buf *b, struct err *e)
{
    char first[RECORD_MOST];
    size_t len = strcspn(b->data, "\n");

    if (!file_is_taken(path) ||
        (file_is_regular(path) && (!file_first_line(path, first, sizeof first) ||
                                   (strlen(first) == len && memcmp(first, b->data, len) == 0))))
        return 0;
    return err_set(e, ERR_USAGE, "-o %s: is there already, and is no %s%s: give another name", path,
                   name, strcmp(name, "checkpoint") == 0 ? " of that ledger" : "");
}

/* Effect: the answer is a file, if one is named, or stands on the page; as a document, under that
 * name. */
static int give(struct ledger_call *c, const char *name, struct buf *b, struct err *e)
{
    int rc = buf_failed(b) ? err_memory(e, "an answer") : 0;

    if (rc == 0 && c->w->out)
        rc = check_out(c->w->out, name, b, e);
    if (rc == 0 && c->w->out)
        rc = file_write(c->w->out, b->data, b->len, 0644, e);
    if (rc == 0 && c->w->json)
        report_text_json(c->to, name, b->data);
    else if (rc == 0 && !c->w->out)
        report_lines(c->to, b->data);
    buf_free(b);
    return rc;
}

/* Sets *seq to the record that is to be proved. */
static int find_record(struct ledger_call *c, struct ledger *l, uint64_t *seq, struct err *e)
{
    char run[RUN_HEX + 1];

    *seq = c->w->record;
    if (c->w->has_record == (c->w->slave != NULL))
        return err_set(e, ERR_USAGE, "prove: expected --record N, or --slave NAME [--run KEY]");
    if (c->w->has_record)
        return 0;
    return runs_choose(l, c->w->run, run, e) < 0
               ? -1
               : prove_find(l, run, c->w->slave, c->w->submitted, seq, e);
}

int ledger_prove_verb(struct ledger_call *c, struct err *e)
{
    struct policy *policy = NULL;
    struct buf b = {0};
    uint64_t seq;
    struct ledger *l = ledger_open_read(c->directory, e);
    int rc = l ? find_record(c, l, &seq, e) : -1;

    /* A policy of this user's may be for other ledgers: it counts only if it is named. */
    if (rc == 0 && c->w->policy)
        rc = cli_policy(c->w->policy, &policy, e);
    if (rc == 0)
        rc = prove_record(l, seq, policy, &b, e);
    rc = rc < 0 ? -1 : give(c, "receipt", &b, e);
    policy_free(policy);
    ledger_close(l);
    return rc;
}

/* Effect: what a peer has sent is kept beside this ledger's checkpoint. */
static int keep_cosignatures(struct ledger_call *c, struct err *e)
{
    struct policy *policy = NULL;
    size_t count = 0;
    struct ledger *l = ledger_open_read(c->directory, e);
    int rc = l && c->w->policy ? cli_policy(c->w->policy, &policy, e) : l ? 0 : -1;

    if (rc == 0)
        rc = peers_keep(l, c->w->add, policy, &count, e);
    if (rc == 0)
        report_kept(c->to, count, policy != NULL, c->w->json);
    policy_free(policy);
    ledger_close(l);
    return rc;
}

/* Effect: with the words of the command, a request; the caller frees its policy and key. */
static int make_request(struct ledger_call *c, const struct ledger *own, struct policy **policy,
                        struct key **key, struct cosign_request *q, struct err *e)
{
    if (cli_need_policy(c->w->policy, policy, e) < 0 ||
        (!c->w->compare && !(*key = cli_key(c->w->key, false, e))))
        return -1;
    *q = (struct cosign_request){
        .other = c->count ? c->words[0] : NULL,
        .own = own,
        .key = *key,
        .policy = *policy,
        .now = (uint64_t)(clock_utc_us() / 1000000),
    };
    return 0;
}

static int cosign_other(struct ledger_call *c, struct err *e)
{
    struct buf note = {0};
    struct cosign_request q;
    struct cosign_report r;
    struct policy *policy = NULL;
    struct key *key = NULL;
    struct ledger *own = ledger_open_read(c->directory, e);
    int rc = own ? make_request(c, own, &policy, &key, &q, e) : -1;

    if (rc == 0 && c->w->compare)
        rc = cosign_compare(&q, c->w->compare, &r, e);
    else if (rc == 0)
        rc = cosign(&q, &note, &r, e);
    if (rc == 0 && c->w->compare)
        report_agreement(c->to, &r.c, r.before, c->w->json);
    else if (rc == 0)
        rc = give(c, "checkpoint", &note, e);
    buf_free(&note);
    key_close(key);
    policy_free(policy);
    ledger_close(own);
    return rc;
}

int ledger_cosign(struct ledger_call *c, struct err *e)
{
    if ((c->w->add != NULL) + (c->w->compare != NULL) + c->count != 1)
        return err_set(
            e, ERR_USAGE,
            "cosign: expected the other ledger's directory, --add FILE or --compare FILE");
    return c->w->add ? keep_cosignatures(c, e) : cosign_other(c, e);
}

int ledger_check_evidence(struct ledger_call *c, struct err *e)
{
    struct policy *policy = NULL;
    struct evidence x;
    struct checkpoint smaller, larger;
    struct err why = {0};
    char *data = NULL;
    size_t len;
    int rc = cli_need_policy(c->w->policy, &policy, e);

    if (rc == 0)
        rc = file_read(c->words[0], EVIDENCE_MOST, &data, &len, e);
    if (rc == 0 && (evidence_read(&x, data, len, &why) < 0 ||
                    evidence_check(&x, policy, &smaller, &larger, &why) < 0))
        rc = err_set(e, why.code, "%s: %s", c->words[0], why.text);
    if (rc == 0)
        report_evidence(c->to, &smaller, &larger, c->w->json);
    free(data);
    policy_free(policy);
    return rc;
}
