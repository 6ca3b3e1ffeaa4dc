/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds who is settled with. */
#include "engine/judge/parties.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/name.h"
#include "util/lookup.h"

/* Those that were found so far, in a list that has room for all. */
struct found {
    struct party *list;
    size_t count;
    struct lookup names;
};

/* Returns the party of that name, or a new one at the end of the list; NULL: no memory. */
static struct party *party_of(struct found *f, const char *name, struct err *e)
{
    size_t i = lookup_find(&f->names, name);

    if (i != LOOKUP_NONE)
        return &f->list[i];
    if (lookup_add(&f->names, name, f->count, e) < 0)
        return NULL;
    struct party *p = &f->list[f->count++];
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

static int add_entry(struct found *f, const struct result *r, size_t k, struct err *e)
{
    const struct result_slave *s = &r->slave[k];
    bool work = result_range(s->name);
    char name[SLAVE_NAME];
    struct party *p = party_of(f, result_slave_name(s->name, name), e);

    if (!p)
        return -1;
    /* Without data, history is earned by what a second slave has confirmed. */
    p->items += !work || s->confirmed ? s->items : 0;
    p->rejected |= is_rejected(r, k);
    if (p->entry == SIZE_MAX)
        p->entry = k;
    return 0;
}

int judge_parties(const struct result *r, const struct run *run, struct party **list, size_t *count,
                  struct err *e)
{
    struct found f = {.list = err_alloc(r->slaves + run->count, sizeof **list, "parties", e)};
    int rc = f.list ? 0 : -1;

    for (size_t k = 0; rc == 0 && k < r->slaves; k++)
        if (has_answered(r, k))
            rc = add_entry(&f, r, k, e);
    for (size_t i = 0; rc == 0 && i < run->count; i++) {
        if (!run->slaves[i].wrong)
            continue;
        struct party *p = party_of(&f, run->slaves[i].name, e);
        rc = p ? 0 : -1;
        if (p)
            p->rejected = true;
    }
    lookup_free(&f.names);
    if (rc < 0) {
        free(f.list);
        f = (struct found){.list = NULL};
    }
    *list = f.list;
    *count = f.count;
    return rc;
}
