/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of a result.
 */
#ifndef ENGINE_FLOW_WRITE_H
#define ENGINE_FLOW_WRITE_H

#include "engine/flow/job.h"

/* Master only. Effect: the result is a file, whole and durable, and has a digest. */
int write_result(struct job *j, struct err *e);

#endif
