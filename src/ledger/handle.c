/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a ledger's handle, which reads on where it stood. */
#include "ledger/handle.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/file.h"
#include "util/lock.h"
#include "util/paths.h"

static int set_paths(struct ledger *l, const char *directory, struct err *e)
{
    int n = snprintf(l->directory, sizeof l->directory, "%s", directory);

    if (n < 0 || (size_t)n >= sizeof l->directory)
        return err_set(e, ERR_OPEN, "%s: the path is too long", directory);
    return paths_join(l->log, sizeof l->log, directory, "log", e);
}

struct ledger *ledger_create(const char *directory, struct err *e)
{
    struct ledger *l = err_alloc(1, sizeof *l, "a ledger", e);

    if (!l)
        return NULL;
    l->fd = l->lock = -1;
    if (set_paths(l, directory, e) == 0)
        return l;
    free(l);
    return NULL;
}

int ledger_read_on(struct ledger *l, enum chain_tail *tail, struct err *e)
{
    struct err what = {0};
    uint64_t size;

    if (l->poisoned)
        return err_set(e, ERR_IO, "%s: a write failed before; open it again", l->directory);
    file_see_anew(l->fd);
    if (file_size(l->fd, l->log, &size, e) < 0)
        return -1;
    *tail = CHAIN_CLEAN;
    if (size == l->state.bytes) /* as before most appends */
        return 0;
    if (chain_read(&(struct chain_log){.fd = l->fd, .path = l->log}, &l->state, tail, &what, e) < 0)
        return -1;
    if (*tail == CHAIN_DAMAGED)
        return err_set(e, ERR_INPUT,
                       "%s: altered: %s; no interrupted write leaves this (nothing was changed)",
                       l->log, what.text);
    return 0;
}
