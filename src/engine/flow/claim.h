/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A claim, on the master's side.
 */
#ifndef ENGINE_FLOW_CLAIM_H
#define ENGINE_FLOW_CLAIM_H

#include "engine/flow/job.h"
#include "engine/transport/message.h"

/* Fails when the node of a claim, if it has one, is called as no node can be. */
int claim_check_node(const struct message *m, struct err *e);

/* Master only. Effect: says what is wrong with what was saved, as a claim has it. */
void claim_warn(const struct job *j, const char *slave, const struct message *m);

/* Master only. Effect: takes a slave's answer to MESSAGE_CLAIM, and records it. */
int claim_accept(struct job *j, const struct message *m, struct err *e);

/* Master only. Effect: records that this slave has viewed the contract, and claimed it, or
 * declined if there is a why. */
int claim_record(struct job *j, const char *slave, const struct message *m, const struct err *why,
                 struct err *e);

#endif
