/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/job.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats/weight.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/key.h"
#include "util/lock.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

/* Effect: opens the ledger with the site's key, which is made at first use. */
static int open_ledger(struct job *j, struct err *e)
{
    char path[PATH_MAX], text[160];
    uint8_t public[KEY_PUBLIC_LEN];
    struct key *key = NULL;

    if (paths_find(PATHS_CONFIG, "site.key", path, sizeof path, e) < 0 ||
        !(key = key_open(path, e)))
        return -1;
    key_public(key, public);
    key_close(key);
    const struct ledger_genesis genesis = {j->options->site, public};
    j->ledger = ledger_open(j->options->ledger, &genesis, e);
    if (!j->ledger)
        return -1;
    if (ledger_repaired(j->ledger) && j->options->warn) {
        snprintf(text, sizeof text,
                 "the ledger's last %" PRIu64 " bytes were an interrupted write; they were moved "
                 "to torn/",
                 ledger_repaired(j->ledger));
        j->options->warn(j->options->context, text);
    }
    return 0;
}

/* The site's name and the ledger's origin stand in genesis, the first record. */
static int visit_genesis(const struct record *r, void *context, struct err *e)
{
    struct job *j = context;

    snprintf(j->site, sizeof j->site, "%s", record_get(r, "site"));
    return result_set(&j->result->origin, record_get(r, "origin"), e) < 0 ? -1 : 1;
}

/* Names where the data is, so that a run is resumed on the same data only. */
int publish_data(const struct job *j, char text[static DIGEST_TEXT], struct err *e)
{
    uint8_t digest[SHA256_LEN];

    if (hash_bytes(j->location, strlen(j->location), digest, e) < 0)
        return -1;
    digest_text(text, digest);
    return 0;
}

static int record_publish(struct job *j, const char *data, struct err *e)
{
    char hex[SHA256_HEX + 1];
    struct record *r = job_record(j, "publish", e);

    if (!r)
        return -1;
    record_set(r, "contract", "%s", j->contract->id);
    record_set_digest(r, "file", j->contract_digest);
    record_set(r, "function", "%s", j->contract->digest);
    record_set(r, "slaves", "%" PRId64, j->contract->slaves);
    record_set(r, "rounds", "%" PRId64, j->contract->rounds);
    record_set(r, "data", "%s", data);
    if (ledger_append(j->ledger, r, 1, NULL, e) < 0)
        return -1;
    j->batch_count = 0;
    return runs_find(j->ledger, hex_encode(hex, r->sum, RUN_HEX / 2), &j->run, e);
}

/* Effect: holds the run's own lock, so that no other process works on it too. */
static int lock_run(struct job *j, struct err *e)
{
    char path[PATH_MAX];
    bool taken;

    if (file_mkdirs(j->directory, e) < 0 || job_path(j, "lock", path, sizeof path, e) < 0)
        return -1;
    j->lock = file_open_rw(path, 0644, e);
    if (j->lock < 0 || file_lock(j->lock, path, false, &taken, e) < 0)
        return -1;
    if (taken)
        return 0;
    return err_set(e, ERR_INCOMPLETE,
                   "run %s of this contract is being worked on by another process: wait for it, "
                   "or give --again for a run of its own",
                   j->run.key);
}

/* Who held the run's lock before may have settled the run since it was found. */
static int reread_run(struct job *j, struct err *e)
{
    char key[RUN_HEX + 1];

    memcpy(key, j->run.key, sizeof key);
    runs_free(&j->run);
    return ledger_refresh(j->ledger, e) < 0 ? -1 : runs_find(j->ledger, key, &j->run, e);
}

/* Finds the run to go on with, or publishes one. Under the start lock, so that
 * of two starts at once the second sees the first's run. */
static int find_run(struct job *j, struct err *e)
{
    char path[PATH_MAX], data[DIGEST_TEXT], name[32];
    bool taken;
    int rc = -1;

    if (paths_join(path, sizeof path, j->options->ledger, "runs", e) < 0 ||
        file_mkdirs(path, e) < 0 ||
        paths_join(path, sizeof path, j->options->ledger, "runs/lock", e) < 0)
        return -1;
    int lock = file_open_rw(path, 0644, e);
    if (lock < 0 || file_lock(lock, path, true, &taken, e) < 0 ||
        ledger_refresh(j->ledger, e) < 0 || publish_data(j, data, e) < 0)
        goto done;
    if (!j->options->again && runs_last(j->ledger, j->contract->id, data, &j->run, e) < 0)
        goto done;
    if (!j->run.key[0] && record_publish(j, data, e) < 0)
        goto done;
    snprintf(name, sizeof name, "runs/%s", j->run.key);
    if (paths_join(j->directory, sizeof j->directory, j->options->ledger, name, e) < 0)
        goto done;
    rc = j->run.settled || lock_run(j, e) == 0 ? reread_run(j, e) : -1;
done:
    file_close(lock);
    return rc;
}

static enum weight_method weight_of(const char *name)
{
    return strcmp(name, "coinage") == 0   ? WEIGHT_COINAGE
           : strcmp(name, "recency") == 0 ? WEIGHT_RECENCY
           : strcmp(name, "volume") == 0  ? WEIGHT_VOLUME
                                          : WEIGHT_POS;
}

int publish_weights(const struct contract *c, struct ledger *l, const struct run *run,
                    struct result *r, struct err *e)
{
    const struct weight_options o = {.method = weight_of(c->weight),
                                     .t_min = c->t_min,
                                     .t_max = c->t_max,
                                     .half_life = c->half_life,
                                     .penalty = c->penalty,
                                     .lambda = c->lambda};
    struct accounts a;
    char name[160];
    int rc = 0;

    if (accounts_fold(l, run->seq, &a, e) < 0)
        return -1;
    for (size_t k = 0; rc == 0 && k < r->slaves; k++) {
        const struct account *account =
            accounts_find(&a, result_slave_name(r->slave[k].name, name));
        size_t n = account ? account->events_count : 0;
        struct weight_event *events = err_alloc(n, sizeof *events, "history", e);
        for (size_t i = 0; events && i < n; i++)
            events[i] = (struct weight_event){
                .items = account->events[i].items,
                .age = fmax(0, (double)(run->time_us - account->events[i].time_us) * 1e-6),
                .rejected = account->events[i].rejected};
        if (events)
            r->slave[k].weight = weight_of_history(&o, events, n);
        else
            rc = -1;
        free(events);
    }
    accounts_free(&a);
    return rc;
}

char *publish_slave_name(const char *site, const struct contract *c, size_t k,
                         char name[static 160])
{
    snprintf(name, 160, "%s/%s/%zu", site, c->data, k + 1);
    return name;
}

static int name_slaves(struct job *j, struct err *e)
{
    char name[160];

    for (size_t k = 0; k < j->result->slaves; k++) {
        publish_slave_name(j->site, j->contract, k, name);
        if (result_set(&j->result->slave[k].name, name, e) < 0)
            return -1;
    }
    return 0;
}

/* The columns of a run that is resumed. Without them nothing is taken up again. */
static int resume_columns(struct job *j, struct err *e)
{
    char path[PATH_MAX], *text, *lf;
    size_t len, count = 0, used = 0;

    if (job_path(j, "columns", path, sizeof path, e) < 0 || !file_exists(path))
        return 0;
    if (file_read(path, 64 << 20, &text, &len, e) < 0)
        return -1;
    for (size_t i = 0; i < len; i++)
        count += text[i] == '\n';
    const char **names = err_alloc(count, sizeof *names, "column names", e);
    int rc = names ? 0 : -1;
    for (size_t i = 0; names && i < count && (lf = strchr(text + used, '\n')); i++) {
        *lf = '\0';
        names[i] = text + used;
        used = (size_t)(lf + 1 - text);
    }
    if (rc == 0 && (count == 0 || used != len))
        file_remove(path); /* damaged: a NUL in it, or the last LF missing */
    else if (rc == 0 && (rc = job_set_columns(j, names, count, e)) < 0)
        err_context(e, "%s", path);
    free(names);
    free(text);
    return rc;
}

/* The master merges and judges: without the function, nobody need be asked. */
static int check_function(struct job *j, struct err *e)
{
    struct search_file file;
    const struct function *f = engine_function(j->contract, &file, e);
    enum function_rounds rounds;

    if (!f || bind_rounds(j->contract, f, &rounds, e) < 0)
        return -1;
    j->iterative = rounds != FUNCTION_ONE_ROUND;
    return 0;
}

int publish_find_round(struct job *j, struct err *e)
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

int publish(struct job *j, struct err *e)
{
    j->result = result_create((size_t)j->contract->slaves, e);
    j->partitions = err_alloc((size_t)j->contract->slaves, sizeof *j->partitions, "slaves", e);
    if (!j->result || !j->partitions || open_ledger(j, e) < 0 ||
        ledger_scan(j->ledger, visit_genesis, j, e) < 0 || find_run(j, e) < 0 ||
        name_slaves(j, e) < 0 || publish_weights(j->contract, j->ledger, &j->run, j->result, e) < 0)
        return -1;
    snprintf(j->result->run, sizeof j->result->run, "%s", j->run.key);
    if (j->run.settled)
        return 0;
    if (check_function(j, e) < 0 || publish_find_round(j, e) < 0)
        return -1;
    return j->contract->work_units > 0 ? job_set_columns(j, NULL, 0, e) : resume_columns(j, e);
}
