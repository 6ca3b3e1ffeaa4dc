/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns the model of a round into the next. */
#include "engine/flow/update.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/shards.h"
#include "engine/judge/merge.h"
#include "util/clock.h"
#include "util/halt.h"
#include "util/owner.h"
#include "util/store.h"

/* The file that keeps the model that a round led to; round 0: of the first one. */
static int model_path(const struct job *j, uint64_t round, char *path, size_t size, struct err *e)
{
    char name[32];

    snprintf(name, sizeof name, "model-%" PRIu64, round);
    return job_path(j, name, path, size, e);
}

/* Effect: model is the one that the ledger says the round led to, if it is still there.
 * Returns whether it is. */
static bool load_model(const struct job *j, uint64_t round,
                       const uint8_t expected[static SHA256_LEN], double *model)
{
    size_t bytes = bound_model_length(j->bound) * sizeof *model, len;
    uint8_t digest[SHA256_LEN];
    char path[PATH_MAX], *data = NULL;
    bool found = model_path(j, round, path, sizeof path, NULL) == 0 &&
                 file_read(path, bytes + 1, &data, &len, NULL) == 0 && len == bytes &&
                 hash_bytes(data, len, digest, NULL) == 0 &&
                 memcmp(digest, expected, sizeof digest) == 0;

    if (found)
        memcpy(model, data, bytes);
    free(data);
    return found;
}

static int write_model(const struct job *j, uint64_t round, const double *model, struct err *e)
{
    size_t bytes = bound_model_length(j->bound) * sizeof *model;
    char path[PATH_MAX];

    if (model_path(j, round, path, sizeof path, e) < 0)
        return -1;
    return file_write(path, (const char *)model, bytes, FILE_OWN, e);
}

/* Durable before the record that names it. */
static int save_model(struct job *j, uint64_t round, const double *model, bool converged,
                      struct err *e)
{
    size_t length = bound_model_length(j->bound);
    uint8_t digest[SHA256_LEN];

    if (write_model(j, round, model, e) < 0 || hash_doubles(model, length, digest, e) < 0 ||
        job_keep(j, POOL_MODEL, digest, model, length * sizeof *model, e) < 0)
        return -1;
    struct record *r = job_record(j, "update", e);
    if (!r)
        return -1;
    record_set(r, "round", "%" PRIu64, round);
    record_set_digest(r, "model", digest);
    record_set(r, "converged", "%d", converged);
    return 0;
}

/* Effect: the model that was computed is durable, and known to the ledger: if it was before,
 * it is the same. */
static int settle_model(struct job *j, uint64_t round, const struct run *run, double *model,
                        bool converged, struct err *e)
{
    uint8_t digest[SHA256_LEN];

    if (!run->updated)
        return save_model(j, round, model, converged, e);
    if (hash_doubles(model, bound_model_length(j->bound), digest, e) < 0)
        return -1;
    if (memcmp(digest, run->model, sizeof digest) == 0)
        return write_model(j, round, model, e); /* it was gone */
    /* What stands in the ledger cannot be found again: as on another kind of processor. */
    return err_set(e, ERR_IO,
                   "run %s: the model of round %" PRIu64
                   " is gone, and computed again it is another; %s",
                   j->run.key, round, job_anew(j));
}

/* Effect: writes the model of round 1: the contract's, or the function's own. */
static int first_model(const struct job *j, double *model, struct err *e)
{
    size_t length = bound_model_length(j->bound);

    if (!j->plan->contract->model)
        return bound_start(j->bound, model, e);
    memcpy(model, j->plan->contract->model, length * sizeof *model);
    return 0;
}

int update_begin(struct job *j, struct err *e)
{
    struct run first;

    if (!j->iterative || j->model)
        return 0;
    size_t length = bound_model_length(j->bound);
    double *model = err_alloc(length, sizeof *model, "a model", e);
    if (!model || runs_find_round(j->ledger, j->run.key, 0, &first, e) < 0) {
        free(model);
        return -1;
    }
    bool there = first.updated && load_model(j, 0, first.model, model);
    int rc = there ? 0 : first_model(j, model, e);
    if (rc == 0 && !there)
        rc = settle_model(j, 0, &first, model, false, e);
    if (rc == 0)
        rc = result_set_start(j->result, model, length, e);
    runs_free(&first);
    if (rc < 0) {
        free(model);
        return -1;
    }
    j->model = model;
    bound_set_round(j->bound, contract_round(j->plan->contract, 1), model);
    return 0;
}

bool update_halted(const struct job *j)
{
    return halt_asked() || clock_steady() >= j->plan->end;
}

int update(struct job *j, struct err *e)
{
    double *next = NULL;
    bool over = false;

    if (!j->iterative || j->plan->contract->part > 0) /* who collects the parts updates */
        return 0;
    next = err_alloc(bound_model_length(j->bound), sizeof *next, "a model", e);
    if (!next)
        return -1;
    bool there = j->run.updated && load_model(j, j->round, j->run.model, next);
    int rc = there ? 0 : bound_update(j->bound, next, j->result->aggregate, &over, e);
    if (rc < 0 && e && update_halted(j))
        e->code = ERR_INCOMPLETE; /* the same command goes on */
    else if (rc < 0)
        judge_blame(j->result, e);
    if (rc < 0)
        err_for_good(e); /* it cannot on the model and aggregate that there are */
    if (rc == 0 && !there)
        rc = settle_model(j, j->round, &j->run, next, over, e);
    if (j->run.updated)
        over = j->run.converged;
    if (rc == 0)
        rc = result_set_model(j->result, next, e);
    if (rc < 0) {
        free(next);
        return -1;
    }
    free(j->model);
    j->model = next;
    j->result->converged = over;
    bound_set_round(j->bound, j->round, next); /* finish sees where the round led to */
    return 0;
}

bool update_is_last(const struct job *j)
{
    return !j->iterative || j->round >= (uint64_t)contract_rounds(j->plan->contract);
}

bool update_is_over(const struct job *j)
{
    return update_is_last(j) || j->result->converged;
}

/* Who declined does so once; all others are asked in every round. */
static int begin_partition(struct job *j, const struct result *before, size_t k, struct err *e)
{
    struct job_partition *p = &j->partitions[k];

    p->units_done = p->units_before = 0;
    if (p->declined)
        return result_set(&j->result->slave[k].trouble, before->slave[k].trouble, e);
    p->stage = JOB_WAITING;
    p->code = ERR_NONE;
    return 0;
}

/* Whether the states of all rounds make a file that can be read again. */
static bool fits_file(const struct job *j)
{
    const struct result *r = j->result;
    double doubles = (double)r->round * (double)r->slaves * (double)r->length;

    if (doubles <= RESULT_DOUBLES)
        return true;
    if (doubles - (double)r->slaves * (double)r->length <= RESULT_DOUBLES &&
        !j->plan->options->keep_last)
        job_warn(j, "the states of all rounds are too many for a result: those of the last round "
                    "are kept (as with --keep last)");
    return false;
}

int update_next(struct job *j, struct err *e)
{
    struct result *before = j->result;

    if (shards_put_away(j, before, e) < 0)
        return -1;
    struct result *next = result_next(before, e);
    if (!next)
        return -1;
    j->result = next;
    result_keep_scalars(&before->accepted);
    result_keep_scalars(&before->all);
    result_forget(next, j->plan->options->keep_last || !fits_file(j),
                  j->plan->options->keep_models);
    for (size_t k = 0; k < next->slaves; k++)
        if (begin_partition(j, before, k, e) < 0)
            return -1;
    j->round = next->round;
    j->judged = false;
    if (job_find_round(j, e) < 0)
        return -1;
    bound_set_round(j->bound, j->round, j->model);
    return 0;
}
