/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The openings of claims: by which it is seen later whether the data is still the one that
 * was computed over.
 *
 * They stand in LEDGER/openings/RUN, readable for the owner alone, and never in a result:
 * who has an opening and its commitment can test guesses about the data. FORMAT has the lines.
 *
 * Convention: master only.
 */
#ifndef ENGINE_FLOW_OPENINGS_H
#define ENGINE_FLOW_OPENINGS_H

#include "engine/flow/job.h"
#include "engine/transport/message.h"

/* Effect: looks at the file that all slaves have rows of, if it can be seen from here:
 * ERR_INPUT if it is another than when it was looked at first in this start. */
int openings_watch(struct job *j, uint32_t k, struct err *e);

/* Effect: the opening of a claim, which came with its result, is kept. It is not synced: what
 * a crash takes of it is not compared. */
int openings_keep(struct job *j, const struct message *m, struct err *e);

#endif
