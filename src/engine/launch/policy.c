/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides what follows a failure. */
#include "engine/launch/parts.h"

#include <string.h>

static const double pause_most = 60; /* seconds */

bool launch_is_worth(int code)
{
    /* Any other: a signal, the launcher's own trouble, or 0 of a launcher that lies. */
    return !err_is_permanent((enum err_code)code);
}

double launch_pause(struct launch_policy *p)
{
    double now = p->pause < pause_most ? p->pause : pause_most;

    p->pause = 2 * now;
    return now;
}

bool launch_is_excluded(const struct launch_policy *p, const char *node)
{
    for (size_t i = 0; i < p->nodes_count; i++)
        if (strcmp(p->nodes[i], node) == 0)
            return true;
    return false;
}

/* A rank that works for no slave, the master, says nothing about its node, but that it could
 * not begin there. */
static bool is_about_node(const struct launch_blame *b)
{
    return b->node[0] && (b->slave > 0 || b->rank < 0 || b->early);
}

enum launch_excluded launch_learn(struct launch_policy *p, const struct launch_blame *b,
                                  bool others)
{
    struct launch_blame last = p->last;

    p->last = *b;
    if (!p->ranges && b->slave > p->slaves)
        return LAUNCH_NOTHING;
    if (!p->ranges && b->slave > 0 && b->slave == last.slave) {
        if (p->skip[b->slave - 1])
            return LAUNCH_NOTHING;
        p->skip[b->slave - 1] = true;
        p->skipped++;
        return LAUNCH_SLAVE;
    }
    if (!others || !is_about_node(b) || !is_about_node(&last) || strcmp(last.node, b->node) != 0 ||
        launch_is_excluded(p, b->node) || p->nodes_count == LAUNCH_NODES)
        return LAUNCH_NOTHING;
    memcpy(p->nodes[p->nodes_count++], b->node, NODE_NAME);
    return LAUNCH_WHOLE_NODE;
}

void launch_inherit(const struct launch_policy *p, struct launch_attempt *a)
{
    if (!a->began && a->blame.rank < 0 && !a->blame.slave && !a->blame.node[0] &&
        !launch_is_excluded(p, p->last.node))
        memcpy(a->blame.node, p->last.node, NODE_NAME);
}

enum launch_step launch_decide(const struct launch_policy *p, const struct launch_attempt *a,
                               int64_t answered)
{
    if (a->outcome == LAUNCH_SETTLED || a->outcome == LAUNCH_DRAINED ||
        a->outcome == LAUNCH_KILLED || p->completing)
        return LAUNCH_STOP;
    /* Where the program could not be started, the code is not its own. */
    if (a->outcome == LAUNCH_FAILED &&
        (a->unfit != LAUNCH_FITS || (!launch_is_worth(a->code) && !a->blame.absent)))
        return LAUNCH_STOP;
    /* All others have answered, and without those that are excluded it is not enough. */
    if (a->outcome == LAUNCH_FAILED && a->code == ERR_INCOMPLETE &&
        p->slaves - p->skipped < p->least)
        return LAUNCH_STOP;
    if (p->used < p->retries)
        return LAUNCH_AGAIN;
    return p->least < p->slaves && answered >= p->least ? LAUNCH_COMPLETE : LAUNCH_STOP;
}
