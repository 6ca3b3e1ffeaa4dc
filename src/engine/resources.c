/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/resources.h"

#include <hwloc.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/parse.h"
#include "util/text.h"

char *resources_node(char *text, size_t size)
{
    char host[256] = "";

    gethostname(host, sizeof host - 1);
    host[strcspn(host, ".")] = '\0';
    return text_to_name(text, size, host);
}

/* The smaller of the machine's memory and this control group's limit. */
static uint64_t memory_here(hwloc_topology_t topology)
{
    uint64_t bytes = hwloc_get_root_obj(topology)->total_memory, limit;
    char line[64];

    if (file_first_line("/sys/fs/cgroup/memory.max", line, sizeof line) &&
        parse_u64(line, &limit) == 0 && limit < bytes)
        bytes = limit;
    return bytes;
}

static int64_t gpus_here(hwloc_topology_t topology)
{
    int64_t n = 0;
    hwloc_obj_t device = NULL;

    while ((device = hwloc_get_next_osdev(topology, device)))
        if (device->attr->osdev.type == HWLOC_OBJ_OSDEV_GPU ||
            device->attr->osdev.type == HWLOC_OBJ_OSDEV_COPROC)
            n++;
    return n;
}

static int check_hardware(const struct contract *c, struct err *e)
{
    char here[NUMBER_TEXT], asked[NUMBER_TEXT];
    hwloc_topology_t topology;
    int rc = 0;

    if (hwloc_topology_init(&topology) < 0)
        return err_set(e, ERR_SOFTWARE, "hwloc cannot look at this node");
    hwloc_topology_set_io_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_IMPORTANT);
    if (hwloc_topology_load(topology) < 0) {
        rc = err_set(e, ERR_SOFTWARE, "hwloc cannot look at this node");
    } else if (memory_here(topology) < (uint64_t)c->memory) {
        format_size(here, (double)memory_here(topology));
        format_size(asked, (double)c->memory);
        rc = err_set(e, ERR_INCOMPLETE, "memory: %s here, %s asked for", here, asked);
    } else if (gpus_here(topology) < c->gpus) {
        rc = err_set(e, ERR_INCOMPLETE, "GPUs: %" PRId64 " here, %" PRId64 " asked for",
                     gpus_here(topology), c->gpus);
    }
    hwloc_topology_destroy(topology);
    return rc;
}

static int check_time(const struct contract *c, struct err *e)
{
    const char *end = getenv("SLURM_JOB_END_TIME");
    uint64_t seconds;

    if (!end || parse_u64(end, &seconds) < 0)
        return 0;
    double left = (double)seconds - (double)clock_utc_us() * 1e-6;
    if (left >= c->time)
        return 0;
    return err_set(e, ERR_INCOMPLETE, "time: %.0f s left in this job, %.0f s asked for",
                   left > 0 ? left : 0, c->time);
}

int resources_check(const struct contract *c, struct err *e)
{
    if ((c->memory > 0 || c->gpus > 0) && check_hardware(c, e) < 0)
        return -1;
    return c->time > 0 ? check_time(c, e) : 0;
}
