/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes files of what an audit can prove to others. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "site/audit/inside.h"
#include "util/owner.h"
#include "util/store.h"

/* Effect: the collector's records are in the proof. */
static int add_collectors(struct auditing *x, struct proof *proof, const struct audit_proved *p,
                          struct err *e)
{
    if (!p->single)
        return proof_records(proof, x->log, p->from, p->to, NULL, e);
    int rc = proof_records(proof, x->log, x->run->seq, x->run->seq + 1, NULL, e);
    for (size_t i = 0; rc == 0 && i < p->count; i++)
        rc = proof_records(proof, x->log, p->single[i], p->single[i], NULL, e);
    return rc;
}

static int add_own(struct auditing *x, struct proof *proof, const struct audit_finding *f,
                   const struct audit_proved *p, struct err *e)
{
    struct ledger *l;

    if (p->own_from >= p->own_to)
        return 0;
    if (audit_log(x, f->site, &l, e) < 0)
        return -1;
    int rc = l ? proof_records(proof, l, p->own_from, p->own_to - 1, p->by, e)
               : err_set(e, ERR_INCOMPLETE, "nothing was seen of %s", f->site);
    audit_give_back(x, l);
    return rc;
}

void audit_prove(struct auditing *x, struct audit_finding *f, const struct audit_proved *p)
{
    struct proof proof;
    char path[PATH_MAX], name[AUDIT_NAME], below[AUDIT_NAME + 8];
    struct err why = {0};

    if (!f)
        return;
    proof_begin(&proof, p->kind, x->run->key, f->site, f->round);
    int rc = add_collectors(x, &proof, p, &why);
    if (rc == 0)
        rc = add_own(x, &proof, f, p, &why);
    if (rc == 0 && p->roster)
        proof_file(&proof, p->roster, p->roster_len);
    snprintf(name, sizeof name, "%s-%s-%" PRIu64, proof_word(p->kind), f->site[0] ? f->site : "all",
             f->round);
    if (rc == 0 && buf_failed(&proof.bytes))
        rc = err_memory(&why, "evidence");
    snprintf(below, sizeof below, "audit/%s", name);
    if (rc == 0 && (rc = house_run_path(&x->s->house, x->run->key, below, path, &why)) == 0)
        rc = file_write(path, proof.bytes.data, proof.bytes.len, FILE_OWN, &why);
    buf_free(&proof.bytes);
    if (rc == 0) {
        snprintf(f->evidence, sizeof f->evidence, "%s", name);
        return;
    }
    size_t n = strlen(f->text);
    snprintf(f->text + n, sizeof f->text - n, "; no evidence could be made: %s", why.text);
}
