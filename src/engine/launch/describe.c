/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says in words how an attempt ended, and what can be done. */
#include "engine/launch/parts.h"

#include <stdio.h>
#include <string.h>

char *launch_describe(const struct launch *l, const struct launch_attempt *a, char *text,
                      size_t size)
{
    const struct launch_blame *b = &a->blame;
    const char *lacks = b->absent ? ", where the program cannot be started" : "";
    char who[SLAVE_NAME + NODE_NAME + 100] = "";

    if (b->rank >= 0)
        snprintf(who, sizeof who, "; rank %d%s%s%s%s", b->rank, b->slave ? ", slave " : "", b->name,
                 b->node[0] ? ", node " : "", b->node);
    else if (b->slave || b->node[0])
        snprintf(who, sizeof who, "; %s%s%s%s", b->slave ? "slave " : "", b->name,
                 b->slave && b->node[0] ? ", node "
                 : b->node[0]           ? "node "
                                        : "",
                 b->node);
    size_t used = strlen(who);
    snprintf(who + used, sizeof who - used, "%s", lacks);
    switch (a->outcome) {
    case LAUNCH_SETTLED:
        snprintf(text, size, "settled after %.1f s", a->seconds);
        break;
    case LAUNCH_FAILED:
        if (a->code == ERR_STOPPED) {
            snprintf(text, size, "stopped after %.1f s, before it is settled", a->seconds);
            break;
        }
        snprintf(text, size, "failed after %.1f s (exit code %d%s)", a->seconds, a->code, who);
        break;
    case LAUNCH_HUNG:
        snprintf(text, size, "hung: no sign of life for %g s, ended after %.1f s%s", l->o->lease,
                 a->seconds, who);
        break;
    case LAUNCH_DRAINED:
        snprintf(text, size, "drained after %.1f s (exit code %d)", a->seconds, a->code);
        break;
    case LAUNCH_KILLED:
        snprintf(text, size, "killed after %.1f s", a->seconds);
        break;
    }
    return text;
}

const char *launch_advice(const struct launch *l, const struct launch_attempt *a,
                          enum err_code code)
{
    if (a->unfit == LAUNCH_NO_SLOTS)
        return "not repeated: ask for fewer ranks, or for more processors; on one machine, mpirun "
               "--oversubscribe starts more ranks than it has";
    if (a->unfit == LAUNCH_NO_PMI)
        return "not repeated: the launcher and MPI have no PMI in common; srun --mpi=list says "
               "what this Slurm has, and mpirun does without";
    if (a->blame.absent)
        return "not repeated: install the program there, or leave the node out";
    if (code == ERR_STOPPED)
        return "not repeated: look at it; the same command with --on-reject settle settles it";
    if (code != ERR_INCOMPLETE)
        return "not repeated";
    return l->o->run.again ? "not complete; the same command without --again goes on with the run"
                           : "not complete; the same command goes on with the run";
}
