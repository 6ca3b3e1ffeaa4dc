/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The submission of a result, on the slave's side.
 */
#ifndef ENGINE_SLAVE_SUBMIT_H
#define ENGINE_SLAVE_SUBMIT_H

#include "engine/slave/side.h"
#include "engine/transport/transport.h"

/* Collective over the team. Answers MESSAGE_COMPUTE. */
int submit(struct slave *s, struct team *team, const struct message *in, struct message **out,
           struct err *e);

#endif
