/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A slave's rank: answers the master's messages.
 */
#ifndef ENGINE_SLAVE_SLAVE_H
#define ENGINE_SLAVE_SLAVE_H

#include "engine/slave/side.h"
#include "engine/transport/transport.h"

/* The handler that every slave's rank serves with; the context is its struct slave. */
int slave_handle(void *context, struct team *team, const struct message *in, struct message **out,
                 struct err *e);
void slave_free(struct slave *s);

#endif
