/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks what can be checked before anyone is asked. */
#include "engine/plan/plan.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/bind.h"
#include "engine/plan/partition.h"
#include "engine/plan/resources.h"
#include "engine/plan/shards.h"
#include "util/clock.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

/* Effect: NAME=PATH of the command line becomes the location of the contract's
 * data, absolute, so that it means the same to every rank. */
static int locate_data(struct plan *p, struct err *e)
{
    const char *location = NULL;
    bool sites = contract_over_sites(p->contract);

    if (p->contract->work_units > 0 || sites)
        return p->options->data_count == 0
                   ? 0
                   : err_set(e, ERR_USAGE, "--data %s=…: the contract is over %s",
                             p->options->data[0].name,
                             sites ? "centres, whose data is not here" : "work, without data");

    for (size_t i = 0; i < p->options->data_count; i++) {
        const struct engine_data *d = &p->options->data[i];
        if (strcmp(d->name, p->contract->data) != 0)
            return err_set(e, ERR_USAGE, "--data %s=…: the contract's data is called %s", d->name,
                           p->contract->data);
        location = d->location;
    }
    if (!location)
        return err_set(e, ERR_USAGE, "where is the contract's data? give --data %s=PATH",
                       p->contract->data);
    return paths_absolute(location, p->location, e);
}

/* The result must have a place before hours are spent on it. */
static int check_output(const char *out, const char *contract, struct err *e)
{
    if (file_is_same(out, contract))
        return err_set(e, ERR_USAGE, "--out %s: is the contract, which would be lost", out);
    return file_can_make(out, e) < 0 ? err_context(e, "--out") : 0;
}

/* A location that cannot name the partitions is wrong for all of them alike. */
static int check_location(const struct plan *p, struct err *e)
{
    char path[PATH_MAX];

    if (!p->location[0])
        return 0;
    return partition_path(p->contract, p->location, 0, path, sizeof path, e);
}

/* A contract over centres is run by none of them; a centre's part of one is, and comes to nothing
 * but its state. */
static int check_sites(const struct plan *p, bool collects, struct err *e)
{
    const struct contract *c = p->contract;

    if (contract_over_sites(c) && !collects)
        return err_set(e, ERR_USAGE,
                       "%s: the contract is over centres (data.split: sites), each of which "
                       "computes its part over its own data: 'metaneuron site publish' asks them "
                       "to, 'metaneuron site compute' computes this centre's part, and "
                       "'metaneuron contract part' writes one to look at or to run",
                       p->options->contract);
    if (c->part > 0 && p->options->disclose != DISCLOSE_NONE)
        return err_set(e, ERR_USAGE,
                       "--no-states: the contract is a centre's part of another, whose result is "
                       "its state");
    return 0;
}

/* Slaves that are not to be asked must be some of the contract's. */
static int check_skipped(const struct plan *p, struct err *e)
{
    const struct engine_options *o = p->options;

    if (o->skip_slaves_count > 0 && p->contract->work_units > 0)
        return err_set(e, ERR_USAGE,
                       "--skip-slave: the contract is over work, which has no "
                       "partitions; --skip-node leaves out a node");
    for (size_t i = 0; i < o->skip_slaves_count; i++)
        if (o->skip_slaves[i] > p->contract->slaves)
            return err_set(e, ERR_USAGE,
                           "--skip-slave %" PRIu32 ": the contract has %" PRId64 " slaves",
                           o->skip_slaves[i], p->contract->slaves);
    return 0;
}

/* Who asks for a sandbox must not find later that there was none. */
static int check_sandbox(const struct plan *p, struct err *e)
{
    const struct host_sandbox *s = &p->options->sandbox;

    if (!s->on && (s->user || s->space || s->binds_count))
        return err_set(e, ERR_USAGE,
                       "--bind, --sandbox-user and --sandbox-space say what a sandbox is like: "
                       "give --sandbox, too");
    if (!s->on)
        return 0;
    if (strncmp(p->contract->digest, "sha256:", 7) != 0 &&
        strcmp(p->contract->function, "exec") != 0)
        return 0;
    return bind_try_sandbox(p->options, NULL, e) < 0 ? err_context(e, "--sandbox") : 0;
}

int plan_open(struct plan *p, const struct engine_options *o, bool collects, struct reader *r,
              struct err *e)
{
    double left = o->time_left > 0 ? o->time_left : INFINITY;
    const char *path = o->contract;

    *p = (struct plan){.options = o};
    if (file_read(path, CONTRACT_FILE_MOST, &p->contract_bytes, &p->contract_len, e) < 0 ||
        hash_bytes(p->contract_bytes, p->contract_len, p->contract_digest, e) < 0)
        return -1;
    p->contract = contract_from_bytes(r, path, p->contract_bytes, p->contract_len, e);
    if (!p->contract)
        return -1;
    if (check_sites(p, collects, e) < 0 || shards_check_contract(o, p->contract, e) < 0 ||
        check_output(o->out, path, e) < 0 || locate_data(p, e) < 0 ||
        paths_absolute(o->ledger, p->where, e) < 0)
        return -1;
    p->end = clock_steady() + fmin(left, resources_time_left());
    return check_location(p, e) < 0 || check_skipped(p, e) < 0 ? -1 : check_sandbox(p, e);
}

/* A hint gives way to the ranks that there are; an order does not. */
int plan_check_ranks(const struct engine_options *o, int size, struct err *e)
{
    if (size == 1 || o->ranks_per_slave < size)
        return 0;
    return err_set(e, ERR_USAGE, "--ranks-per-slave %d: there are %d ranks besides the master",
                   o->ranks_per_slave, size - 1);
}

/* Names where the data is, so that a run is resumed on the same data only. */
int plan_data(const struct plan *p, char text[static DIGEST_TEXT], struct err *e)
{
    return hash_text(p->location, strlen(p->location), text, e);
}

enum { GROUPS_MOST = 256 }; /* of a contract without data, unless someone says otherwise */

int plan_ranks(const struct engine_options *o, const struct contract *c, int size)
{
    int most = size - 1;
    int wanted = o->ranks_per_slave ? o->ranks_per_slave : (int)c->ranks_per_slave;

    /* A hint of 1 is none. Whether slaves or their ranks share units without data makes
     * no difference to the answer; to the master it does when there are many. */
    if (!o->ranks_per_slave && c->ranks_per_slave <= 1 && c->work_units > 0)
        wanted = (most + GROUPS_MOST - 1) / GROUPS_MOST;
    if (!o->ranks_per_slave && c->part > 0) /* the one slave has all of them */
        wanted = most;
    return most < 1 ? 1 : wanted < most ? wanted : most;
}

void plan_close(struct plan *p)
{
    contract_destroy(p->contract);
    free(p->contract_bytes);
}
