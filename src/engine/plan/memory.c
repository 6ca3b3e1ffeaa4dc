/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds how much of this node's memory the job was given. */
#include "engine/plan/memory.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "util/parse.h"
#include "util/store.h"

enum { CGROUP_MOST = 1 << 16 }; /* bytes of /proc/self/cgroup */

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The limit in the file of one control group; version 2 says "max" where there is none. */
static uint64_t limit_in(const char *root, const char *mount, const char *group, const char *file)
{
    char path[PATH_MAX], line[64];
    uint64_t limit;

    if (snprintf(path, sizeof path, "%s%s%s/%s", root, mount, group, file) >= PATH_MAX ||
        !file_first_line(path, line, sizeof line) || parse_u64(line, &limit) < 0)
        return UINT64_MAX;
    return limit;
}

/* The least limit of a group and those above it. The first of them stands alone where a
 * container sees its own group as the root, whatever the path says. */
static uint64_t limit_above(const char *root, const char *mount, const char *group,
                            const char *file)
{
    char path[PATH_MAX];
    uint64_t least = limit_in(root, mount, "", file);
    size_t len = strlen(group);

    if (len >= sizeof path || strstr(group, ".."))
        return least;
    memcpy(path, group, len + 1);
    for (char *slash; (slash = strrchr(path, '/')); *slash = '\0')
        least = smaller(least, limit_in(root, mount, path, file));
    return least;
}

/* Whether memory is among the controllers of a line of /proc/self/cgroup. */
static bool has_memory(char *controllers)
{
    char *rest = NULL;
    bool has = false;

    for (char *c = strtok_r(controllers, ",", &rest); c; c = strtok_r(NULL, ",", &rest))
        has |= strcmp(c, "memory") == 0;
    return has;
}

/* A line is NUMBER:CONTROLLERS:GROUP, and 0::GROUP of version 2. */
static uint64_t limit_of_line(const char *root, char *line)
{
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;

    if (!group)
        return UINT64_MAX;
    *group++ = '\0';
    if (strcmp(line, "0:") == 0)
        return limit_above(root, "/sys/fs/cgroup", group, "memory.max");
    return has_memory(controllers + 1)
               ? limit_above(root, "/sys/fs/cgroup/memory", group, "memory.limit_in_bytes")
               : UINT64_MAX;
}

static uint64_t limit_of_groups(const char *root)
{
    char path[PATH_MAX], text[CGROUP_MOST], *rest = NULL;
    uint64_t least = UINT64_MAX;

    if (snprintf(path, sizeof path, "%s/proc/self/cgroup", root) >= PATH_MAX ||
        !file_lines(path, text, sizeof text)) /* its size says nothing */
        return limit_in(root, "/sys/fs/cgroup", "", "memory.max");
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        least = smaller(least, limit_of_line(root, line));
    return least;
}

static uint64_t number_in(const char *variable)
{
    uint64_t n;

    return parse_variable(variable, &n) == 0 ? n : 0;
}

/* In MiB, of the node or of each processor or GPU that the job has there; 0 is all. Slurm may
 * be set up to watch this without a control group. */
static uint64_t limit_of_slurm(void)
{
    uint64_t megabytes = number_in("SLURM_MEM_PER_NODE");

    if (!getenv("SLURM_JOB_ID"))
        return UINT64_MAX;
    if (megabytes == 0)
        megabytes = number_in("SLURM_MEM_PER_CPU") * number_in("SLURM_CPUS_ON_NODE");
    if (megabytes == 0)
        megabytes = number_in("SLURM_MEM_PER_GPU") * number_in("SLURM_GPUS_ON_NODE");
    return megabytes > 0 && megabytes < UINT64_MAX >> 20 ? megabytes << 20 : UINT64_MAX;
}

static uint64_t limit_of_process(void)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur
                                                                                : UINT64_MAX;
}

uint64_t memory_given(const char *root)
{
    return smaller(limit_of_groups(root), smaller(limit_of_slurm(), limit_of_process()));
}
