/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger: opened, read and verified. */
#include "ledger/ledger.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/access.h"
#include "ledger/append.h"
#include "ledger/handle.h"
#include "ledger/snapshot.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/lock.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/text.h"

struct ledger *ledger_open(const char *directory, const struct ledger_genesis *genesis,
                           struct err *e)
{
    char path[PATH_MAX];
    int rc = -1;
    struct ledger *l = ledger_create(directory, e);

    if (!l)
        return NULL;
    if (!genesis && !file_exists(l->log)) {
        err_set(e, ERR_OPEN, "%s: holds no ledger", directory);
        goto done;
    }
    if (genesis && !text_is_name(genesis->site)) {
        err_set(e, ERR_USAGE, "'%s' is no name for a site (letters, digits, _ . -)", genesis->site);
        goto done;
    }
    if (file_mkdirs(directory, e) < 0 || owner_admit_place(directory, e) < 0 ||
        access_tighten(l, e) < 0 || paths_join(path, sizeof path, directory, "lock", e) < 0)
        goto done;
    l->lock = file_open_rw(path, FILE_OWN, e);
    l->fd = l->lock < 0 ? -1 : file_open_rw(l->log, FILE_OWN, e);
    if (l->fd < 0 || file_lock(l->lock, path, e) < 0)
        goto done;
    snapshot_load(l);
    rc = ledger_settle(l, genesis, e);
    file_unlock(l->lock);
done:
    if (rc == 0)
        return l;
    ledger_close(l);
    return NULL;
}

struct ledger *ledger_open_read(const char *directory, struct err *e)
{
    struct ledger *l = ledger_create(directory, e);

    if (!l)
        return NULL;
    l->fd = file_open(l->log, e);
    if (l->fd >= 0)
        snapshot_load(l);
    if (l->fd >= 0 && ledger_refresh(l, e) == 0)
        return l;
    ledger_close(l);
    return NULL;
}

void ledger_close(struct ledger *l)
{
    if (!l)
        return;
    file_close(l->fd);
    file_close(l->lock);
    tiles_free(&l->tiles);
    free(l);
}

const char *ledger_directory(const struct ledger *l)
{
    return l->directory;
}

const struct chain_state *ledger_state(const struct ledger *l)
{
    return &l->state;
}

uint64_t ledger_repaired(const struct ledger *l)
{
    return l->repaired;
}

size_t ledger_tightened(const struct ledger *l)
{
    return l->tightened;
}

int ledger_refresh(struct ledger *l, struct err *e)
{
    enum chain_tail tail;

    return ledger_read_on(l, &tail, e);
}

int ledger_scan(struct ledger *l, chain_visit *visit, void *context, struct err *e)
{
    const struct chain_log log = {l->fd, l->log, l->state.bytes, visit, context, NULL};
    struct chain_state from = {0};
    struct err what = {0};
    enum chain_tail tail;

    if (l->state.count == 0)
        return 0;
    int rc = chain_read(&log, &from, &tail, &what, e);
    if (rc == 0 && !chain_same(&from, &l->state))
        return err_set(e, ERR_INPUT, "%s: altered after it was opened: %s", l->log,
                       what.code ? what.text : "it has another head");
    return rc;
}

/* Effect: reads on with the lock held, where we may: a batch that is just being
 * written looks torn. */
static int read_locked(struct ledger *l, const struct chain_log *log, enum chain_tail *tail,
                       struct err *what, struct err *e)
{
    char path[PATH_MAX];
    int rc = -1, lock = -1;

    if (paths_join(path, sizeof path, l->directory, "lock", e) < 0)
        return -1;
    if (file_exists(path))
        lock = file_open_rw(path, FILE_OWN, NULL);
    if (lock < 0 || file_lock(lock, path, e) == 0)
        rc = chain_read(log, &l->state, tail, what, e);
    file_close(lock);
    return rc;
}

int ledger_verify(const char *directory, struct chain_state *state, struct err *e)
{
    return ledger_verify_roots(directory, NULL, 0, state, e);
}

static int by_size(const void *a, const void *b)
{
    const struct ledger_root *x = a, *y = b;

    return (x->size > y->size) - (x->size < y->size);
}

int ledger_verify_roots(const char *directory, struct ledger_root *roots, size_t count,
                        struct chain_state *state, struct err *e)
{
    struct err what = {0};
    enum chain_tail tail;
    int rc = -1;
    struct ledger *l = ledger_create(directory, e);

    if (!l)
        return -1;
    if (count > 0)
        qsort(roots, count, sizeof *roots, by_size);
    l->tiles.wanted = roots;
    l->tiles.left = count;
    l->fd = file_open(l->log, e);
    const struct chain_log log = {
        .fd = l->fd, .path = l->log, .tiles = count > 0 ? &l->tiles : NULL};
    if (l->fd < 0 || chain_read(&log, &l->state, &tail, NULL, e) < 0)
        goto done;
    if (tail != CHAIN_CLEAN && read_locked(l, &log, &tail, &what, e) < 0)
        goto done;
    *state = l->state;
    if (tail != CHAIN_CLEAN)
        err_set(e, ERR_VERIFY, "%s: torn or altered: %s", l->log, what.text);
    else if (l->state.count == 0)
        err_set(e, ERR_VERIFY, "%s: is empty", l->log);
    else
        rc = 0;
done:
    ledger_close(l);
    return rc;
}
