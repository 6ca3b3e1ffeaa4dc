/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/job.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/resources.h"
#include "function/exec/exec.h"
#include "util/clock.h"
#include "util/file.h"

/* Effect: path, from the current directory on if need be, means the same to every rank. */
static int make_absolute(const char *path, char absolute[static JOB_PATH], struct err *e)
{
    char here[PATH_MAX] = "";

    if (path[0] != '/' && !getcwd(here, sizeof here))
        return err_errno(e, ERR_OPEN, "the current directory");
    int n = snprintf(absolute, JOB_PATH, "%s%s%s", here, here[0] ? "/" : "", path);
    return n < 0 || n >= JOB_PATH ? err_set(e, ERR_OPEN, "%s: the path is too long", path) : 0;
}

/* Effect: NAME=PATH of the command line becomes the location of the contract's
 * data, absolute, so that it means the same to every rank. */
static int locate_data(struct job *j, struct err *e)
{
    const char *location = NULL;

    if (j->contract->work_units > 0)
        return j->options->data_count == 0
                   ? 0
                   : err_set(e, ERR_USAGE, "--data %s=…: the contract is over work, without data",
                             j->options->data[0].name);

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
    return make_absolute(location, j->location, e);
}

/* The result must have a place before hours are spent on it. */
static int check_output(const char *out, const char *contract, struct err *e)
{
    if (file_is_same(out, contract))
        return err_set(e, ERR_USAGE, "--out %s: is the contract, which would be lost", out);
    return file_can_make(out, e) < 0 ? err_context(e, "--out") : 0;
}

/* A location that cannot name the partitions is wrong for all of them alike. */
static int check_location(const struct job *j, struct err *e)
{
    char path[PATH_MAX];

    if (j->contract->work_units > 0)
        return 0;
    return partition_path(j->contract, j->location, 0, path, sizeof path, e);
}

/* Who asks for a sandbox must not find later that there was none. */
static int check_sandbox(const struct job *j, struct err *e)
{
    if (!j->options->sandbox)
        return 0;
    if (strncmp(j->contract->digest, "sha256:", 7) == 0)
        return err_set(e, ERR_REFUSED,
                       "--sandbox: function %s is a shared object, which runs within this program; "
                       "only programs of the function exec can be shut in",
                       j->contract->function);
    if (strcmp(j->contract->function, "exec") != 0)
        return 0;
    return exec_sandbox_try(j->options->runner, e) < 0 ? err_context(e, "--sandbox") : 0;
}

int engine_prepare(struct job *j, struct reader *r, struct err *e)
{
    double left = j->options->time_left > 0 ? j->options->time_left : INFINITY;
    const char *path = j->options->contract;

    if (file_read(path, CONTRACT_FILE_MOST, &j->contract_bytes, &j->contract_len, e) < 0 ||
        hash_bytes(j->contract_bytes, j->contract_len, j->contract_digest, e) < 0)
        return -1;
    j->contract = contract_from_bytes(r, path, j->contract_bytes, j->contract_len, e);
    if (!j->contract)
        return -1;
    if (check_output(j->options->out, path, e) < 0 || locate_data(j, e) < 0 ||
        make_absolute(j->options->ledger, j->where, e) < 0)
        return -1;
    j->end = clock_steady() + fmin(left, resources_time_left());
    return check_location(j, e) < 0 ? -1 : check_sandbox(j, e);
}

/* A hint gives way to the ranks that there are; an order does not. */
int engine_check_ranks(const struct engine_options *o, int size, struct err *e)
{
    if (size == 1 || o->ranks_per_slave < size)
        return 0;
    return err_set(e, ERR_USAGE, "--ranks-per-slave %d: there are %d ranks besides the master",
                   o->ranks_per_slave, size - 1);
}
