/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which process on which node each rank is: some launchers say of a rank that died only that.
 */
#ifndef ENGINE_RANKS_H
#define ENGINE_RANKS_H

#include "engine/transport/transport.h"
#include "util/buf.h"
#include "util/err.h"

struct job;

/* Collective. Effect: on rank 0, text has a line "PID NODE" for each rank; within one process
 * it is empty. */
int ranks_gather(struct transport *t, struct buf *text, struct err *e);

/* Master only. Effect: the text is the run's file of its ranks, if there is a text. */
int ranks_show(const struct job *j, const struct buf *text, struct err *e);

#endif
