/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The signature under a settled run.
 */
#ifndef ENGINE_FLOW_SIGN_H
#define ENGINE_FLOW_SIGN_H

#include "engine/flow/job.h"

/* Master only. Effect: the ledger has a checkpoint of all its records, signed with the site's key. If
 * that cannot be, it is told why: the run is settled all the same, and `metaneuron ledger
 * checkpoint` signs later. */
void sign(struct job *j);

#endif
