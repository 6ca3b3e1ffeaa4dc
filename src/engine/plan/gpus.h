/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many GPUs of a node the job was given.
 *
 * Devices are counted by what the kernel shows of them, as a launcher may hand ranks a
 * description of the node that has none: NVIDIA's and AMD's by their drivers' files, and by
 * the PCI bus where there are none.
 *
 * Convention: not collective. root is put before each path, for tests; "" is this node.
 */
#ifndef ENGINE_PLAN_GPUS_H
#define ENGINE_PLAN_GPUS_H

#include <stdint.h>

/* Returns the number of those that are here, but no more than CUDA_VISIBLE_DEVICES,
 * ROCR_VISIBLE_DEVICES and the like name, or Slurm has given to the job or step. */
int64_t gpus_given(const char *root);

/* Returns the devices in a list as CUDA_VISIBLE_DEVICES has it: those before the first that
 * is none. Parts of a device (MIG) count as devices, and set *parts. */
int64_t gpus_listed(const char *list, int64_t *parts);

/* Returns the devices in what Slurm says: 2, h100:2, gpu:a:1,gpu:b:2; -1: it is nothing such. */
int64_t gpus_counted(const char *count);

/* Returns the devices in a list of Slurm's: 0,2-3; -1: it is none. */
int64_t gpus_indexed(const char *list);

#endif
