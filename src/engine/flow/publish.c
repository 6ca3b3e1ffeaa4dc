/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the run to go on with, or publishes one. */
#include "engine/flow/publish.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "engine/flow/columns.h"
#include "engine/flow/notes.h"
#include "engine/flow/open.h"
#include "engine/judge/weights.h"
#include "engine/plan/bind.h"
#include "engine/plan/changed.h"
#include "engine/plan/output.h"
#include "engine/plan/slurm.h"
#include "engine/result/name.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/holder.h"
#include "util/lock.h"
#include "util/owner.h"
#include "util/paths.h"

/* The site's name and the ledger's origin stand in genesis, the first record. */
static int visit_genesis(const struct record *r, void *context, struct err *e)
{
    struct job *j = context;

    snprintf(j->site, sizeof j->site, "%s", record_get(r, "site"));
    return result_set(&j->result->origin, record_get(r, "origin"), e) < 0 ? -1 : 1;
}

static int record_publish(struct job *j, const char *data, struct err *e)
{
    char hex[SHA256_HEX + 1];
    struct record *r = job_record(j, "publish", e);

    if (!r)
        return -1;
    record_set(r, "contract", "%s", j->plan->contract->id);
    record_set_digest(r, "file", j->plan->contract_digest);
    record_set(r, "function", "%s", j->plan->contract->digest);
    record_set(r, "slaves", "%" PRId64, j->plan->contract->slaves);
    record_set(r, "rounds", "%" PRId64, contract_rounds(j->plan->contract));
    record_set(r, "data", "%s", data);
    if (ledger_append(j->ledger, r, 1, NULL, e) < 0)
        return -1;
    j->batch_count = 0;
    return runs_find(j->ledger, hex_encode(hex, r->sum, RUN_HEX / 2), &j->run, e);
}

/* A job that the batch system has started again goes on with its run; if there is none, its
 * contract or its data's place is another than before. */
static void tell_new_run(const struct job *j)
{
    if (j->plan->options->again || slurm_restarts() == 0)
        return;
    job_warn(j,
             "this job was started again, but the ledger has no run of this contract on this "
             "data: run %s is a new one (was the contract built anew, or the data moved?)",
             j->run.key);
}

/* Effect: the job has the run's key. One is made when there is none, as in a new run and in
 * one of an earlier version, or none that is this user's, or the group's of its ledger, alone. */
static int take_key(struct job *j, struct err *e)
{
    struct err why = {0};

    if (seal_begin(&j->seal, j->directory, j->run.key, e) < 0)
        return -1;
    if (seal_open(&j->seal, &why) == 0)
        return 0;
    if (why.code != ERR_OPEN)
        job_warn(j, "%s: a new key is made, and what was saved under that one is computed again",
                 why.text);
    if (seal_make(&j->seal, e) < 0)
        return -1;
    struct seal found = j->seal;
    err_clear(&why);
    if (seal_open(&found, &why) < 0)
        job_warn(j, "%s: what this run saves will be computed again after an interruption",
                 why.text);
    seal_forget(&found);
    return 0;
}

/* Effect: holds the run's own lock, so that no other process works on it too, and its key. */
static int lock_run(struct job *j, struct err *e)
{
    char path[PATH_MAX], who[HOLDER_TEXT];
    bool taken;

    if (file_mkdirs_within(j->directory, e) < 0 || job_path(j, "lock", path, sizeof path, e) < 0)
        return -1;
    j->lock = file_open_rw(path, FILE_OWN, e);
    if (j->lock < 0)
        return -1;
    if (ledger_try_lock(j->ledger, j->lock, path, &taken, e) < 0)
        return -1;
    if (taken) {
        holder_sign(j->lock);
        return take_key(j, e);
    }
    return err_set(
        e, ERR_INCOMPLETE,
        "run %s of this contract is being worked on by another process, %s: wait for it, "
        "or give --again for a run of its own",
        j->run.key, holder_text(j->lock, who));
}

/* Who held the run's lock before may have settled the run since it was found. */
static int reread_run(struct job *j, struct err *e)
{
    char key[RUN_HEX + 1];

    memcpy(key, j->run.key, sizeof key);
    runs_free(&j->run);
    return ledger_refresh(j->ledger, e) < 0 ? -1 : runs_find(j->ledger, key, &j->run, e);
}

/* A collector's run is published, and of this very contract. */
static int check_collected(const struct job *j, struct err *e)
{
    const struct run *run = &j->run;
    char file[DIGEST_TEXT];

    if (run->asked.count == 0 || !contract_over_sites(j->plan->contract))
        return err_set(e, ERR_INPUT, "run %s asks no centres: %s", run->key,
                       run->asked.count == 0 ? "it has no open record"
                                             : "its contract is not over sites");
    if (strcmp(run->contract, j->plan->contract->id) != 0 ||
        strcmp(run->file, digest_text(file, j->plan->contract_digest)) != 0)
        return err_set(e, ERR_INPUT, "run %s is not of the contract %s", run->key,
                       j->plan->options->contract);
    if (run->wanted != run->asked.count || run->wanted > (uint64_t)j->plan->contract->slaves)
        return err_set(e, ERR_INPUT,
                       "run %s asks %zu centres, was published for %" PRIu64
                       ", and its contract allows %" PRId64,
                       run->key, run->asked.count, run->wanted, j->plan->contract->slaves);
    if (run->pruned || (run->closed && !run->settled))
        return err_set(e, ERR_PERMANENT, "run %s is over: it was %s%s", run->key,
                       run->pruned ? "pruned" : "closed: ", run->pruned ? "" : run->closed);
    return 0;
}

/* Finds the run to go on with; with one that is named there is no choice. */
static int find_run(struct job *j, const char *data, struct err *e)
{
    if (job_is_collected(j))
        return runs_find(j->ledger, j->plan->options->run, &j->run, e) < 0 ? -1
                                                                           : check_collected(j, e);
    if (contract_over_sites(j->plan->contract))
        return err_set(e, ERR_USAGE, "%s: the contract is over centres: which of its runs is it?",
                       j->plan->options->contract);
    if (j->plan->options->again)
        return 0;
    return runs_last(j->ledger, j->plan->contract->id, data, &j->run, e);
}

/* Finds the run to go on with, or publishes one. Under the start lock, so that
 * of two starts at once the second sees the first's run. */
static int find_or_publish(struct job *j, struct err *e)
{
    char path[PATH_MAX], data[DIGEST_TEXT], name[32];
    int rc = -1;

    if (paths_join(path, sizeof path, j->plan->options->ledger, "runs", e) < 0 ||
        file_mkdirs_within(path, e) < 0 ||
        paths_join(path, sizeof path, j->plan->options->ledger, "runs/lock", e) < 0)
        return -1;
    int lock = file_open_rw(path, FILE_OWN, e);
    if (lock < 0 || ledger_lock(j->ledger, lock, path, e) < 0 || ledger_refresh(j->ledger, e) < 0 ||
        plan_data(j->plan, data, e) < 0)
        goto done;
    if (find_run(j, data, e) < 0)
        goto done;
    if (!j->run.settled && output_check(j->plan, j->host.reader, j->run.key, &j->there, e) < 0)
        goto done; /* before anything is recorded, or computed for nothing */
    if (!j->run.key[0]) {
        if (record_publish(j, data, e) < 0)
            goto done;
        tell_new_run(j);
    }
    snprintf(name, sizeof name, "runs/%s", j->run.key);
    if (paths_join(j->directory, sizeof j->directory, j->plan->options->ledger, name, e) < 0)
        goto done;
    if (!j->run.settled && lock_run(j, e) < 0)
        goto done;
    if (j->there == OUTPUT_OURS && output_remember(j->plan, &j->seal, e) < 0)
        goto done;
    rc = reread_run(j, e);
done:
    file_close(lock);
    return rc;
}

static int name_slaves(struct job *j, struct err *e)
{
    char name[SLAVE_NAME];

    for (size_t k = 0; k < j->result->slaves; k++) {
        result_partition_name(&j->run, j->site, j->plan->contract, k, name);
        if (result_set(&j->result->slave[k].name, name, e) < 0 ||
            (job_is_collected(j) && result_set(&j->result->slave[k].node, NODE_EXCHANGE, e) < 0))
            return -1;
    }
    return 0;
}

/* The master merges and judges: without the function, nobody need be asked. */
static int check_master_has_function(struct job *j, struct err *e)
{
    struct search_file file;
    const struct function *f = engine_function(j->plan->contract, &file, e);
    enum function_rounds rounds;

    if (!f || bind_rounds(j->plan->contract, f, &rounds, e) < 0)
        return -1;
    j->iterative = rounds != FUNCTION_ONE_ROUND;
    return 0;
}

/* What was computed before must be of the data that there is. */
static int check_data(const struct job *j, struct err *e)
{
    struct changed found;

    if (job_is_collected(j)) /* it is elsewhere */
        return 0;
    int rc = changed_check(j->plan, &j->run, &found, e);

    if (found.unused.code != ERR_NONE)
        job_warn(j, "%s: it is not used", found.unused.text);
    if (rc == 0 && found.unseen > 0)
        job_warn(j,
                 "run %s: the data of %zu slaves is not compared with what was computed over: it "
                 "cannot be reached from here, or nothing was kept to compare it with",
                 j->run.key, found.unseen);
    if (rc == 0 && found.sampled > 0)
        job_warn(j,
                 "run %s: the files of %zu slaves were written after they were computed over: "
                 "their sizes and a sample of their rows are the same, and no more is compared "
                 "('commit: full' in the contract compares all)",
                 j->run.key, found.sampled);
    return rc;
}

/* The batch job that this start is in, for accounting, unless it was the last one of the run
 * already. Outside of one there is nothing to join the run with. It is in the first batch of what
 * this start records. */
static int record_batch_job(struct job *j, struct err *e)
{
    struct slurm_account a;

    if (job_is_collected(j)) /* who collects, and where, is nothing that others read */
        return 0;
    if (!slurm_accounting(&a) ||
        (j->run.job && strcmp(j->run.job, a.job) == 0 && strcmp(j->run.cluster, a.cluster) == 0))
        return 0;
    struct record *r = job_record(j, "job", e);
    if (!r)
        return -1;
    record_set(r, "cluster", "%s", a.cluster);
    record_set(r, "job", "%s", a.job);
    record_set(r, "task", "%s", a.task);
    record_set(r, "user", "%s", a.user);
    record_set(r, "account", "%s", a.account);
    record_set(r, "submit", "%s", a.submit);
    return 0;
}

/* Effect: there is an entry for each slave of the run. */
static int begin_result(struct job *j, struct err *e)
{
    size_t slaves = job_is_collected(j) ? j->run.asked.count : (size_t)j->plan->contract->slaves;

    j->result = result_create(slaves, e);
    j->partitions = err_alloc(slaves, sizeof *j->partitions, "slaves", e);
    if (!j->result || !j->partitions || (job_is_collected(j) && result_salt(j->result, e) < 0) ||
        ledger_scan(j->ledger, visit_genesis, j, e) < 0)
        return -1;
    j->result->part = (uint64_t)j->plan->contract->part;
    return name_slaves(j, e);
}

int publish(struct job *j, struct err *e)
{
    if (open_ledger(j, e) < 0 || find_or_publish(j, e) < 0 || begin_result(j, e) < 0 ||
        judge_weights(j->plan->contract, j->ledger, &j->run, j->result, e) < 0)
        return -1;
    snprintf(j->result->run, sizeof j->result->run, "%s", j->run.key);
    if (check_data(j, e) < 0)
        return -1;
    if (j->run.settled)
        return 0;
    if (check_master_has_function(j, e) < 0 || record_batch_job(j, e) < 0 ||
        job_find_round(j, e) < 0)
        return -1;
    if (j->plan->contract->work_units > 0)
        return columns_set(j, NULL, 0, e);
    if (notes_resume(j, e) < 0)
        return -1;
    return job_is_collected(j) ? 0 : columns_resume(j, e); /* once there is who keeps models */
}
