/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The nodes that groups are on, and what failed on which.
 *
 * A partition that fails on a node may do so for the node's sake: its data is not mounted, a
 * program or memory is missing there. So it is offered elsewhere, and a node that has failed
 * two partitions which no other has failed is doubtful: it gets only what nobody else can
 * take. Once others have served two of them it is left out. What others fail as well is the
 * partition's fault. Contents that a node calls bad before it computes speak against it only
 * when others have served them.
 *
 * Convention: groups, nodes and partitions are numbered from 0. Nothing is known here of jobs
 * and messages.
 */
#ifndef ENGINE_POOL_NODES_H
#define ENGINE_POOL_NODES_H

#include <stdbool.h>
#include <stddef.h>

#include "ledger/names.h"
#include "util/err.h"

struct nodes;

/* How a partition failed. */
enum nodes_how {
    NODES_UNFIT = 1,    /* the group lacks what the contract asks for: another one of its node
                           may have it */
    NODES_DECLINED = 2, /* nobody on that node can serve it */
    NODES_LOST = 3,     /* computing it: which is tried on one more node, as it costs */
};

enum { NODES_WHY = 200 }; /* bytes of a reason, with its NUL */

/* Returns an account; the caller closes it. names: of the nodes of so many groups. */
struct nodes *nodes_open(char (*names)[NODE_NAME], size_t groups, size_t partitions, struct err *e);
void nodes_close(struct nodes *x);

/* Effect: another round begins. What was failed in the last one may be served now; who was
 * left out stays so. */
void nodes_begin_round(struct nodes *x);

/* Whether group g is to have partition k: none that could have it is better. */
bool nodes_suits(const struct nodes *x, size_t g, size_t k);

/* Effect: takes down that k failed there, and why. *again: another group is to try. */
int nodes_failed(struct nodes *x, size_t g, size_t k, enum nodes_how how, const struct err *why,
                 bool *again, struct err *e);

/* Effect: takes down that k was served there. Returns whether it had failed before. */
bool nodes_served(struct nodes *x, size_t g, size_t k);

/* Returns a node that is left out and was not returned before, with the last reason why; or
 * NULL. Both are x's. */
const char *nodes_left_out(struct nodes *x, const char **why);

#endif
