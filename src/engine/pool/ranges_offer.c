/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hands ranges out. */
#include "engine/pool/ranges_offer.h"

#include <math.h>

#include "util/clock.h"

static const double batch_seconds = 0.25; /* what one message should keep a group busy for */

enum { BATCH_BYTES = 64 << 20 }; /* of states in an answer */

/* How many ranges a group gets at a time: what keeps it busy for a while, but near the
 * end so few that all end together, and never more than an answer can carry. */
static uint32_t batch_size(const struct ranges *w, const struct worker *x)
{
    const struct contract *c = w->g.j->plan->contract;
    double bytes = (double)w->g.j->result->length * sizeof(double);
    double share = (double)w->waiting / (2.0 * (double)ranges_able(w));
    double most = fmax(1, fmin(share, BATCH_BYTES / bytes));
    double ranks = plan_ranks(w->g.j->plan->options, c, transport_size(w->g.j->transport));
    /* Ranges whose units were saved take no time at all, and say nothing of the next. */
    double wanted = x->per_range > 0 ? fmin(batch_seconds / x->per_range, 4.0 * x->last) : 1;

    return (uint32_t)fmin(most, fmax(wanted, ceil(ranks / (double)c->range_units)));
}

static void add_batch(struct worker *x, struct batch b)
{
    if (x->batches == 0)
        x->free_at = clock_steady();
    x->batch[x->batches++] = b;
}

/* The next waiting ranges, one after the other. */
static bool find_waiting(struct ranges *w, const struct worker *x, struct batch *b)
{
    const struct job_partition *p = w->g.j->partitions;
    uint32_t most = batch_size(w, x);

    while (w->next < w->ranges && p[w->next].stage != JOB_WAITING)
        w->next++;
    if (w->next == w->ranges)
        return false;
    *b = (struct batch){.first = w->next};
    while (b->count < most && b->first + b->count < w->ranges &&
           p[b->first + b->count].stage == JOB_WAITING)
        b->count++;
    return true;
}

/* A range that is to be inspected, and not by those who have computed it. */
static bool find_inspection(struct ranges *w, int group, struct batch *b)
{
    for (uint32_t k = 0; w->inspecting > 0 && k < w->ranges; k++) {
        if (w->range[k].copies > 0 || !ranges_may_inspect(w, k, group))
            continue;
        *b = (struct batch){.first = k, .count = 1, .again = true};
        return true;
    }
    return false;
}

/* Whether a second answer for range k, which another group was asked for, would help. */
static bool is_open(const struct ranges *w, uint32_t k, int group)
{
    enum job_stage stage = w->g.j->partitions[k].stage;

    if (w->range[k].copies > 1)
        return false;
    return stage == JOB_COMPUTING || (stage == JOB_ANSWERED && ranges_may_inspect(w, k, group));
}

/* Near the end: a range that another group should have answered for long ago, by how fast
 * this one is. */
static bool find_straggler(struct ranges *w, int group, struct batch *b)
{
    const struct worker *x = &w->worker[group];
    double now = clock_steady(), oldest = now;

    for (int g = 0; g < w->g.count && x->per_range > 0; g++) {
        const struct worker *y = &w->worker[g];
        double due = y->free_at;
        for (int i = 0; g != group && i < y->batches; i++) {
            uint32_t k = y->batch[i].first, end = k + y->batch[i].count;
            due += 2 * x->per_range * y->batch[i].count;
            while (k < end && !is_open(w, k, group))
                k++;
            if (k == end || due >= oldest)
                continue;
            oldest = due;
            *b = (struct batch){.first = k, .count = 1, .again = true};
        }
    }
    return oldest < now;
}

static int send_batch(struct ranges *w, int group, const struct batch *b, struct err *e)
{
    struct worker *x = &w->worker[group];

    for (uint32_t k = b->first; k < b->first + b->count; k++) {
        w->range[k].copies++;
        if (w->g.j->partitions[k].stage == JOB_ANSWERED)
            continue;
        w->waiting -= w->g.j->partitions[k].stage == JOB_WAITING;
        w->g.j->partitions[k].stage = JOB_COMPUTING;
        w->g.j->partitions[k].group = group;
        w->g.j->partitions[k].since = w->g.j->partitions[k].heard = clock_steady();
    }
    w->g.busy += x->batches == 0;
    if (x->batches == 0)
        w->g.group[group].heard = clock_steady();
    add_batch(x, *b);
    w->g.group[group].serves = x->batch[0].first;
    return groups_ask(&w->g, group, MESSAGE_COMPUTE, b->first, b->count, b->again, e);
}

static int ask_claim(struct ranges *w, int group, struct err *e)
{
    w->worker[group].asked = true;
    w->g.group[group].serves = 0;
    w->g.group[group].heard = clock_steady();
    w->g.busy++;
    return groups_ask(&w->g, group, MESSAGE_CLAIM, 0, 1, false, e);
}

int ranges_offer(struct groups *s, struct err *e)
{
    struct ranges *w = (struct ranges *)s;
    int ahead = transport_size(w->g.j->transport) > 1 ? RANGES_AHEAD : 1;

    for (int round = 0; round < ahead; round++) {
        for (int g = 0; g < w->g.count && !w->g.halting; g++) {
            struct worker *x = &w->worker[g];
            struct batch b;
            if (!x->asked && ranges_wanted(w) && ask_claim(w, g, e) < 0)
                return -1;
            if (!x->claimed || x->wrong || x->batches > round)
                continue;
            bool found = find_waiting(w, x, &b) || find_inspection(w, g, &b) ||
                         (round == 0 && find_straggler(w, g, &b));
            if (found && send_batch(w, g, &b, e) < 0)
                return -1;
        }
    }
    return 0;
}
