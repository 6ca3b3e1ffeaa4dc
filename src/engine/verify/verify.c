/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares a result with the ledger. */
#include "engine/verify/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/judge/parties.h"
#include "engine/plan/bind.h"
#include "engine/result/name.h"
#include "engine/verify/complain.h"
#include "ledger/accounts.h"
#include "util/store.h"

/* The file as a whole: its digest stands in the settle records. */
static void check_file(struct verify *v, const char *bytes, size_t len)
{
    char hex[DIGEST_TEXT];

    if (!v->run.settled) {
        verify_complain(v, "ledger: run %s is not settled, so nothing vouches for this file",
                        v->run.key);
        return;
    }
    if (hash_text(bytes, len, hex, NULL) < 0)
        return;
    if (v->run.results_differ)
        verify_complain(v, "ledger: the settlement of run %s does not name one result", v->run.key);
    if (strcmp(hex, v->run.result) != 0)
        verify_complain(v,
                        "%s: the file has digest %.23s…, the ledger settled %.23s…: it was altered",
                        v->path, hex, v->run.result);
}

static void check_contract(struct verify *v, struct reader *reader)
{
    char hex[DIGEST_TEXT];
    struct err e = {0};

    v->contract = contract_from_bytes(reader, "/contract", v->r->contract, v->r->contract_len, &e);
    if (!v->contract) {
        verify_complain(v, "%s: %s", v->path, e.text);
        return;
    }
    if (strcmp(v->contract->id, v->run.contract) != 0)
        verify_complain(v, "%s: /contract has id %.16s…, the ledger published %.16s…", v->path,
                        v->contract->id, v->run.contract);
    if (strcmp(v->r->id, v->run.contract) != 0)
        verify_complain(v, "%s: attribute contract is %.16s…, the ledger published %.16s…", v->path,
                        v->r->id, v->run.contract);
    if (hash_text(v->r->contract, v->r->contract_len, hex, &e) == 0 &&
        strcmp(hex, v->run.file) != 0)
        verify_complain(v, "%s: /contract is not the published file", v->path);
}

/* Whether entry k may be called so; should is what it should be called. */
static bool is_name(const struct verify *v, const char *name, const char *site, size_t k,
                    char should[static SLAVE_NAME])
{
    size_t len = strlen(site);
    const char *range = result_range(name);

    if (v->contract->work_units == 0)
        return strcmp(name, result_partition_name(site, v->contract, k, should)) == 0;
    snprintf(should, SLAVE_NAME, "%zu", k + 1);
    bool right =
        range && strncmp(name, site, len) == 0 && name[len] == '/' && strcmp(range, should) == 0;
    snprintf(should, SLAVE_NAME, "%s/NODE/SLOT#%zu", site, k + 1);
    return right;
}

/* Whose ledger it is stands in genesis, the first record. */
static int check_genesis(const struct record *r, void *context, struct err *e)
{
    struct verify *v = context;
    char name[SLAVE_NAME];

    (void)e;
    if (strcmp(v->r->origin, record_get(r, "origin")) != 0)
        verify_complain(v, "%s: is of ledger %s, this is %s", v->path, v->r->origin,
                        record_get(r, "origin"));
    for (size_t k = 0; k < v->r->slaves; k++)
        if (!is_name(v, v->r->slave[k].name, record_get(r, "site"), k, name))
            verify_complain(v, "%s: slave %zu is called %s, the contract's is %s", v->path, k + 1,
                            v->r->slave[k].name, name);
    return 1;
}

/* A slave is settled once for all of its rounds; without data, once for all of its ranges,
 * with what was confirmed. */
static void check_parties(struct verify *v, const struct result *r)
{
    struct party *list = NULL;
    size_t n = 0;

    if (judge_parties(r, &v->run, &list, &n, NULL) < 0)
        return;
    for (size_t i = 0; i < n; i++) {
        const struct run_slave *known = runs_slave(&v->run, list[i].name);
        if (!known || !known->settled)
            verify_complain(v, "ledger: slave %s has results, but is not settled", list[i].name);
        else if (known->earned == list[i].rejected || known->settled_items != list[i].items)
            verify_complain(v,
                            "ledger: slave %s is settled as %s with %" PRIu64
                            " items, its results make it %s with %" PRIu64,
                            list[i].name, known->earned ? "accepted" : "rejected",
                            known->settled_items, list[i].rejected ? "rejected" : "accepted",
                            list[i].items);
    }
    size_t settled = 0;
    for (size_t i = 0; i < v->run.count; i++)
        settled += v->run.slaves[i].settled;
    if (settled > n)
        verify_complain(v, "ledger: %zu slaves are settled, %zu have results", settled, n);
    free(list);
}

static void check_result(struct verify *v, struct reader *reader, const char *bytes, size_t len)
{
    struct result *last = v->r;
    struct err e = {0};

    if (runs_find(v->ledger, v->r->run, &v->run, &e) < 0) {
        verify_complain(v, "%s", e.text);
        return;
    }
    check_file(v, bytes, len);
    check_contract(v, reader);
    if (!v->contract)
        return;
    if (ledger_scan(v->ledger, check_genesis, v, &e) < 0)
        verify_complain(v, "%s", e.text);
    v->iterative = last->model_length > 0;
    if ((v->contract->work_units > 0 || v->iterative) && v->run.settled)
        check_parties(v, last);
    v->bound =
        bind_function(v->contract, (const char *const *)last->columns, last->columns_count, &e);
    if (!v->bound)
        verify_complain(v, "%s: %s", v->path, e.text);
    else if (bound_model_length(v->bound) != last->model_length)
        verify_complain(v, "%s: models have %zu doubles, the function's have %zu", v->path,
                        last->model_length, bound_model_length(v->bound));
    else if (v->iterative)
        verify_rounds(v, last);
    if (!v->bound || !v->iterative)
        verify_states(v);
    if (!v->bound || v->iterative || bound_model_length(v->bound) > 0)
        return;
    if (v->r->stateless)
        verify_stateless(v);
    else
        verify_replay(v);
}

static void verify_free(struct verify *v)
{
    verify_forget(v);
    result_free(v->r);
    bound_destroy(v->bound);
    contract_destroy(v->contract);
    runs_free(&v->run);
    ledger_close(v->ledger);
    free(v->model);
}

int engine_verify(struct reader *reader, const char *path, const char *ledger,
                  engine_complaint *complaint, void *context, struct engine_verdict *verdict,
                  struct err *e)
{
    struct verify v = {.complain = complaint, .context = context, .path = path};
    struct chain_state state;
    struct accounts accounts;
    struct err why = {0};
    char *bytes = NULL;
    size_t len;
    int rc = -1;

    if (file_read(path, RESULT_FILE_MOST, &bytes, &len, e) < 0)
        goto done;
    if (ledger_verify(ledger, &state, &why) < 0) {
        if (why.code != ERR_VERIFY) {
            err_set(e, why.code, "%s", why.text);
            goto done;
        }
        verify_complain(&v, "%s", why.text);
        err_clear(&why);
    }
    rc = 0;
    v.ledger = ledger_open_read(ledger, &why);
    if (!v.ledger || accounts_fold(v.ledger, UINT64_MAX, &accounts, &why) < 0) {
        if (v.problems == 0)
            verify_complain(&v, "%s", why.text);
    } else {
        if (accounts.odd.code != ERR_NONE)
            verify_complain(&v, "ledger: %s", accounts.odd.text);
        accounts_free(&accounts);
    }
    err_clear(&why);
    v.r = result_read(reader, path, bytes, len, &why);
    if (!v.r)
        verify_complain(&v, "%s", why.text);
    else if (v.ledger)
        check_result(&v, reader, bytes, len);
    *verdict = (struct engine_verdict){v.problems, v.unkept, v.recorded, v.r};
    v.r = NULL;
done:
    verify_free(&v);
    free(bytes);
    return rc;
}
