/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Divides the GPUs of a node among its slaves. */
#include <math.h>
#include <string.h>

#include "engine/plan/devices.h"

static bool is_near(const struct device *d, const uint64_t cpus[static DEVICE_CPUS])
{
    for (size_t w = 0; w < DEVICE_CPUS; w++)
        if (d->cpus[w] & cpus[w])
            return true;
    return false;
}

static size_t count_near(const struct devices *d, const uint64_t cpus[static DEVICE_CPUS])
{
    size_t n = 0;

    for (size_t i = 0; i < d->count; i++)
        n += is_near(&d->list[i], cpus);
    return n;
}

/* What is taken of each device, and how much there is of one. */
struct taken {
    size_t most;
    size_t of[DEVICES_MOST];
};

/* Returns the best device for a slave: near, then the least used; the first of equals. count:
 * there is none. */
static size_t best(const struct devices *d, const struct taken *t, const struct devices_slave *s,
                   bool near_only)
{
    size_t found = d->count;
    bool near = false;

    for (size_t i = 0; i < d->count; i++) {
        bool is = is_near(&d->list[i], s->cpus);
        if (s->own[i] || t->of[i] == t->most || (near_only && !is))
            continue;
        if (found == d->count || (is && !near) || (is == near && t->of[i] < t->of[found])) {
            found = i;
            near = is;
        }
    }
    return found;
}

/* Takes what a slave gets: all that it asks for, or nothing. */
static void take(const struct devices *d, struct taken *t, struct devices_slave *s, size_t wanted,
                 bool near_only)
{
    struct taken after = *t;

    for (size_t n = 0; n < wanted; n++) {
        size_t i = best(d, &after, s, near_only);
        if (i == d->count) {
            memset(s->own, 0, sizeof s->own);
            return;
        }
        s->own[i] = true;
        after.of[i]++;
    }
    *t = after;
    s->has = true;
}

void devices_divide(const struct devices *d, struct devices_slave *slaves, size_t count,
                    double asked)
{
    struct taken t = {.most = asked < 1 ? (size_t)lround(1 / asked) : 1};
    size_t wanted = asked < 1 ? 1 : (size_t)asked;

    for (size_t near = 1; near <= d->count; near++)
        for (size_t k = 0; k < count; k++)
            if (count_near(d, slaves[k].cpus) == near)
                take(d, &t, &slaves[k], wanted, true);
    for (size_t k = 0; k < count; k++)
        if (!slaves[k].has)
            take(d, &t, &slaves[k], wanted, false);
}
