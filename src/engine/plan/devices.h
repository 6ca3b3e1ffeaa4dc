/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The GPUs of a node that the job was given, one by one, and which are whose.
 *
 * Convention: not collective. root is put before each path, for tests; "" is this node.
 */
#ifndef ENGINE_PLAN_DEVICES_H
#define ENGINE_PLAN_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

enum {
    DEVICES_MOST = 64, /* of a node; others are nobody's */
    DEVICE_NAME = 64,  /* bytes of a device's name, with its NUL */
    DEVICE_NODE = 32,  /* bytes of the name of its file below /dev, with its NUL */
    DEVICE_CPUS = 16,  /* words of a set of processors: bit i of word w is processor 64 w + i */
};

enum device_maker { DEVICE_NVIDIA = 1, DEVICE_AMD = 2, DEVICE_MAKERS };

/* A device. Plain data, which is compared as it lies in memory. */
struct device {
    enum device_maker maker;
    char name[DEVICE_NAME];     /* as CUDA_VISIBLE_DEVICES or ROCR_VISIBLE_DEVICES has it */
    uint64_t cpus[DEVICE_CPUS]; /* that it is near to; none: unknown */
};

struct devices {
    size_t count;
    struct device list[DEVICES_MOST];
    bool divided; /* the launcher has given each task devices of its own */
};

/* Effect: finds the devices of NVIDIA and AMD that CUDA_VISIBLE_DEVICES, ROCR_VISIBLE_DEVICES,
 * HIP_VISIBLE_DEVICES or Slurm leave to this process, in the order that they have there, and
 * without any of them in that of the bus. */
void devices_see(const char *root, struct devices *d);

/* Effect: from now on this process, and what it starts, sees the devices that are its own, and
 * no other of these makers. */
void devices_take(const struct devices *d, const bool own[static DEVICES_MOST]);

/* Effect: adds the files in /dev that programs need for the devices which CUDA_VISIBLE_DEVICES
 * and ROCR_VISIBLE_DEVICES leave to this process, each with its NUL; without these variables
 * there are none. Of a device whose file is not known (a part of one) those of all of its maker. */
void devices_files(const char *root, struct buf *files);

/* A slave of the node. */
struct devices_slave {
    uint64_t cpus[DEVICE_CPUS]; /* processors that its ranks may use */
    bool own[DEVICES_MOST];     /* which devices are its own: none, or all that are asked for */
    bool has;                   /* there are some */
};

/* Effect: says which devices are whose, as a function of its arguments alone, so that all ranks
 * of a node agree without a word. Each slave gets as many as are asked for, or of one the share
 * 1/n: first those that have enough near to their processors, and of them those that are near
 * to few; what is left then goes to the others. */
void devices_divide(const struct devices *d, struct devices_slave *slaves, size_t count,
                    double asked);

#endif
