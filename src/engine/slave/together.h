/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The computation of a collective function, by all ranks of a slave at once.
 */
#ifndef ENGINE_SLAVE_TOGETHER_H
#define ENGINE_SLAVE_TOGETHER_H

#include "engine/slave/side.h"
#include "engine/state/reduction.h"
#include "engine/state/saved.h"

/* Collective over the team. Effect: pushes the units of a span that all ranks compute
 * together into the reduction of rank 0. why and -1 as in compute(). */
int compute_together(struct slave *s, struct team *team, const struct saved_key *c,
                     const struct span *span, struct reduction *t, struct err *why, struct err *e);

#endif
