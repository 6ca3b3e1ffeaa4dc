/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares this node with what the contract asks for. */
#include "engine/plan/resources.h"

#include <hwloc.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/plan/gpus.h"
#include "engine/plan/memory.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/parse.h"
#include "util/text.h"

int resources_node(char node[static NODE_NAME], struct err *e)
{
    char host[256] = "";

    if (gethostname(host, sizeof host) < 0)
        return err_errno(e, ERR_SOFTWARE, "the name of this node");
    host[strcspn(host, ".")] = '\0';
    if (strlen(host) > TEXT_NAME)
        return err_set(e, ERR_INPUT,
                       "this node is called %s, which has %zu bytes, at most %d are allowed: give "
                       "it a shorter host name",
                       host, strlen(host), TEXT_NAME);
    text_to_name(node, NODE_NAME, host);
    return 0;
}

static int visit_adapter(void *fabric, const char *name, struct err *e)
{
    (void)e;
    *(bool *)fabric |= name[0] != '.';
    return 0;
}

/* Effect: numbers the cores, and marks those that this process is bound to. A
 * machine that tells of no cores has its processing units counted. */
static void see_cores(struct resources *r, hwloc_topology_t topology)
{
    hwloc_obj_type_t type =
        hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE) > 0 ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    hwloc_obj_t core = NULL;

    if (!set || hwloc_get_cpubind(topology, set, HWLOC_CPUBIND_PROCESS) < 0) {
        hwloc_bitmap_free(set);
        set = hwloc_bitmap_dup(hwloc_topology_get_topology_cpuset(topology));
    }
    while (set && (core = hwloc_get_next_obj_by_type(topology, type, core))) {
        uint32_t i = r->cores++;
        if (!hwloc_bitmap_intersects(core->cpuset, set))
            r->bound = true;
        else if (i < RESOURCES_CORES)
            r->usable[i / 64] |= (uint64_t)1 << i % 64;
    }
    hwloc_bitmap_free(set);
}

int resources_see(struct resources *r, struct err *e)
{
    hwloc_topology_t topology;

    *r = (struct resources){0};
    if (hwloc_topology_init(&topology) < 0)
        return err_set(e, ERR_SOFTWARE, "hwloc cannot look at this node");
    int rc = hwloc_topology_load(topology);
    if (rc == 0) {
        uint64_t all = hwloc_get_root_obj(topology)->total_memory, given = memory_given("");
        r->memory = given < all ? given : all;
        /* Devices by the kernel's word: a launcher's topology has none. */
        r->gpus = gpus_given("");
        file_each("/sys/class/infiniband", "", visit_adapter, &r->fabric, NULL);
        see_cores(r, topology);
    }
    hwloc_topology_destroy(topology);
    return rc == 0 ? 0 : err_set(e, ERR_SOFTWARE, "hwloc cannot look at this node");
}

static int check_hardware(const struct contract *c, struct err *e)
{
    char here[NUMBER_TEXT], asked[NUMBER_TEXT];
    struct resources has;

    if (resources_see(&has, e) < 0)
        return -1;
    if (has.memory < (uint64_t)c->memory)
        return err_set(e, ERR_PERMANENT, "memory: %s here, %s asked for",
                       format_size(here, (double)has.memory),
                       format_size(asked, (double)c->memory));
    if ((double)has.gpus < c->gpus)
        return err_set(e, ERR_PERMANENT, "GPUs: %" PRId64 " here, %.3g asked for", has.gpus,
                       c->gpus);
    return 0;
}

double resources_time_left(void)
{
    const char *end = getenv("SLURM_JOB_END_TIME");
    uint64_t seconds;

    if (!end || parse_u64(end, &seconds) < 0)
        return INFINITY;
    return (double)seconds - (double)clock_utc_us() * 1e-6;
}

int resources_check(const struct contract *c, double left, struct err *e)
{
    if ((c->memory > 0 || c->gpus > 0) && check_hardware(c, e) < 0)
        return -1;
    if (left >= c->time)
        return 0;
    return err_set(e, ERR_INCOMPLETE, "time: %.0f s left in this job, %.0f s asked for",
                   left > 0 ? left : 0, c->time);
}
