/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The claim of a partition, on the slave's side.
 */
#ifndef ENGINE_SLAVE_CLAIM_H
#define ENGINE_SLAVE_CLAIM_H

#include "engine/slave/side.h"
#include "engine/transport/transport.h"

/* Collective over the team. Answers MESSAGE_CLAIM. */
int claim(struct slave *s, struct team *team, const struct message *in, struct message **out,
          struct err *e);

/* Collective over the team. Effect: the partition of that number is the one at hand again,
 * as it was claimed; a rank that cannot open it any more is the failure of all, in why. */
int claim_again(struct slave *s, struct team *team, uint32_t number, struct err *why,
                struct err *e);

#endif
