/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a result comes from.
 */
#ifndef ENGINE_FLOW_PROVENANCE_H
#define ENGINE_FLOW_PROVENANCE_H

#include "engine/flow/job.h"

/* Master only. Effect: the result says where it comes from. */
int provenance_set(struct job *j, struct err *e);

#endif
