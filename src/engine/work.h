/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A contract without data, on the master's side: ranges of units are handed to the slaves
 * that claimed, several at a time, and some are computed again by a second slave.
 *
 * Every range is a result: entry k of the run's result, called SLAVE#k once it is in. The
 * first answer counts; who computed it shows in the name.
 *
 * Convention: master only. A schedule drives it, and an inspection after the filter may
 * make it go on.
 */
#ifndef ENGINE_WORK_H
#define ENGINE_WORK_H

#include "engine/schedule_private.h"

struct work;

/* Returns the work of a run, with what an earlier start had submitted taken up again. */
struct work *work_create(struct job *j, struct err *e);
void work_free(struct work *w);

/* Effect: groups that have room get ranges; s->busy counts those that have any. */
int work_offer(struct schedule *s, struct err *e);

/* Effect: s knows of what groups were asked for before it, and have not answered. */
void work_go_on(struct schedule *s);

/* Whether all ranges are in, and none is to be inspected: what groups still owe is not
 * waited for. */
bool work_is_done(const struct work *w);

/* Effect: takes an answer of a group. */
int work_take(struct schedule *s, int group, const struct message *m, struct err *e);

/* Effect: what was taken is durable, states first, then their records. */
int work_commit(struct job *j, struct err *e);

/* Effect: ranges that the filter would reject, and that no second slave has confirmed, are
 * to be computed again; *more is how many. */
int work_inspect(struct job *j, size_t *more, struct err *e);

/* The name and the node of a group's slave; "-" before it has claimed. */
const char *work_slave(const struct job *j, int group);
const char *work_node(const struct job *j, int group);

/* Fails with the reason when not all ranges are in, or two slaves differ. */
int work_check_complete(const struct job *j, struct err *e);

#endif
