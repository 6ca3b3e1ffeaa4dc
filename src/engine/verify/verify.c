/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares a result with what it must be, by contract, states and ledger. */
#include "engine/verify/verify.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/bind.h"
#include "engine/verify/complain.h"
#include "ledger/fold/accounts.h"
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

/* The contract in the file is the one that was published, and its numbers are those. */
static int check_contract(struct verify *v, struct reader *reader, struct err *e)
{
    const struct run *run = &v->run;
    char hex[DIGEST_TEXT];

    v->contract = contract_from_bytes(reader, "/contract", v->r->contract, v->r->contract_len, e);
    if (!v->contract || hash_text(v->r->contract, v->r->contract_len, hex, e) < 0)
        return err_context(e, "%s", v->path);
    if (strcmp(v->contract->id, run->contract) != 0)
        verify_complain(v, "%s: /contract has id %.16s…, the ledger published %.16s…", v->path,
                        v->contract->id, run->contract);
    if (strcmp(hex, run->file) != 0)
        verify_complain(v, "%s: /contract is not the published file", v->path);
    size_t asked = run->asked.count;
    if ((asked > 0) != contract_over_sites(v->contract))
        verify_complain(v, "ledger: run %s asks %s, its contract is over %s", run->key,
                        asked > 0 ? "centres" : "no centres", asked > 0 ? "other data" : "centres");
    uint64_t wanted = asked > 0 ? asked : (uint64_t)v->contract->slaves;
    if (asked > (uint64_t)v->contract->slaves)
        verify_complain(v, "ledger: run %s asks %zu centres, the contract allows %" PRId64,
                        run->key, asked, v->contract->slaves);
    if (strcmp(run->function, v->contract->digest) != 0 || run->wanted != wanted ||
        run->rounds != (uint64_t)contract_rounds(v->contract))
        verify_complain(v,
                        "ledger: run %s was published as one of %s with %" PRIu64
                        " slaves and %" PRIu64 " rounds, expected %s, %" PRIu64 " and %" PRId64,
                        run->key, run->function, run->wanted, run->rounds, v->contract->digest,
                        wanted, contract_rounds(v->contract));
    return 0;
}

static int bind(struct verify *v, struct err *e)
{
    const struct result *r = v->r;

    v->bound = bind_function(v->contract, (const char *const *)r->columns, r->columns_count, e);
    if (!v->bound)
        return err_context(e, "%s", v->path);
    v->iterative = bound_model_length(v->bound) > 0;
    return 0;
}

/* What stands in file and ledger, and nothing here can tell again. */
static void believe_rest(struct verify *v)
{
    verify_believe(v, "file: comments, fill values, byte orders, what stands between objects",
                   "values are compared, and not how HDF5 keeps them");
    verify_believe(v, "ledger: time of its records", "what its writer's clock said");
    verify_believe(v, "ledger: publish data", "where the data was");
    verify_believe(v, "ledger: claim node slot, submit seconds",
                   "where a slave was, and how long it computed");
    if (v->run.asked.count > 0)
        verify_believe(v, "ledger: roster, heard, late, close",
                       "what the collector had of whom, and when: the centres' own logs tell");
    if (v->contract->work_units > 0)
        verify_believe(v, "ledger: check", "who has computed a range again, and found what");
    verify_believe(v, "ledger: view, decline, withdraw, lost, attempt",
                   "what else there was, and that nothing is left out of it");
}

/* Computes what the result must be, and compares. */
static int check_result(struct verify *v, struct reader *reader, const struct flat *found,
                        struct err *e)
{
    if (check_contract(v, reader, e) < 0 || bind(v, e) < 0 || verify_order(v, e) < 0 ||
        verify_head(v, e) < 0 || verify_rounds(v, e) < 0)
        return -1;
    if (!v->x) /* it was told why */
        return 0;
    verify_settlement(v);
    verify_signed(v);
    if (verify_absent(v, e) < 0 || verify_commitments(v, e) < 0 || verify_set_head(v, e) < 0)
        return -1;
    believe_rest(v);
    struct flat *expected = result_document(v->x, e);
    if (!expected)
        return -1;
    verify_compare(v, found, expected);
    flat_destroy(expected);
    return 0;
}

/* Reads the file, and finds its run. */
static int check_run(struct verify *v, struct reader *reader, const char *bytes, size_t len,
                     struct err *e)
{
    struct flat *found = result_read_document(reader, v->path, bytes, len, e);
    int rc = -1;

    if (found && (v->r = result_of_document(reader, v->path, found, e)) && v->ledger) {
        rc = runs_find(v->ledger, v->r->run, &v->run, e);
        if (rc == 0)
            check_file(v, bytes, len);
        if (rc == 0)
            rc = check_result(v, reader, found, e);
    }
    flat_destroy(found);
    return rc;
}

/* The ledger by itself: its credits, and whose it is. */
static int check_ledger(struct verify *v, struct err *e)
{
    struct accounts accounts;

    v->ledger = ledger_open_read(v->directory, e);
    if (!v->ledger || verify_subject(v, e) < 0 ||
        accounts_fold(v->ledger, UINT64_MAX, &accounts, e) < 0)
        return -1;
    if (accounts.odd.code != ERR_NONE)
        verify_complain(v, "ledger: %s", accounts.odd.text);
    accounts_free(&accounts);
    return 0;
}

static void verify_free(struct verify *v)
{
    result_free(v->r);
    bound_destroy(v->bound);
    contract_destroy(v->contract);
    runs_free(&v->run);
    runs_free(&v->now);
    ledger_close(v->ledger);
    free(v->model);
}

int engine_verify(struct reader *reader, const char *path, const char *ledger,
                  const struct engine_known *known, engine_complaint *complaint, void *context,
                  struct engine_verdict *verdict, struct err *e)
{
    static const struct engine_known nothing;
    struct verify v = {.complain = complaint,
                       .context = context,
                       .path = path,
                       .directory = ledger,
                       .known = known ? known : &nothing};
    struct err why = {0};
    char *bytes = NULL;
    size_t len;

    *verdict = (struct engine_verdict){0};
    if (file_read(path, RESULT_FILE_MOST, &bytes, &len, e) < 0)
        return -1;
    if (verify_audit(&v, &why) < 0) {
        if (why.code != ERR_VERIFY) {
            free(bytes);
            return err_set(e, why.code, "%s", why.text);
        }
        verify_complain(&v, "%s", why.text);
    }
    err_clear(&why);
    if (check_ledger(&v, &why) < 0 && v.problems == 0)
        verify_complain(&v, "%s", why.text);
    err_clear(&why);
    if (check_run(&v, reader, bytes, len, &why) < 0 && why.code != ERR_NONE)
        verify_complain(&v, "%s", why.text);
    if (buf_failed(&v.believed))
        verify_complain(&v, "out of memory for the list of what is believed");
    *verdict = (struct engine_verdict){.problems = v.problems,
                                       .unkept = v.unkept,
                                       .apart = v.apart,
                                       .result = v.x,
                                       .subject = v.subject,
                                       .believed = v.believed};
    verify_free(&v);
    free(bytes);
    return 0;
}

void engine_verdict_free(struct engine_verdict *v)
{
    result_free(v->result);
    free(v->subject.origin);
    buf_free(&v->believed);
    *v = (struct engine_verdict){0};
}
