/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A claim, on the master's side.
 */
#ifndef ENGINE_FLOW_CLAIM_H
#define ENGINE_FLOW_CLAIM_H

#include "engine/flow/job.h"
#include "engine/transport/message.h"

/* Who claims, by what the master knows of it: its answer says nothing of that. */
struct claimant {
    const char *node;
    int rank; /* of the job, its SLOT */
};

/* Whoever is not of the job: what it says came as a file. */
extern const struct claimant claim_exchange;

/* Returns who a group of the job's ranks is. */
struct claimant claim_group(const struct job *j, int group);

/* Master only. Effect: says what is wrong with what was saved, as a claim has it. */
void claim_warn(const struct job *j, const char *slave, const struct message *m);

/* Master only. Effect: takes a slave's answer to MESSAGE_CLAIM, and records it, unless the ledger has
 * this very claim. Where the contract names the columns the claim need not. */
int claim_accept(struct job *j, const struct claimant *by, const struct message *m, struct err *e);

/* Returns what the code and the words of a slave's answer, DECLINED or FAILED, are taken for. */
void claim_trouble(const struct message *m, struct err *why);

/* Effect: why is what speaks against a claim of any contract, if anything does: that the slave
 * declines, has another contract, or is where nobody is to serve. */
void claim_judge(const struct job *j, const struct claimant *by, const struct message *m,
                 struct err *why);

/* Master only. Effect: records that this slave has viewed the contract, and claimed it, or
 * declined if there is a why. */
int claim_record(struct job *j, const char *slave, const struct claimant *by,
                 const struct message *m, const struct err *why, struct err *e);

#endif
