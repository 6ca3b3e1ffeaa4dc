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

enum { GPUS_NVIDIA = 0x10de, GPUS_AMD = 0x1002 }; /* as the PCI bus numbers them */

/* Returns the maker of the GPU at this place of the PCI bus; 0: what is there is
 * none. */
unsigned long gpus_vendor(const char *root, const char *address);

/* Returns the number of those that are here, but no more than CUDA_VISIBLE_DEVICES,
 * ROCR_VISIBLE_DEVICES and the like name, or Slurm has given to the job or step. */
int64_t gpus_given(const char *root);

#endif
