/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verbs of a run whose results no rank holds, on the master's side: see "Large results" in
 * DESIGN.
 *
 * Convention: master only, and only where j->result->sharded. The slaves serve until service_end().
 */
#ifndef ENGINE_FLOW_SHARDS_H
#define ENGINE_FLOW_SHARDS_H

#include "engine/flow/job.h"
#include "engine/transport/message.h"

/* Effect: takes what a slave says of the state that it keeps, as submit_accept() takes states. */
int shards_accept(struct job *j, const struct message *m, bool opened, struct err *e);

/* Effect: result k is in, if the file of an earlier start has the state that the ledger knows. */
int shards_resume(struct job *j, uint32_t k, const struct run_slave *known, struct err *e);

/* Effect: the results are dealt to ranks, and decided on. */
int shards_judge(struct job *j, struct err *e);

/* Effect: what is accepted is merged; digest is that of the aggregate. The result has those of its
 * arrays that have not a row for each double. */
int shards_merge(struct job *j, uint8_t digest[static SHA256_LEN], struct err *e);

/* Effect: writes the result to a file, and learns what ranks have sent and used. */
int shards_write(struct job *j, const char *path, struct err *e);

/* Effect: nothing is left of them. */
void shards_close(struct job *j);

#endif
