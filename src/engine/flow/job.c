/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds what the master's verbs share. */
#include "engine/flow/job.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/paths.h"

struct record *job_record(struct job *j, const char *type, struct err *e)
{
    struct record *batch =
        err_grow(j->batch, j->batch_count, &j->batch_capacity, sizeof *batch, "records", e);

    if (!batch)
        return NULL;
    j->batch = batch;
    struct record *r = &batch[j->batch_count++];
    record_begin(r, type);
    if (j->run.key[0])
        record_set(r, "run", "%s", j->run.key);
    return r;
}

struct record *job_record_at(struct job *j, const char *type, const char *slave, const char *node,
                             struct err *e)
{
    struct record *r = job_record(j, type, e);

    if (!r)
        return NULL;
    record_set(r, "slave", "%s", slave);
    record_set(r, "node", "%s", node);
    return r;
}

bool job_is_collected(const struct job *j)
{
    return j->plan->options->run != NULL;
}

enum disclose job_disclose(const struct job *j)
{
    enum disclose said = job_is_collected(j) ? j->run.asked.disclose : j->plan->options->disclose;

    return said == DISCLOSE_NONE ? DISCLOSE_STATES : said;
}

const char *job_anew(const struct job *j)
{
    return job_is_collected(j) ? "metaneuron site publish makes a new run"
                               : "give --again for a new run";
}

int job_keep(struct job *j, enum pool_kept what, const uint8_t digest[static SHA256_LEN],
             const void *data, size_t len, struct err *e)
{
    if (!j->pool || !j->pool->ops->keep)
        return 0;
    return j->pool->ops->keep(j->pool, what, digest, data, len, e);
}

int job_commit(struct job *j, struct err *e)
{
    int rc = 0;

    if (j->batch_count > 0)
        rc = ledger_append(j->ledger, j->batch, j->batch_count, NULL, e);
    j->batch_count = 0;
    return rc;
}

int job_path(const struct job *j, const char *name, char *path, size_t size, struct err *e)
{
    return paths_join(path, size, j->directory, name, e);
}

void job_warn(const struct job *j, const char *format, ...)
{
    char text[ERR_TEXT];
    va_list arguments;

    if (!j->plan->options->warn)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    j->plan->options->warn(j->plan->options->context, text);
}

enum { DISTRUSTED_MOST = 8 }; /* files that are told of: a directory may be full of them */

/* Whether a file could be read, and only is not to be believed. */
static bool is_distrusted(const struct err *why)
{
    return why->code == ERR_REFUSED || why->code == ERR_INPUT || why->code == ERR_VERIFY;
}

int job_read(struct job *j, const char *name, uint64_t most, char **data, size_t *len,
             struct err *e)
{
    struct err why = {0};

    if (seal_read(&j->seal, name, most, data, len, &why) == 0)
        return 1;
    if (why.code == ERR_OPEN)
        return 0;
    if (!is_distrusted(&why))
        return err_set(e, why.code, "%s", why.text);
    if (j->distrusted++ < DISTRUSTED_MOST)
        job_warn(j, "%s: it is not used, and what was in it is computed again%s", why.text,
                 j->distrusted == DISTRUSTED_MOST ? "; so it is for whatever others follow" : "");
    return 0;
}

void job_forget_columns(struct job *j)
{
    for (size_t i = 0; j->columns && i < j->columns_count; i++)
        free(j->columns[i]);
    free(j->columns);
    j->columns = NULL;
    j->columns_count = 0;
}

int job_find_round(struct job *j, struct err *e)
{
    char key[RUN_HEX + 1];

    if (!j->iterative)
        return 0;
    j->known_rounds = j->run.last_round > j->known_rounds ? j->run.last_round : j->known_rounds;
    if (j->round > j->known_rounds) { /* a ledger may be long, and rounds many */
        runs_forget_round(&j->run);
        return 0;
    }
    memcpy(key, j->run.key, sizeof key);
    runs_free(&j->run);
    return runs_find_round(j->ledger, key, j->round, &j->run, e);
}

static uint64_t add_up_to(uint64_t most, uint64_t a, uint64_t b)
{
    return a < most && b < most - a ? a + b : most;
}

void job_count(struct job_partition *p, uint64_t units, uint64_t restored)
{
    uint64_t most = p->units > 0 ? p->units : MESSAGE_COUNT_MOST;

    p->units_done = add_up_to(most, p->units_done, units);
    p->units_before = add_up_to(p->units_done, p->units_before, restored);
}

double job_seconds(const struct job *j, double said)
{
    if (job_is_collected(j))
        return isfinite(said) && said >= 0 ? said : 0;
    return fmin(said, clock_steady() - j->round_since);
}

void job_tick(struct job *j, uint64_t units, uint64_t restored)
{
    job_count(&j->partitions[j->asked], units, restored);
}

void job_free(struct job *j)
{
    job_forget_columns(j);
    bound_destroy(j->bound);
    free(j->model);
    buf_free(&j->notes);
    seal_forget(&j->seal);
    ledger_close(j->ledger);
    runs_free(&j->run);
    file_close(j->lock);
    file_close(j->openings);
    free(j->nodes);
    free(j->partitions);
    free(j->batch);
    free(j->ranks);
}
