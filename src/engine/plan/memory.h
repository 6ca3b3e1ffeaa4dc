/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much of a node's memory the job was given, by its control groups and by Slurm.
 *
 * Convention: not collective. root is put before each path, for tests; "" is this node.
 */
#ifndef ENGINE_PLAN_MEMORY_H
#define ENGINE_PLAN_MEMORY_H

#include <stdint.h>

/* Returns the bytes that this process and the others of the job may use on this node: the
 * least limit of its control group and those above (versions 1 and 2), of the process
 * (RLIMIT_AS), and of Slurm. UINT64_MAX: there is none. */
uint64_t memory_given(const char *root);

#endif
