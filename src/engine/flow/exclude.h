/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The slaves that are left out.
 */
#ifndef ENGINE_FLOW_EXCLUDE_H
#define ENGINE_FLOW_EXCLUDE_H

#include "engine/flow/job.h"

/* Master only. Effect: the slaves that are not to be asked, and have not answered before,
 * count as lost. */
int exclude(struct job *j, struct err *e);

#endif
