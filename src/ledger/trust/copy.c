/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of somebody else's log, each verified, which only grow. */
#include "ledger/trust/copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/leaves.h"
#include "ledger/prefix.h"
#include "ledger/proof/evidence.h"
#include "ledger/trust/copy_log.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/lock.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

/* Effect: the newest checkpoint that was believed is read, if there is one. */
static int read_before(struct copy *c, const char *origin, struct err *e)
{
    char path[PATH_MAX];

    if (paths_join(path, sizeof path, c->directory, "checkpoint", e) < 0)
        return -1;
    c->had = file_is_taken(path);
    if (!c->had)
        return 0;
    if (kept_read_file(&c->before, path, e) < 0)
        return -1;
    return strcmp(c->before.c.origin, origin) == 0
               ? 0
               : err_set(e, ERR_INPUT, "%s: is of the ledger %s", path, c->before.c.origin);
}

int copy_open(struct copy *c, const char *directory, const char *origin, struct err *e)
{
    char path[PATH_MAX];

    *c = (struct copy){.lock = -1};
    if (snprintf(c->directory, sizeof c->directory, "%s", directory) >= (int)sizeof c->directory ||
        paths_join(c->log, sizeof c->log, directory, "log", e) < 0 ||
        paths_join(path, sizeof path, directory, "lock", e) < 0)
        return err_set(e, ERR_OPEN, "%s: the path is too long", directory);
    if (file_mkdirs_within(directory, e) == 0 && (c->lock = file_open_rw(path, FILE_OWN, e)) >= 0 &&
        file_lock(c->lock, path, e) == 0 && read_before(c, origin, e) == 0)
        return 0;
    copy_close(c);
    return -1;
}

void copy_close(struct copy *c)
{
    kept_free(&c->before);
    file_close(c->lock);
    c->lock = -1;
}

/* Sets what a log comes to of which so many lines are missing. */
static void tell_short(const struct kept *now, uint64_t missing, struct copy_report *r)
{
    r->records = now->c.size - missing;
    r->found = r->why.code == ERR_VERIFY ? COPY_WRONG : COPY_SHORT;
}

/* Returns the copy as far as its checkpoint says, or NULL: ERR_INPUT if it is not that. What a
 * snapshot says may be wrong: then the log is asked. */
static struct ledger *open_prefix(const char *directory, const struct kept *before, struct err *e)
{
    uint8_t root[SHA256_LEN];
    struct ledger *l = ledger_open_prefix(directory, before->c.size, e);

    for (bool again = l != NULL; again;) {
        if (ledger_root(l, before->c.size, root, e) < 0)
            break;
        if (memcmp(root, before->c.root, SHA256_LEN) == 0)
            return l;
        again = ledger_cached(l) > 0;
        if (again)
            ledger_forget_snapshot(l);
        else
            err_set(e, ERR_INPUT, "%s: the copy is not what its checkpoint covers", directory);
    }
    ledger_close(l);
    return NULL;
}

/* Whether the log of l goes on as a checkpoint says. Returns 1, 0 and *why, or -1. */
static int bears_out(const struct copy *c, struct ledger *l, const struct kept *now,
                     struct err *why, struct err *e)
{
    uint8_t root[SHA256_LEN];
    char origin[RECORD_MOST];
    struct err x = {0};

    err_clear(why);
    int rc = ledger_extend_prefix(l, now->c.size, c->visit, c->context, root, &x);
    if (rc == 0)
        rc = ledger_origin(ledger_directory(l), origin, &x);
    if (rc < 0 && x.code != ERR_INPUT)
        return err_set(e, x.code, "%s", x.text);
    if (rc < 0)
        err_set(why, ERR_VERIFY, "%s: the log is not what its checkpoint covers: %s", now->c.origin,
                x.text);
    else if (memcmp(root, now->c.root, SHA256_LEN) != 0)
        err_set(why, ERR_VERIFY, "%s: the log is not what its checkpoint covers", now->c.origin);
    else if (strcmp(origin, now->c.origin) != 0)
        err_set(why, ERR_VERIFY, "%s: its checkpoint is of the ledger %s", origin, now->c.origin);
    return why->code == ERR_NONE;
}

/* Effect: what contradicts itself is a file for everybody. l is a log that the larger one covers;
 * of equal sizes NULL. */
static int keep_evidence(const struct copy *c, const struct kept *now, struct ledger *l,
                         struct copy_report *r, struct err *e)
{
    const struct kept *a = &c->before, *b = now;
    char name[64];
    struct buf file = {0};

    if (a->c.size > b->c.size) {
        a = now;
        b = &c->before;
    }
    struct evidence x = {.smaller = a->bytes.data, .smaller_len = a->bytes.len};
    x.larger = b->bytes.data;
    x.larger_len = b->bytes.len;
    memcpy(x.prefix, b->c.root, SHA256_LEN);
    if (l && (ledger_root(l, a->c.size, x.prefix, e) < 0 ||
              ledger_prove_consistent(l, a->c.size, b->c.size, &x.path, e) < 0))
        return -1;
    evidence_write(&file, &x);
    snprintf(name, sizeof name, "evidence-%" PRIu64 "-%" PRIu64, a->c.size, b->c.size);
    r->found = COPY_LIES;
    int rc = buf_failed(&file) ? err_memory(e, "evidence")
                               : paths_join(r->evidence, sizeof r->evidence, c->directory, name, e);
    if (rc == 0)
        rc = file_write(r->evidence, file.data, file.len, FILE_OWN, e);
    buf_free(&file);
    return rc;
}

/* A checkpoint that is no larger than the one before, whose log l is. */
static int compare(const struct copy *c, const struct kept *now, struct ledger *l,
                   struct copy_report *r, struct err *e)
{
    uint8_t root[SHA256_LEN];
    bool smaller = now->c.size < c->before.c.size;

    r->found = smaller ? COPY_OLDER : COPY_SAME;
    if (ledger_root(l, now->c.size, root, e) < 0)
        return -1;
    return memcmp(root, now->c.root, SHA256_LEN) == 0
               ? 0
               : keep_evidence(c, now, smaller ? l : NULL, r, e);
}

/* Effect: the checkpoint is the copy's. */
static int believe(const struct copy *c, const struct kept *now, struct ledger *l,
                   struct copy_report *r, struct err *e)
{
    char path[PATH_MAX];

    if (paths_join(path, sizeof path, c->directory, "checkpoint", e) < 0 ||
        file_write(path, now->bytes.data, now->bytes.len, FILE_OWN, e) < 0)
        return -1;
    r->found = COPY_NEWER;
    r->last_us = ledger_state(l)->time_us;
    return 0;
}

/* Effect: the log, which does not go on from the copy, is looked at from its beginning, in next/: it
 * is damaged, or of another history, or the copy was damaged, and is made anew. */
static int take_anew(const struct copy *c, const struct kept *now, int fd, const char *path,
                     struct copy_report *r, struct err *e)
{
    char next[PATH_MAX], log[PATH_MAX], snapshot[PATH_MAX];
    uint8_t root[SHA256_LEN];
    uint64_t lines = now->c.size;

    if (paths_join(next, sizeof next, c->directory, "next", e) < 0 ||
        file_mkdirs_within(next, e) < 0 || paths_join(log, sizeof log, next, "log", e) < 0 ||
        paths_join(snapshot, sizeof snapshot, c->directory, "snapshot", e) < 0 ||
        copy_log_append(fd, path, 0, log, &lines, &r->why, e) < 0)
        return -1;
    if (lines > 0) {
        tell_short(now, lines, r);
        file_remove(log);
        return 0;
    }
    r->found = COPY_WRONG;
    struct ledger *l = ledger_open_prefix(next, 0, e);
    int good = l ? bears_out(c, l, now, &r->why, e) : -1, rc = good < 0 ? -1 : 0;
    if (good == 1)
        rc = ledger_root(l, c->before.c.size, root, e);
    if (good == 1 && rc == 0 && memcmp(root, c->before.c.root, SHA256_LEN) != 0)
        rc = keep_evidence(c, now, l, r, e);
    else if (good == 1 && rc == 0) {
        file_remove(snapshot);
        rc = file_commit(log, c->log, true, e) < 0 ? -1 : believe(c, now, l, r, e);
    }
    ledger_close(l);
    file_remove(log);
    return rc;
}

/* Effect: what is new is appended to the copy, whose log l is as far as its checkpoint says, or
 * NULL if it has none. Returns 1 if it is not what the checkpoint says. */
static int take_on(const struct copy *c, const struct kept *now, int fd, const char *path,
                   struct ledger *l, struct copy_report *r, struct err *e)
{
    uint64_t before = c->had ? c->before.c.size : 0, lines = now->c.size - before;
    struct ledger *own = NULL;

    if (copy_log_append(fd, path, l ? ledger_state(l)->bytes : 0, c->log, &lines, &r->why, e) < 0)
        return -1;
    if (lines > 0) {
        tell_short(now, lines, r);
        return r->found == COPY_WRONG || (l && !copy_log_same(c->log, ledger_state(l)->bytes, fd));
    }
    if (!l && !(l = own = ledger_open_prefix(c->directory, 0, e)))
        return -1;
    r->found = COPY_WRONG;
    int rc = bears_out(c, l, now, &r->why, e);
    r->visited = rc == 1 && c->visit;
    if (rc == 1 && (rc = believe(c, now, l, r, e)) == 0)
        ledger_save_snapshot(l, NULL);
    else if (rc == 0)
        rc = 1;
    ledger_close(own);
    return rc;
}

/* Whether a failure is only that the copy is not what it was. */
static bool is_damage(const struct err *why)
{
    return why->code == ERR_INPUT || why->code == ERR_OPEN;
}

int copy_take(struct copy *c, const struct kept *now, int fd, const char *path,
              struct copy_report *r, struct err *e)
{
    struct err why = {0};
    bool newer = !c->had || now->c.size > c->before.c.size;

    *r = (struct copy_report){0};
    struct ledger *l = c->had ? open_prefix(c->directory, &c->before, &why) : NULL;
    if (c->had && !l && !is_damage(&why))
        return err_set(e, why.code, "%s", why.text);
    if (l)
        r->last_us = ledger_state(l)->time_us;
    int rc = 0;
    if (l && !newer)
        rc = compare(c, now, l, r, e);
    else if (fd < 0 || now->c.size < c->before.c.size)
        r->found = COPY_SHORT;
    else
        rc = l || !c->had ? take_on(c, now, fd, path, l, r, e) : 1;
    ledger_close(l);
    if (rc != 1 || !c->had)
        return rc < 0 ? -1 : 0;
    err_clear(&r->why);
    return take_anew(c, now, fd, path, r, e);
}

int copy_compare(struct copy *c, const struct kept *now, struct copy_report *r, struct err *e)
{
    *r = (struct copy_report){.found = COPY_SHORT};
    if (!c->had || now->c.size > c->before.c.size)
        return 0;
    r->found = COPY_SAME;
    if (checkpoint_same(&now->c, &c->before.c))
        return 0;
    struct ledger *l = open_prefix(c->directory, &c->before, e);
    int rc = l ? compare(c, now, l, r, e) : -1;
    ledger_close(l);
    return rc;
}

struct ledger *copy_read(const char *directory, struct err *e)
{
    char path[PATH_MAX];
    struct kept k;

    if (paths_join(path, sizeof path, directory, "checkpoint", e) < 0 || !file_is_taken(path) ||
        kept_read_file(&k, path, e) < 0)
        return NULL;
    struct ledger *l = ledger_open_prefix(directory, k.c.size, e);
    kept_free(&k);
    return l;
}
