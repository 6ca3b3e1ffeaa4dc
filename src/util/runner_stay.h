/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program that stays, as the runner sees it: it gets a line on descriptor 3, and gives one on
 * descriptor 4. Whatever else it does is its end, and that of all that it has begun.
 */
#ifndef UTIL_RUNNER_STAY_H
#define UTIL_RUNNER_STAY_H

#include "util/child.h"
#include "util/runner_private.h"

/* Returns the terms of the program that an order is for. */
struct child_terms runner_terms(const struct runner_work *w);

/* Zero-initialise. There is one while there is a child, or how it ended has not been told. */
struct staying {
    bool there;
    struct child child;
    int ask, answer; /* our ends of its two pipes */
};

/* Effect: starts it, if there is none; gives it the line, and waits for its own, which goes into
 * answer without its LF. If the outcome is not RUNNER_ANSWERED there is none any more. Returns
 * whether who asked has said that it is to end. */
bool staying_call(struct staying *s, const struct runner_work *w,
                  const struct child_signals *signals, struct runner_outcome *o,
                  char answer[static RUNNER_LINE]);

/* Effect: ends it, if there is one, with all that it has begun. */
void staying_end(struct staying *s);

#endif
