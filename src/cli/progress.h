/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Progress for people: on a terminal one line that changes, once nothing has
 * been said for a second; in a batch log a line every half minute.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "engine/engine.h"

struct progress {
    bool quiet, terminal, line; /* line: the changing line stands there */
    double begin, last;         /* seconds on the steady clock */
    struct engine_progress now;
};

void progress_start(struct progress *p, bool quiet);

/* Effect: says how far things are, if it is time to. */
void progress_report(struct progress *p, const struct engine_progress *now);

/* Effect: the same, with what was reported last. */
void progress_tick(struct progress *p);

/* Effect: the changing line is gone. */
void progress_end(struct progress *p);

#endif
