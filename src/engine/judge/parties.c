/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds who is settled with. */
#include "engine/judge/parties.h"

#include <stdio.h>
#include <string.h>

#include "engine/result/name.h"

/* Returns the party of that name among n, or a new one at their end. */
static struct party *party_of(struct party *list, size_t *n, const char *name)
{
    for (size_t i = *n; i > 0; i--) /* a slave's ranges mostly follow each other */
        if (strcmp(list[i - 1].name, name) == 0)
            return &list[i - 1];
    struct party *p = &list[(*n)++];
    *p = (struct party){.entry = SIZE_MAX};
    snprintf(p->name, sizeof p->name, "%s", name); /* of a result or a run: it fits */
    return p;
}

/* The rounds of a run count as one computation: a slave that was rejected in more of those
 * that it answered than accepted is rejected. An honest one is now and then. */
static bool is_rejected(const struct result *r, size_t k)
{
    size_t answered = 0, rejected = 0;

    for (size_t i = 0; i <= r->past_count; i++) {
        const struct result_slave *s = &result_round(r, i)->slave[k];
        answered += s->answered;
        rejected += s->answered && s->decision.rejected;
    }
    return 2 * rejected > answered;
}

static bool has_answered(const struct result *r, size_t k)
{
    for (size_t i = 0; i <= r->past_count; i++)
        if (result_round(r, i)->slave[k].answered)
            return true;
    return false;
}

static void add_entry(struct party *list, size_t *n, const struct result *r, size_t k)
{
    const struct result_slave *s = &r->slave[k];
    bool work = result_range(s->name);
    char name[SLAVE_NAME];
    struct party *p = party_of(list, n, result_slave_name(s->name, name));

    /* Without data, history is earned by what a second slave has confirmed. */
    p->items += !work || s->confirmed ? s->items : 0;
    p->rejected |= is_rejected(r, k);
    if (p->entry == SIZE_MAX)
        p->entry = k;
}

int judge_parties(const struct result *r, const struct run *run, struct party **list, size_t *count,
                  struct err *e)
{
    *count = 0;
    *list = err_alloc(r->slaves + run->count, sizeof **list, "parties", e);
    for (size_t k = 0; *list && k < r->slaves; k++)
        if (has_answered(r, k))
            add_entry(*list, count, r, k);
    for (size_t i = 0; *list && i < run->count; i++)
        if (run->slaves[i].wrong)
            party_of(*list, count, run->slaves[i].name)->rejected = true;
    return *list ? 0 : -1;
}
