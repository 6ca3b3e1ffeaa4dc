/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets the slaves of a node have GPUs of their own. */
#include "engine/flow/divide.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/devices.h"
#include "util/hash.h"

/* What a rank tells the others of its node. */
struct told {
    int32_t group;               /* of which it is, or -1 */
    uint32_t divided;            /* the launcher has given each task devices of its own */
    uint64_t cpus[DEVICE_CPUS];  /* that it may use */
    uint8_t devices[SHA256_LEN]; /* digest of those that it sees */
};

static void see_cpus(uint64_t cpus[static DEVICE_CPUS])
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) < 0) /* more processors than fit: near to none */
        return;
    for (size_t i = 0; i < 64 * DEVICE_CPUS && i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &set))
            cpus[i / 64] |= (uint64_t)1 << i % 64;
}

/* Whether the ranks of the node see the same devices, to be divided among them: else a launcher
 * has done so. */
static bool see_alike(const struct told *all, size_t count)
{
    bool alike = true;

    for (size_t i = 0; i < count; i++)
        alike &= !all[i].divided && memcmp(all[i].devices, all[0].devices, SHA256_LEN) == 0;
    return alike;
}

/* Gathers the slaves of the node, in their order, with the processors of all of their ranks.
 * Returns their number; *at is the place of one of them. */
static size_t gather_slaves(const struct told *all, size_t count, int32_t group,
                            struct devices_slave *slaves, size_t *at)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) { /* ranks are in order, and so are the groups */
        if (all[i].group < 0)
            continue;
        if (n == 0 || i == 0 || all[i].group != all[i - 1].group)
            n++;
        for (size_t w = 0; w < DEVICE_CPUS; w++)
            slaves[n - 1].cpus[w] |= all[i].cpus[w];
        if (all[i].group == group)
            *at = n - 1;
    }
    return n;
}

static void refuse(struct slave *s, double asked, size_t devices, size_t slaves)
{
    snprintf(s->no_gpus, sizeof s->no_gpus,
             "GPUs: %zu here for %zu slaves, %.3g asked for by each, and none is left", devices,
             slaves, asked);
}

static int divide(const struct devices *d, const struct told *all, size_t count, double asked,
                  struct slave *s, int32_t group, struct err *e)
{
    struct devices_slave *slaves = err_alloc(count, sizeof *slaves, "the slaves of a node", e);
    size_t at = 0;

    if (!slaves)
        return -1;
    size_t n = gather_slaves(all, count, group, slaves, &at);
    devices_divide(d, slaves, n, asked);
    if (slaves[at].has)
        devices_take(d, slaves[at].own);
    else
        refuse(s, asked, d->count, n);
    free(slaves);
    return 0;
}

int divide_gpus(struct transport *t, double asked, int ranks_per_slave, struct slave *s,
                struct err *e)
{
    struct told mine = {.group = -1};
    struct devices d;
    struct buf b = {0};
    bool alone = transport_size(t) == 1;
    int group = alone ? 0 : (transport_rank(t) - 1) / ranks_per_slave;

    if (asked <= 0)
        return 0;
    devices_see("", &d);
    if (s && group < transport_groups(t) && (alone || transport_rank(t) > 0))
        mine.group = group;
    mine.divided = d.divided;
    see_cpus(mine.cpus);
    int rc = hash_bytes(d.list, d.count * sizeof *d.list, mine.devices, e);
    if (rc < 0)
        transport_abort(t, ERR_SOFTWARE); /* the others wait */
    rc = transport_neighbours(t, &mine, sizeof mine, &b, e);
    const struct told *all = (const struct told *)(const void *)b.data;
    size_t count = b.len / sizeof *all;
    if (rc == 0 && mine.group >= 0 && d.count > 0 && see_alike(all, count))
        rc = divide(&d, all, count, asked, s, mine.group, e);
    buf_free(&b);
    return rc;
}
