/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The slaves that are left out.
 */
#ifndef ENGINE_FLOW_EXCLUDE_H
#define ENGINE_FLOW_EXCLUDE_H

#include "engine/flow/job.h"

/* The reason in a lost record of a slave that was not asked. */
#define EXCLUDED "excluded after repeated failure"

/* Master only. Effect: the slaves that are not to be asked, and have not answered before,
 * count as lost. */
int exclude(struct job *j, struct err *e);

#endif
