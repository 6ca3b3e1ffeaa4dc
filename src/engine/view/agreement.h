/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of the rejected results of a run agree: LEDGER/logs/RUN/agreed, for people.
 *
 * The features that it follows from are in the result, and not in the ledger: so it is kept for those
 * who look at a run from outside, also of one that was stopped before it is settled. Nothing is
 * decided by the file, which FORMAT describes.
 */
#ifndef ENGINE_VIEW_AGREEMENT_H
#define ENGINE_VIEW_AGREEMENT_H

#include "engine/result/agreed.h"
#include "ledger/fold/run.h"

/* Effect: that stands there, or where none agree nothing does. */
int agreement_keep(const char *ledger, const char *run, const struct agreed *a, struct err *e);

/* Effect: *a, which agreed_free() empties, is what stands there, if the file is this user's or the
 * group's alone and names slaves of that run which were rejected; else it is empty. */
void agreement_read(const char *ledger, const struct run *run, struct agreed *a);

#endif
