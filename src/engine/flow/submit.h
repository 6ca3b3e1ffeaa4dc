/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A submission, on the master's side.
 *
 * Convention: master only.
 */
#ifndef ENGINE_FLOW_SUBMIT_H
#define ENGINE_FLOW_SUBMIT_H

#include "engine/flow/job.h"
#include "engine/transport/message.h"

/* Effect: takes a slave's answer to MESSAGE_COMPUTE: its state is durable, or it is lost. It is
 * recorded, unless the ledger has this very state. salt: SHA256_LEN bytes that its digest is made
 * with, of a run of centres (job_is_collected()); else NULL. */
int submit_accept(struct job *j, const struct message *m, const uint8_t *salt, struct err *e);

/* Effect: records that the slave has failed, for a reason; and that result k is so. Of a run of
 * centres the reason is a word, or becomes one that its code has, and what was the last thing that is
 * known of the slave is not recorded once more. */
int submit_lost_record(struct job *j, const char *slave, const char *node, const char *reason,
                       struct err *e);
int submit_lost(struct job *j, uint32_t k, enum err_code code, const char *reason, struct err *e);

/* Effect: records that a slave was halted, with what it has saved. */
int submit_withdrawn(struct job *j, const struct message *m, struct err *e);

/* Effect: takes up again, from the run's directory, what an earlier start had submitted. */
int submit_resume(struct job *j, struct err *e);

#endif
