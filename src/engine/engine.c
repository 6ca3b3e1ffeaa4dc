/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flow of a run: rank 0 goes through the verbs, the others serve. */
#include "config.h"
#include "engine/engine.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/job.h"
#include "engine/resources.h"
#include "util/file.h"

/* What rank 0 broadcasts at the start, followed by the contract's bytes. */
struct start {
    uint32_t stop; /* 1: there is nothing to serve */
    uint32_t ranks_per_slave;
    char run[24];
    char location[JOB_PATH];
};

/* Effect: NAME=PATH of the command line becomes the location of the contract's
 * data, absolute, so that it means the same to every rank. */
static int locate_data(struct job *j, struct err *e)
{
    char here[PATH_MAX] = "";
    const char *location = NULL;

    for (size_t i = 0; i < j->options->data_count; i++) {
        const struct engine_data *d = &j->options->data[i];
        if (strcmp(d->name, j->contract->data) != 0)
            return err_set(e, ERR_USAGE, "--data %s=…: the contract's data is called %s", d->name,
                           j->contract->data);
        location = d->location;
    }
    if (!location)
        return err_set(e, ERR_USAGE, "where is the contract's data? give --data %s=PATH",
                       j->contract->data);
    if (location[0] != '/' && !getcwd(here, sizeof here))
        return err_errno(e, ERR_OPEN, "the current directory");
    int n = snprintf(j->location, sizeof j->location, "%s%s%s", here, here[0] ? "/" : "", location);
    return n < 0 || (size_t)n >= sizeof j->location
               ? err_set(e, ERR_OPEN, "%s: the path is too long", location)
               : 0;
}

/* The result must have a place before hours are spent on it. */
static int check_output(const char *out, struct err *e)
{
    return file_can_make(out, e) < 0 ? err_context(e, "--out") : 0;
}

/* A location that cannot name the partitions is wrong for all of them alike. */
static int check_location(const struct job *j, struct err *e)
{
    char path[PATH_MAX];

    return partition_path(j->contract, j->location, 0, path, sizeof path, e);
}

int engine_prepare(struct job *j, struct reader *r, struct err *e)
{
    const char *path = j->options->contract;

    if (file_read(path, CONTRACT_FILE_MOST, &j->contract_bytes, &j->contract_len, e) < 0 ||
        hash_bytes(j->contract_bytes, j->contract_len, j->contract_digest, e) < 0)
        return -1;
    j->contract = contract_from_bytes(r, path, j->contract_bytes, j->contract_len, e);
    if (!j->contract)
        return -1;
    if (j->contract->rounds != 1)
        return err_set(e, ERR_INPUT, "%s: asks for %" PRId64 " rounds; function %s has one", path,
                       j->contract->rounds, j->contract->function);
    if (check_output(j->options->out, e) < 0 || locate_data(j, e) < 0)
        return -1;
    return check_location(j, e);
}

/* A hint gives way to the ranks that there are; an order does not. */
static int check_ranks(const struct job *j, struct err *e)
{
    int size = transport_size(j->transport);

    if (size == 1 || j->options->ranks_per_slave < size)
        return 0;
    return err_set(e, ERR_USAGE, "--ranks-per-slave %d: there are %d ranks besides the master",
                   j->options->ranks_per_slave, size - 1);
}

/* Returns the number of ranks per slave that the job's ranks allow. */
static int choose_ranks(const struct job *j)
{
    int most = transport_size(j->transport) - 1;
    int wanted = j->options->ranks_per_slave ? j->options->ranks_per_slave
                                             : (int)j->contract->ranks_per_slave;

    return most < 1 ? 1 : wanted < most ? wanted : most;
}

/* Collective, rank 0's part: the one broadcast of a run. */
static int begin(struct job *j, bool stop, struct err *e)
{
    struct start s = {.stop = stop};
    struct buf b = {0};

    if (!stop)
        s.ranks_per_slave = (uint32_t)choose_ranks(j);
    memcpy(s.run, j->run.key, sizeof j->run.key);
    memcpy(s.location, j->location, sizeof s.location);
    buf_add(&b, &s, sizeof s);
    if (!stop)
        buf_add(&b, j->contract_bytes, j->contract_len);
    int rc = transport_broadcast(j->transport, &b, e);
    buf_free(&b);
    if (rc == 0 && !stop)
        rc = transport_split(j->transport, (int)s.ranks_per_slave, e);
    return rc;
}

/* Makes a slave of the broadcast's content. */
static int slave_init(struct slave *s, struct transport *t, struct reader *r, const char *contract,
                      size_t len, const struct start *start, struct err *e)
{
    s->contract_bytes = err_alloc(len, 1, "the contract", e);
    if (!s->contract_bytes)
        return -1;
    memcpy(s->contract_bytes, contract, len);
    s->contract_len = len;
    s->contract = contract_from_bytes(r, "the contract", s->contract_bytes, len, &s->why);
    snprintf(s->run, sizeof s->run, "%.*s", (int)sizeof s->run - 1, start->run);
    snprintf(s->location, sizeof s->location, "%.*s", (int)sizeof s->location - 1, start->location);
    resources_node(s->node, sizeof s->node);
    s->slot = (uint32_t)transport_rank(t);
    return 0;
}

/* Collective, the other ranks' part. */
static int serve(struct transport *t, struct reader *r, struct err *e)
{
    struct buf b = {0};
    struct start start;
    struct slave s = {0};
    int rc = transport_broadcast(t, &b, e);

    if (rc == 0 && b.len < sizeof start)
        rc = err_set(e, ERR_SOFTWARE, "the start-up message is too short");
    if (rc == 0) {
        memcpy(&start, b.data, sizeof start);
        if (!start.stop) {
            rc = transport_split(t, (int)start.ranks_per_slave, e);
            if (rc == 0)
                rc = slave_init(&s, t, r, b.data + sizeof start, b.len - sizeof start, &start, e);
            if (rc == 0)
                rc = transport_serve(t, slave_handle, &s, e);
        }
    }
    slave_free(&s);
    buf_free(&b);
    return rc;
}

/* Within one process, rank 0 is the slaves too. */
static int serve_here(struct job *j, struct reader *r, struct slave *s, struct err *e)
{
    struct start start = {0};

    memcpy(start.run, j->run.key, sizeof j->run.key);
    memcpy(start.location, j->location, sizeof start.location);
    if (slave_init(s, j->transport, r, j->contract_bytes, j->contract_len, &start, e) < 0)
        return -1;
    s->tick = j->options->tick;
    s->tick_context = j->options->context;
    return transport_serve(j->transport, slave_handle, s, e);
}

/* Ends the slaves' service. */
static void stop_groups(struct job *j)
{
    struct message *m = message_create(MESSAGE_STOP, 0, 0, NULL);

    for (int g = 0; m && g < transport_groups(j->transport); g++)
        transport_send(j->transport, g, m, NULL);
    free(m);
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

static char *iso_time(char text[static 32], int64_t time_us)
{
    time_t seconds = (time_t)(time_us / 1000000);
    struct tm tm;

    gmtime_r(&seconds, &tm);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return text;
}

/* Where the result comes from. */
static int set_provenance(struct job *j, struct err *e)
{
    struct result *r = j->result;
    const char *slurm = getenv("SLURM_JOB_ID");
    char text[32], finished[32];

    r->contract = err_alloc(j->contract_len, 1, "the contract", e);
    if (!r->contract)
        return -1;
    memcpy(r->contract, j->contract_bytes, j->contract_len);
    r->contract_len = j->contract_len;
    snprintf(r->id, sizeof r->id, "%s", j->contract->id);
    r->ranks = transport_size(j->transport);
    r->ranks_per_slave = choose_ranks(j);
    r->columns = err_alloc(j->columns_count, sizeof *r->columns, "columns", e);
    for (size_t i = 0; r->columns && i < j->columns_count; i++, r->columns_count++)
        if (result_set(&r->columns[i], j->columns[i], e) < 0)
            return -1;
    iso_time(finished, (int64_t)time(NULL) * 1000000);
    if (!r->columns || result_set(&r->title, j->contract->title, e) < 0 ||
        result_set(&r->function, j->contract->digest, e) < 0 ||
        result_set(&r->started, iso_time(text, j->run.time_us), e) < 0 ||
        result_set(&r->finished, finished, e) < 0 ||
        result_set(&r->version, "metaneuron " PACKAGE_VERSION "; " MN_LIBRARIES, e) < 0)
        return -1;
    return result_set(&r->job, slurm ? slurm : "", e);
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

    if (check_complete(j, e) < 0 || judge(j, e) < 0 || set_provenance(j, e) < 0 ||
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
    int rc = begin(j, false, e);

    if (rc == 0 && transport_size(j->transport) == 1)
        rc = serve_here(j, r, &here, e);
    if (rc == 0 && j->bound)
        rc = submit_resume(j, e);
    for (size_t k = 0; k < j->result->slaves; k++)
        report->resumed |= j->partitions[k].stage == JOB_ANSWERED;
    if (rc == 0 && !j->run.aggregated)
        rc = schedule(j, e);
    stop_groups(j);
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
        begin(&j, true, NULL);
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
    return transport_rank(t) == 0 ? master(t, r, o, report, e) : serve(t, r, e);
}
