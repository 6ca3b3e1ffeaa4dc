/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets the ranks of a slave agree, and gathers what they have. */
#include "engine/slave/agree.h"

#include <string.h>

/* What a rank sends to another: whether it failed and why, and its nodes or nothing. */
static int send_words(struct team *team, int to, const struct reduction *t, const struct err *why,
                      struct err *e)
{
    struct buf b = {0};

    buf_add(&b, why, sizeof *why);
    if (why->code == ERR_NONE && t)
        reduction_encode(t, &b);
    int rc = buf_failed(&b) ? err_memory(e, "states") : team_send(team, to, b.data, b.len, e);
    buf_free(&b);
    return rc;
}

static int receive_from(struct team *team, int from, struct reduction *t, struct err *why,
                        struct err *e)
{
    struct buf b = {0};
    struct err theirs;
    int rc = team_receive(team, from, &b, e);

    if (rc == 0 && b.len >= sizeof theirs) {
        memcpy(&theirs, b.data, sizeof theirs);
        if (theirs.code != ERR_NONE)
            err_pass(why, &theirs);
        else if (t && why->code == ERR_NONE)
            reduction_push_encoded(t, b.data + sizeof theirs, b.len - sizeof theirs, why);
    }
    buf_free(&b);
    return rc;
}

/* Gathers the nodes on rank 0, pairwise: rank r takes over from r + 1, r + 2, r + 4, …,
 * whose units follow its own. why tells of the first failure of any rank. */
static int gather_nodes(struct team *team, struct reduction *t, struct err *why, struct err *e)
{
    int rank = team_rank(team), size = team_size(team);

    for (int step = 1; step < size; step *= 2) {
        if (rank % (2 * step) != 0)
            return send_words(team, rank - step, t, why, e);
        if (rank + step < size && receive_from(team, rank + step, t, why, e) < 0)
            return -1;
    }
    return 0;
}

/* The way back down: every rank learns of a failure of any. */
static int spread(struct team *team, struct err *why, struct err *e)
{
    int rank = team_rank(team), size = team_size(team), step = 1;
    struct err verdict = {0};

    while (step < size && rank % (2 * step) == 0)
        step *= 2;
    if (rank != 0 && receive_from(team, rank - step, NULL, &verdict, e) < 0)
        return -1;
    if (verdict.code != ERR_NONE) /* one for all: what follows depends on its code */
        *why = verdict;
    for (step /= 2; step >= 1; step /= 2)
        if (rank + step < size && send_words(team, rank + step, NULL, why, e) < 0)
            return -1;
    return 0;
}

int agree_failures(struct team *team, struct err *why, struct err *e)
{
    return gather_nodes(team, NULL, why, e);
}

int agree(struct team *team, struct reduction *t, struct err *why, struct err *e)
{
    return gather_nodes(team, t, why, e) < 0 ? -1 : spread(team, why, e);
}

/* The leader of a slave that was halted learns how many units of all ranks the master has
 * not heard of: pulses would come too late for its answer. */
int agree_units(struct team *team, uint64_t *units, struct err *e)
{
    int rank = team_rank(team), size = team_size(team), rc = 0;
    struct buf b = {0};

    for (int step = 1; rc == 0 && step < size; step *= 2) {
        if (rank % (2 * step) != 0) {
            rc = team_send(team, rank - step, units, sizeof *units, e);
            break;
        }
        if (rank + step >= size || (rc = team_receive(team, rank + step, &b, e)) < 0)
            continue;
        uint64_t theirs = 0;
        if (b.len == sizeof theirs)
            memcpy(&theirs, b.data, sizeof theirs);
        *units += theirs;
    }
    buf_free(&b);
    return rc;
}

int agree_from_leader(struct team *team, void *bytes, size_t len, struct err *e)
{
    int rank = team_rank(team), size = team_size(team);
    struct buf b = {0};
    int rc = rank == 0 ? 0 : team_receive(team, (rank - 1) / 2, &b, e);

    if (rc == 0 && rank != 0 && b.len == len)
        memcpy(bytes, b.data, len);
    for (int child = 2 * rank + 1; rc == 0 && child <= 2 * rank + 2 && child < size; child++)
        rc = team_send(team, child, bytes, len, e);
    buf_free(&b);
    return rc;
}
