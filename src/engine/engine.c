/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flow of a run: rank 0 goes through the verbs, the others serve. */
#include "config.h"
#include "engine/engine.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/job.h"
#include "util/file.h"

/* A hint gives way to the ranks that there are; an order does not. */
static int check_ranks(const struct job *j, struct err *e)
{
    int size = transport_size(j->transport);

    if (size == 1 || j->options->ranks_per_slave < size)
        return 0;
    return err_set(e, ERR_USAGE, "--ranks-per-slave %d: there are %d ranks besides the master",
                   j->options->ranks_per_slave, size - 1);
}

/* All who are needed have answered; or which have not, and why. */
static int check_complete(const struct job *j, struct err *e)
{
    size_t answered = 0, S = j->result->slaves;
    size_t least = j->contract->slaves_min ? (size_t)j->contract->slaves_min : S;
    enum err_code code = ERR_NONE;
    struct buf why = {0};

    for (size_t k = 0; k < S; k++) {
        const struct job_partition *p = &j->partitions[k];
        answered += p->stage == JOB_ANSWERED;
        if (p->stage == JOB_ANSWERED)
            continue;
        code = code == ERR_NONE || code == p->code ? p->code : ERR_INCOMPLETE;
        if (why.len < 600)
            buf_addf(&why, "; slave %zu: %.300s", k + 1, j->result->slave[k].trouble);
    }
    int rc = 0;
    if (answered < least)
        rc =
            err_set(e, code ? code : ERR_INCOMPLETE, "%zu of %zu slaves answered, %zu are needed%s",
                    answered, S, least, why.data ? why.data : "");
    buf_free(&why);
    return rc;
}

/* Filter and aggregate, recorded once; a run that was killed after that must
 * find the same again. */
static int judge(struct job *j, struct err *e)
{
    uint8_t digest[SHA256_LEN];

    if (filter_results(j->contract, j->bound, j->result, e) < 0)
        return -1;
    if (!j->run.aggregated && filter_record(j, e) < 0)
        return -1;
    /* The decisions stand in the ledger even when nothing is left to aggregate. */
    if (aggregate_results(j->bound, j->result, e) < 0) {
        job_commit(j, NULL);
        return -1;
    }
    if (!j->run.aggregated)
        return aggregate_record(j, e) < 0 ? -1 : job_commit(j, e);
    if (hash_doubles(j->result->aggregate, j->result->length, digest, e) < 0)
        return -1;
    if (memcmp(digest, j->run.state, SHA256_LEN) != 0)
        return err_set(e, ERR_IO,
                       "run %s: what is left of it does not give the aggregate in the ledger; "
                       "give --again for a new run",
                       j->run.key);
    return 0;
}

/* Effect: the run's working files are gone; the result has it all now. */
static void clean_up(const struct job *j)
{
    char name[32], path[PATH_MAX];

    for (size_t k = 0; k < j->result->slaves; k++) {
        snprintf(name, sizeof name, "state-%zu", k + 1);
        if (job_path(j, name, path, sizeof path, NULL) == 0)
            file_remove(path);
    }
    if (job_path(j, "columns", path, sizeof path, NULL) == 0)
        file_remove(path);
    if (job_path(j, "lock", path, sizeof path, NULL) == 0)
        file_remove(path);
    file_remove_directory(j->directory);
}

/* From the slaves' answers to the settlement. */
static int conclude(struct job *j, struct engine_report *report, struct err *e)
{
    uint8_t digest[SHA256_LEN];
    char *bytes;
    size_t len;

    if (check_complete(j, e) < 0 || judge(j, e) < 0 || provenance_set(j, e) < 0 ||
        result_write(j->result, j->options->out, e) < 0 ||
        file_read(j->options->out, UINT64_MAX, &bytes, &len, e) < 0)
        return -1;
    int rc = hash_bytes(bytes, len, digest, e);
    free(bytes);
    if (rc < 0 || settle(j, digest, report, e) < 0)
        return -1;
    clean_up(j);
    return 0;
}

/* A run that is settled: its result, if that is where it should be. */
static int show_settled(struct job *j, struct reader *r, struct engine_report *report,
                        struct err *e)
{
    uint8_t digest[SHA256_LEN];
    char hex[7 + SHA256_HEX + 1] = "sha256:", *bytes = NULL;
    size_t len;
    int rc =
        file_exists(j->options->out) ? file_read(j->options->out, UINT64_MAX, &bytes, &len, e) : 0;

    if (rc == 0 && bytes && (rc = hash_bytes(bytes, len, digest, e)) == 0)
        hex_encode(hex + 7, digest, SHA256_LEN);
    if (rc == 0 && strcmp(hex, j->run.result) != 0)
        rc = err_set(e, ERR_OPEN,
                     "run %s of this contract is settled already, but %s does not hold its result: "
                     "give --out where it is, or --again for a new run",
                     j->run.key, j->options->out);
    if (rc == 0) {
        report->shown = true;
        report->result = result_read(r, j->options->out, bytes, len, e);
        rc = report->result ? 0 : -1;
    }
    free(bytes);
    report->credits =
        rc == 0 ? err_alloc(report->result->slaves, sizeof *report->credits, "credits", e) : NULL;
    for (size_t k = 0; report->credits && k < report->result->slaves; k++) {
        const struct run_slave *s = runs_slave(&j->run, report->result->slave[k].name);
        report->credits[k] = s ? s->credits : 0;
        report->emission += report->credits[k];
    }
    return rc;
}

/* Between the broadcast and the end of service. */
static int work(struct job *j, struct reader *r, struct engine_report *report, struct err *e)
{
    struct slave here = {0};
    int rc = service_begin(j, false, e);

    if (rc == 0 && transport_size(j->transport) == 1)
        rc = service_here(j, r, &here, e);
    if (rc == 0 && j->bound)
        rc = submit_resume(j, e);
    for (size_t k = 0; k < j->result->slaves; k++)
        report->resumed |= j->partitions[k].stage == JOB_ANSWERED;
    if (rc == 0 && !j->run.aggregated)
        rc = schedule(j, e);
    service_end(j);
    slave_free(&here);
    return rc;
}

static int master(struct transport *t, struct reader *r, const struct engine_options *o,
                  struct engine_report *report, struct err *e)
{
    struct job j = {.options = o, .transport = t, .lock = -1};
    int rc = engine_prepare(&j, r, e);

    if (rc == 0 && (rc = check_ranks(&j, e)) == 0)
        rc = publish(&j, e);
    if (rc < 0 || j.run.settled) {
        service_begin(&j, true, NULL);
        if (rc == 0)
            rc = show_settled(&j, r, report, e);
    } else {
        rc = work(&j, r, report, e);
        if (rc == 0)
            rc = conclude(&j, report, e);
    }
    if (rc == 0 && !report->shown) {
        report->result = j.result;
        j.result = NULL;
    }
    result_free(j.result);
    job_free(&j);
    return rc;
}

int engine_run(struct transport *t, struct reader *r, const struct engine_options *o,
               struct engine_report *report, struct err *e)
{
    *report = (struct engine_report){0};
    return transport_rank(t) == 0 ? master(t, r, o, report, e) : service_of_slaves(t, r, e);
}
