/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files that a run writes where the user says: it replaces nobody else's.
 *
 * Convention: not collective.
 */
#ifndef ENGINE_PLAN_OUTPUT_H
#define ENGINE_PLAN_OUTPUT_H

#include "engine/plan/plan.h"
#include "util/seal.h"

/* What stands where the result is to be, and may be replaced. */
enum output_there {
    OUTPUT_NOTHING = 0, /* no file */
    OUTPUT_KNOWN = 1,   /* one that the run remembers, or that the user gives up */
    OUTPUT_OURS = 2,    /* a result, which the run is to remember */
};

/* Fails when the run of that key, or a new one if it is "", would replace a file that is
 * neither its own result nor, as the user wants a new run, that of another run of the
 * contract. */
int output_check(const struct plan *p, struct reader *r, const char *run, enum output_there *there,
                 struct err *e);

/* Effect: the run with that key remembers the file that is there now, which it may replace in
 * its later starts, too; these may be without --again. */
int output_remember(const struct plan *p, const struct seal *s, struct err *e);

/* Effect: the run with that key is about to put a file of that digest there: after a crash it
 * knows it again. */
int output_announce(const struct seal *s, const char *digest, struct err *e);

/* Fails when what is there is no heartbeat, nor empty. */
int output_check_heartbeat(const struct engine_options *o, struct err *e);

#endif
