/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Devices of their own for the slaves of a node.
 */
#ifndef ENGINE_FLOW_DIVIDE_H
#define ENGINE_FLOW_DIVIDE_H

#include "engine/slave/side.h"
#include "engine/transport/transport.h"

/* Collective; s is NULL on a rank that is no slave's, which then helps the others only. Effect:
 * where so many GPUs are asked for by each slave (0: nothing is done), this process sees those
 * of its slave alone. A slave for which none are left is told to decline. */
int divide_gpus(struct transport *t, double asked, int ranks_per_slave, struct slave *s,
                struct err *e);

#endif
