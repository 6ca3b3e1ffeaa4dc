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
    return ledger_open_alone(directory, genesis, false, e);
}

struct ledger *ledger_open_alone(const char *directory, const struct ledger_genesis *genesis,
                                 bool alone, struct err *e)
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
    l->alone = alone;
    if (access_check_nodes(directory, alone, e) < 0 || file_mkdirs(directory, e) < 0 ||
        owner_admit_place(directory, e) < 0 || access_tighten(l, e) < 0 ||
        paths_join(path, sizeof path, directory, "lock", e) < 0)
        goto done;
    l->lock = file_open_rw(path, FILE_OWN, e);
    l->fd = l->lock < 0 ? -1 : file_open_rw(l->log, FILE_OWN, e);
    if (l->fd < 0 || ledger_lock(l, l->lock, path, e) < 0)
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

/* Effect: the log is open for reading. */
static int open_log(struct ledger *l, struct err *e)
{
    if (!file_is_taken(l->log))
        return err_set(
            e, ERR_OPEN,
            "%s: holds no ledger: metaneuron ledger init or a run makes one, and --ledger "
            "names another",
            l->directory);
    l->fd = file_open(l->log, e);
    return l->fd < 0 ? -1 : 0;
}

struct ledger *ledger_open_read(const char *directory, struct err *e)
{
    struct ledger *l = ledger_create(directory, e);

    if (!l)
        return NULL;
    if (open_log(l, e) == 0) {
        snapshot_load(l);
        if (ledger_refresh(l, e) == 0)
            return l;
    }
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
    const struct chain_log log = {l->fd, l->log, l->state.count, visit, context, NULL};
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
    if (lock < 0 || file_has_no_locks(lock) || file_lock(lock, path, e) == 0) {
        file_see_anew(l->fd);
        rc = chain_read(log, &l->state, tail, what, e);
    }
    file_close(lock);
    return rc;
}

int ledger_verify(const char *directory, struct chain_state *state, struct err *e)
{
    static const struct ledger_also nothing;

    return ledger_verify_also(directory, &nothing, state, e);
}

static int by_size(const void *a, const void *b)
{
    const struct ledger_root *x = a, *y = b;

    return (x->size > y->size) - (x->size < y->size);
}

/* In words that tell what a crash leaves from what it does not. */
static int tell_tail(const struct ledger *l, enum chain_tail tail, const struct err *what,
                     struct err *e)
{
    if (tail == CHAIN_TORN)
        return err_set(e, ERR_VERIFY,
                       "%s: torn: %s: so a crash leaves the batch that was being written, or "
                       "somebody altered the last one; what stands before is whole",
                       l->log, what->text);
    if (tail == CHAIN_DAMAGED)
        return err_set(e, ERR_VERIFY, "%s: altered: %s; no crash leaves this", l->log, what->text);
    if (l->state.count == 0)
        return err_set(e, ERR_VERIFY, "%s: is empty", l->log);
    return 0;
}

/* Reads the log, and once more with the lock held where a batch may just be being written. */
static int read_also(struct ledger *l, const struct ledger_also *also, struct err *e)
{
    struct err what = {0}, why = {0};
    enum chain_tail tail;
    const struct chain_log log = {.fd = l->fd,
                                  .path = l->log,
                                  .visit = also->visit,
                                  .context = also->context,
                                  .tiles = also->count > 0 ? &l->tiles : NULL};

    if (chain_read(&log, &l->state, &tail, &what, &why) == 0 && tail != CHAIN_CLEAN) {
        err_clear(&what);
        read_locked(l, &log, &tail, &what, &why);
    }
    if (why.code != ERR_NONE)
        return err_set(e, why.code == ERR_INPUT ? ERR_VERIFY : why.code, "%s: %s", l->log,
                       why.text);
    return tell_tail(l, tail, &what, e);
}

int ledger_verify_also(const char *directory, const struct ledger_also *also,
                       struct chain_state *state, struct err *e)
{
    int rc = -1;
    struct ledger *l = ledger_create(directory, e);

    if (!l)
        return -1;
    if (also->count > 0)
        qsort(also->roots, also->count, sizeof *also->roots, by_size);
    l->tiles.wanted = also->roots;
    l->tiles.left = also->count;
    if (open_log(l, e) == 0) {
        file_see_anew(l->fd);
        rc = read_also(l, also, e);
        *state = l->state;
    }
    ledger_close(l);
    return rc;
}
