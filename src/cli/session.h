/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session: what this process runs contracts with, under a launcher or alone.
 *
 * Convention: warnings and progress go to standard error.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/progress.h"
#include "engine/engine.h"

struct session {
    struct reader *reader; /* started before MPI */
    struct runner *runner; /* the same; NULL if the contract has no use for it */
    struct transport *transport;
    struct progress progress;
    int rank, size;
    double patience; /* seconds that ranks have to come to their end */
};

/* Collective. Effect: starts the reader, a runner if the contract of that path, which may be
 * NULL, seems to want one (shared objects do in a sandbox), and the transport; s may be closed
 * whatever comes of it. */
int session_open(struct session *s, const char *contract, bool sandbox, bool spin, bool quiet,
                 struct err *e);

/* Collective. Effect: engine_run() with progress and warnings. */
int session_run(struct session *s, struct engine_options *o, struct engine_report *report,
                struct err *e);

/* Collective. Returns the code that this process ends with, as transport_finish() has it. A
 * rank that does not come to its end is not waited for: the job then ends with that code. */
int session_close(struct session *s, int code);

#endif
