/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ledger of a run.
 */
#ifndef ENGINE_FLOW_OPEN_H
#define ENGINE_FLOW_OPEN_H

#include "engine/flow/job.h"

/* Master only. Effect: opens the ledger; one that is not there is made, with the site's key, unless
 * the run is a collector's, which is published. */
int open_ledger(struct job *j, struct err *e);

#endif
