/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The GPUs that the kernel shows, whoever may use them.
 *
 * Convention: as in devices.h.
 */
#ifndef ENGINE_PLAN_HERE_H
#define ENGINE_PLAN_HERE_H

#include "engine/plan/devices.h"

/* A device as the kernel shows it. */
struct here {
    char address[DEVICE_NAME]; /* on the PCI bus, or "" */
    char uuid[DEVICE_NAME];    /* that its driver gives it, or "" */
    char node[DEVICE_NODE];    /* its file below /dev, or "" */
};

/* Returns how many there are of a maker, in the order by which they are numbered: by the
 * driver's files, else by the bus. */
size_t here_see(const char *root, enum device_maker maker, struct here list[static DEVICES_MOST]);

/* Effect: adds the processors that the device is near to. */
void here_cpus(const char *root, const struct here *h, uint64_t cpus[static DEVICE_CPUS]);

#endif
