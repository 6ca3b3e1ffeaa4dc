/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The columns of a run, which all slaves have alike.
 */
#ifndef ENGINE_FLOW_COLUMNS_H
#define ENGINE_FLOW_COLUMNS_H

#include "engine/flow/job.h"

/* Master only. Effect: learns the columns, binds the function to them, makes room for states
 * and begins the model. Columns that differ from those that are known already: ERR_INPUT. */
int columns_set(struct job *j, const char *const *names, size_t count, struct err *e);

/* Master only. Effect: the same with those that the contract names, which are known before anybody
 * has claimed. One that names none: ERR_INPUT. */
int columns_named(struct job *j, struct err *e);

/* Master only. Effect: the same with the columns of a run that is resumed, if it has any. */
int columns_resume(struct job *j, struct err *e);

#endif
