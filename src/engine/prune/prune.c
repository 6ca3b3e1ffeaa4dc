/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removes what abandoned runs have left. */
#include "engine/prune/prune.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/fold/runs.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/lock.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

/* Where a run keeps files: directories, but for the last. */
static const char *const places[] = {"runs", "logs", "openings"};
enum { PLACES = sizeof places / sizeof places[0] };

static int find_place(const char *ledger, size_t i, const char *key, char path[static PATH_MAX],
                      struct err *e)
{
    char name[64];

    snprintf(name, sizeof name, "%s/%s", places[i], key);
    return paths_join(path, PATH_MAX, ledger, name, e);
}

/* Effect: the run has the number of its files, and of their bytes. */
static int measure(const char *ledger, struct prune_run *r, struct err *e)
{
    char path[PATH_MAX];

    r->files = r->bytes = 0;
    for (size_t i = 0; i < PLACES; i++)
        if (find_place(ledger, i, r->key, path, e) < 0 ||
            file_measure(path, &r->files, &r->bytes, e) < 0)
            return -1;
    return 0;
}

/* The runs that are not settled. */
struct search {
    struct prune *p;
    struct lookup keys; /* where each stands in the list */
    bool *settled;
    size_t capacity;
};

static int see_publish(struct search *s, const struct record *r, struct err *e)
{
    struct prune *p = s->p;
    char hex[SHA256_HEX + 1];
    struct prune_run *list = err_grow(p->list, p->count, &p->capacity, sizeof *list, "runs", e);
    if (!list)
        return -1;
    p->list = list;
    bool *settled = err_grow(s->settled, p->count, &s->capacity, sizeof *settled, "runs", e);
    if (!settled)
        return -1;
    s->settled = settled;
    settled[p->count] = false;
    list[p->count] = (struct prune_run){.last_us = r->time_us};
    hex_encode(hex, r->sum, RUN_HEX / 2);
    snprintf(list[p->count].key, sizeof list->key, "%.*s", RUN_HEX, hex);
    snprintf(list[p->count].contract, sizeof list->contract, "%s", record_get(r, "contract"));
    return lookup_add(&s->keys, hex, p->count++, e);
}

static int visit(const struct record *r, void *context, struct err *e)
{
    struct search *s = context;
    const char *run = record_get(r, "run");

    if (strcmp(r->type, "publish") == 0)
        return see_publish(s, r, e);
    size_t i = run ? lookup_find(&s->keys, run) : LOOKUP_NONE;
    if (i == LOOKUP_NONE)
        return 0;
    s->p->list[i].last_us = r->time_us;
    s->p->list[i].pruned |= strcmp(r->type, "prune") == 0;
    s->settled[i] |= strcmp(r->type, "settle") == 0;
    return 0;
}

/* Whether nobody works on it, and it has files. */
static int look(const char *ledger, struct prune_run *r, bool *left, struct err *e)
{
    char directory[PATH_MAX], lock[PATH_MAX];
    bool held;

    if (find_place(ledger, 0, r->key, directory, e) < 0 ||
        paths_join(lock, sizeof lock, directory, "lock", e) < 0 ||
        file_is_locked(lock, &held, e) < 0 || measure(ledger, r, e) < 0)
        return -1;
    *left = !held && r->files > 0;
    return 0;
}

int prune_find(struct ledger *l, int64_t before_us, struct prune *p, struct err *e)
{
    struct search s = {.p = p};
    size_t kept = 0;

    *p = (struct prune){0};
    int rc = ledger_scan(l, visit, &s, e);
    for (size_t i = 0; rc == 0 && i < p->count; i++) {
        struct prune_run *r = &p->list[i];
        bool left = !s.settled[i] && (r->pruned || r->last_us < before_us);
        if (left)
            rc = look(ledger_directory(l), r, &left, e);
        if (rc < 0 || !left)
            continue;
        p->files += r->files;
        p->bytes += r->bytes;
        p->list[kept++] = *r;
    }
    p->count = kept;
    lookup_free(&s.keys);
    free(s.settled);
    if (rc < 0)
        prune_free(p);
    return rc < 0 ? -1 : 0;
}

void prune_free(struct prune *p)
{
    free(p->list);
    *p = (struct prune){0};
}

static int record(struct ledger *l, const struct prune_run *r, struct err *e)
{
    struct record x;

    record_begin(&x, "prune");
    record_set(&x, "run", "%s", r->key);
    record_set(&x, "files", "%" PRIu64, r->files);
    record_set(&x, "bytes", "%" PRIu64, r->bytes);
    return ledger_append(l, &x, 1, NULL, e);
}

/* The record comes first: after a crash between the two it is the next pruning that removes what
 * is left, and no start has gone on with a part of the files meanwhile. */
static int record_and_remove(struct ledger *l, struct prune_run *r, struct err *e)
{
    struct prune_run left = *r;
    char path[PATH_MAX];

    if (record(l, r, e) < 0)
        return -1;
    for (size_t i = 0; i < PLACES; i++) {
        if (find_place(ledger_directory(l), i, r->key, path, e) < 0)
            return -1;
        if (file_is_regular(path))
            file_remove(path);
        else
            file_remove_tree(path);
    }
    if (measure(ledger_directory(l), &left, e) < 0)
        return -1;
    return left.files == 0 ? 0
                           : err_set(e, ERR_IO,
                                     "run %s: %" PRIu64 " of its files could not be removed: "
                                     "remove them, or give the command again as who may",
                                     r->key, left.files);
}

/* Under the start lock, so that nobody begins to work on the run meanwhile, and the run's own. */
static int remove_locked(struct ledger *l, struct prune_run *r, int64_t before_us, bool *removed,
                         struct err *e)
{
    char directory[PATH_MAX], path[PATH_MAX];
    bool taken = true;
    struct run run;
    int lock = -1;

    if (ledger_refresh(l, e) < 0 || runs_find(l, r->key, &run, e) < 0)
        return -1;
    bool abandoned = !run.settled && (run.pruned || run.last_us < before_us);
    runs_free(&run);
    if (!abandoned)
        return 0;
    if (find_place(ledger_directory(l), 0, r->key, directory, e) < 0 ||
        paths_join(path, sizeof path, directory, "lock", e) < 0)
        return -1;
    if (file_exists(path) && ((lock = file_open_rw(path, FILE_OWN, e)) < 0 ||
                              file_try_lock(lock, path, &taken, e) < 0)) {
        file_close(lock);
        return -1;
    }
    int rc = taken ? measure(ledger_directory(l), r, e) : 0;
    *removed = rc == 0 && taken && r->files > 0;
    if (*removed)
        rc = record_and_remove(l, r, e);
    file_close(lock);
    return rc;
}

int prune_remove(const char *ledger, bool exclusive, struct prune_run *r, int64_t before_us,
                 bool *removed, struct err *e)
{
    char path[PATH_MAX];

    *removed = false;
    if (paths_join(path, sizeof path, ledger, "runs/lock", e) < 0)
        return -1;
    struct ledger *l = ledger_open_alone(ledger, NULL, exclusive, e);
    int lock = l ? file_open_rw(path, FILE_OWN, e) : -1;
    int rc =
        lock < 0 || file_lock(lock, path, e) < 0 ? -1 : remove_locked(l, r, before_us, removed, e);
    file_close(lock);
    ledger_close(l);
    return rc;
}
