/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps account of which ranges are wanted, and by whom they are inspected. */
#include "engine/pool/range.h"

#include <stdlib.h>
#include <string.h>

#include "engine/result/name.h"

bool ranges_wanted(const struct ranges *w)
{
    return w->waiting > 0 || w->inspecting > 0;
}

void ranges_want(struct ranges *w, uint32_t k)
{
    if (w->g.j->run.aggregated)
        return; /* the decisions stand */
    w->inspecting += w->range[k].inspection == INSPECT_NONE;
    w->range[k].inspection = INSPECT_SECOND;
}

void ranges_uninspect(struct ranges *w, uint32_t k, enum inspection how)
{
    struct range *r = &w->range[k];

    w->inspecting -= r->inspection == INSPECT_SECOND || r->inspection == INSPECT_THIRD;
    r->inspection = how;
    r->second = -1;
    free(r->contested);
    r->contested = NULL;
}

void ranges_take_back(struct ranges *w, uint32_t k)
{
    struct job_partition *p = &w->g.j->partitions[k];

    ranges_uninspect(w, k, INSPECT_NONE);
    w->waiting += p->stage != JOB_WAITING;
    p->stage = JOB_WAITING;
    w->g.j->result->slave[k].answered = false;
    w->next = k < w->next ? k : w->next;
}

int ranges_able(const struct ranges *w)
{
    int n = 0;

    for (int g = 0; g < w->g.count; g++)
        n += !w->worker[g].wrong && (w->worker[g].claimed || !w->worker[g].asked);
    return n > 1 ? n : 1;
}

bool ranges_is_of(const struct ranges *w, uint32_t k, const struct worker *x)
{
    char name[SLAVE_NAME];

    return strcmp(result_slave_name(w->g.j->result->slave[k].name, name), x->name) == 0;
}

bool ranges_may_inspect(const struct ranges *w, uint32_t k, int group)
{
    const struct range *r = &w->range[k];

    return (r->inspection == INSPECT_SECOND || r->inspection == INSPECT_THIRD) &&
           r->second != group && !ranges_is_of(w, k, &w->worker[group]);
}
