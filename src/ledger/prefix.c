/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first so many records of a log, as a ledger. */
#include "ledger/prefix.h"

#include <inttypes.h>

#include "ledger/handle.h"
#include "ledger/leaves.h"
#include "ledger/snapshot.h"
#include "util/file.h"

/* Effect: *s stands behind the first so many records. */
static int read_to(const struct chain_log *l, struct chain_state *s, struct err *e)
{
    const uint64_t count = l->count;
    enum chain_tail tail;
    struct err what = {0};

    if (count > s->count && chain_read(l, s, &tail, &what, e) != 0)
        return -1;
    if (what.code != ERR_NONE)
        return err_set(e, ERR_INPUT, "%s: %s", l->path, what.text);
    if (s->count < count)
        return err_set(e, ERR_INPUT, "%s: has %" PRIu64 " records, expected %" PRIu64, l->path,
                       s->count, count);
    return s->count == count
               ? 0
               : err_set(e, ERR_INPUT, "%s: record %" PRIu64 " does not end its batch", l->path,
                         count - 1);
}

struct ledger *ledger_open_prefix(const char *directory, uint64_t count, struct err *e)
{
    struct ledger *l = ledger_create(directory, e);

    if (!l)
        return NULL;
    if ((l->fd = file_open(l->log, e)) >= 0) {
        snapshot_load(l);
        if (l->state.count > count) {
            ledger_forget_snapshot(l);
            l->state = (struct chain_state){0};
            l->saved = 0;
        }
        if (read_to(&(struct chain_log){.fd = l->fd, .path = l->log, .count = count}, &l->state,
                    e) == 0)
            return l;
    }
    ledger_close(l);
    return NULL;
}

int ledger_extend_prefix(struct ledger *l, uint64_t count, chain_visit *visit, void *context,
                         uint8_t root[static SHA256_LEN], struct err *e)
{
    const struct chain_log log = {l->fd, l->log, count, visit, context, &l->tiles};
    struct chain_state s = l->state;

    if (ledger_root(l, s.count, root, e) < 0 || read_to(&log, &s, e) < 0)
        return -1;
    l->state = l->tiled = s;
    return ledger_root(l, count, root, e);
}
