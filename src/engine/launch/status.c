/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what a run says of itself. */
#include "engine/launch/parts.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/view/document.h"
#include "util/paths.h"
#include "util/store.h"
#include "util/text.h"

static int status_path(const struct launch *l, char path[static PATH_MAX])
{
    char name[64];

    snprintf(name, sizeof name, "runs/%s/status", l->key);
    return l->key[0] ? paths_join(path, PATH_MAX, l->o->run.ledger, name, NULL) : -1;
}

/* Effect: fills *d, which the caller frees; -1 without an error when there is none. Blame follows
 * from it, so it is to be ours. */
static int load(const struct launch *l, struct status_document *d)
{
    char path[PATH_MAX], *text;
    size_t len;

    *d = (struct status_document){0};
    if (status_path(l, path) < 0 ||
        file_read_own(path, STATUS_FILE_MOST, false, &text, &len, NULL) < 0)
        return -1;
    int rc = status_decode(text, len, d, NULL);
    free(text);
    return rc;
}

/* How near a slave in that stage is to having been at work; 0: it was not. */
static const int closeness[STATUS_FAILED + 1] = {
    [STATUS_OFFERED] = 1, [STATUS_CLAIMED] = 2, [STATUS_COMPUTING] = 3};

static bool has_rank(const struct status_slave *s, int rank)
{
    return s->first_rank > 0 && rank >= s->first_rank &&
           (uint64_t)(rank - s->first_rank) < s->ranks;
}

/* Where the ranks of a slave are: it may not have told yet, but another one that they
 * served before has. */
static const char *node_of(const struct status_document *d, const struct status_slave *s)
{
    for (size_t k = 0; !s->node[0] && k < d->count; k++)
        if (d->slaves[k].node[0] && d->slaves[k].first_rank == s->first_rank)
            return d->slaves[k].node;
    return s->node;
}

void launch_ask_status(const struct launch *l, struct launch_blame *b)
{
    const struct status_slave *found = NULL;
    struct status_document d;
    int best = 0;

    if (b->rank < 1 || load(l, &d) < 0)
        return;
    for (size_t k = 0; k < d.count; k++) {
        int close = closeness[d.slaves[k].stage];
        if (close > best && has_rank(&d.slaves[k], b->rank)) {
            best = close;
            found = &d.slaves[k];
        }
    }
    if (found)
        launch_set_slave(b, found->name, node_of(&d, found));
    status_document_free(&d);
}

bool launch_progress(const struct launch *l, char *text, size_t size)
{
    struct status_document d;
    size_t answered = 0;
    char stage[33];

    if (load(l, &d) < 0)
        return false;
    for (size_t k = 0; k < d.count; k++)
        answered += d.slaves[k].stage == STATUS_ANSWERED;
    snprintf(text, size, "metaneuron run %s, attempt %" PRIu64 ": %s, %zu of %zu answered", l->key,
             l->number, text_printable(stage, sizeof stage, d.stage), answered, d.count);
    status_document_free(&d);
    return true;
}

void launch_forget_status(const struct launch *l)
{
    char path[PATH_MAX];

    if (status_path(l, path) == 0)
        file_remove(path);
}
