/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verbs of a run whose results no rank holds, on the master's side: see "Large results" in
 * DESIGN.
 *
 * Convention: master only, and but for the first only where j->result->dealt.states. The slaves serve
 * until service_end().
 */
#ifndef ENGINE_FLOW_SHARDS_H
#define ENGINE_FLOW_SHARDS_H

#include "engine/flow/job.h"
#include "engine/transport/message.h"

/* Effect: the result knows what of it is dealt, before there is room for it; b: the function. */
int shards_prepare(struct job *j, struct bound *b, struct err *e);

/* Effect: takes what a slave says of the state that it keeps, as submit_accept() takes states. */
int shards_accept(struct job *j, const struct message *m, bool opened, struct err *e);

/* Effect: result k is in, if the file of an earlier start has the state that the ledger knows. */
int shards_resume(struct job *j, uint32_t k, const struct run_slave *known, struct err *e);

/* Effect: *objection is what an earlier start had against the state that result k has kept; "": nothing.
 * The caller frees it. */
int shards_objection(struct job *j, uint32_t k, char **objection, struct err *e);

/* Effect: every rank has the round's model, once; nothing where there is none, or one process. */
int shards_tell_model(struct job *j, struct err *e);

/* Effect: the results are dealt to ranks, and decided on. */
int shards_judge(struct job *j, struct err *e);

/* Effect: what is accepted is merged; digest is that of the aggregate. The result has the arrays that
 * have not a row for each double, where the aggregate is dealt, too. */
int shards_merge(struct job *j, uint8_t digest[static SHA256_LEN], struct err *e);

/* Effect: the result has the finished arrays, as of judge_finish(), where the aggregate is not dealt;
 * last: it is the last round, so that the file is to have them as they were without the filter, too. */
int shards_finish(struct job *j, bool last, struct err *e);

/* Effect: of a round that the next one follows, aggregate and model stand in files of the run's
 * directory, and not in memory: r, which is to be written with all rounds. */
int shards_put_away(struct job *j, struct result *r, struct err *e);

/* Effect: writes the result to a file, and learns what ranks have sent and used. */
int shards_write(struct job *j, const char *path, struct err *e);

/* Effect: nothing is left of them. */
void shards_close(struct job *j);

#endif
