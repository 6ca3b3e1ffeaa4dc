/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The publication of a contract, or the run of it that is to go on.
 */
#ifndef ENGINE_FLOW_PUBLISH_H
#define ENGINE_FLOW_PUBLISH_H

#include "engine/flow/job.h"

/* Master only. Effect: opens the ledger, finds the run to resume or publishes a new one,
 * locks it, and weighs the slaves. */
int publish(struct job *j, struct err *e);

#endif
