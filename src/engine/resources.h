/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What this node has, against what a contract asks for.
 */
#ifndef ENGINE_RESOURCES_H
#define ENGINE_RESOURCES_H

#include "contract/contract.h"
#include "util/err.h"

/* Not collective. Returns 0 when this node has what the contract asks for (and
 * fails with ERR_INCOMPLETE, naming what is there and what is asked, if not):
 * memory in bytes per slave, GPUs, time left in seconds where the batch system
 * tells the job's end. */
int resources_check(const struct contract *c, struct err *e);

/* Effect: writes this node's name, as a name. Returns it. */
char *resources_node(char *text, size_t size);

#endif
