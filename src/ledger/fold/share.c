/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says how much of the data is in an answer. */
#include "ledger/fold/share.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ledger/fold/reason.h"

static uint64_t sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b; /* claims may say anything */
}

void share_add(struct share *s, uint64_t items, bool accepted, const char *trouble)
{
    s->slaves++;
    s->unknown += items == 0 && reason_of(trouble) != REASON_EMPTY;
    s->known = sum(s->known, items);
    if (accepted)
        s->in = sum(s->in, items);
}

void share_reject(struct share *s, uint64_t items)
{
    s->rejected = sum(s->rejected, items);
}

/* Of a contract without data ranges count, and not those who claimed them. */
static bool is_entry(const char *name, bool ranges)
{
    return (strchr(name, '#') != NULL) == ranges;
}

void share_of_run(struct share *s, const struct run *run)
{
    bool ranges = false;

    *s = (struct share){0};
    for (size_t i = 0; i < run->count; i++)
        ranges |= is_entry(run->slaves[i].name, true);
    for (size_t i = 0; i < run->count; i++) {
        const struct run_slave *x = &run->slaves[i];
        if (!is_entry(x->name, ranges))
            continue;
        uint64_t items = x->submitted ? x->submitted_items : x->claimed ? x->items : 0;
        share_add(s, items, false, x->trouble);
        if (x->filtered && x->decision && strcmp(x->decision, "rejected") == 0)
            share_reject(s, items);
    }
    s->in = run->items;
    s->unknown += run->wanted > s->slaves ? run->wanted - s->slaves : 0;
    s->slaves = run->wanted > s->slaves ? run->wanted : s->slaves;
}

/* Returns those items as a fraction of all, where what is not known has the average of what is. */
static double part(const struct share *s, uint64_t items)
{
    if (s->known == 0)
        return 0;
    double all = (double)s->known * (double)s->slaves / (double)(s->slaves - s->unknown);
    return fmin(1, (double)items / all);
}

double share_fraction(const struct share *s)
{
    return part(s, s->in);
}

double share_rejected(const struct share *s)
{
    return part(s, s->rejected);
}

double share_percent(double fraction)
{
    return floor(fraction * 1000) / 10;
}

double share_percent_up(double fraction)
{
    return ceil(fraction * 1000) / 10;
}

int share_check(const struct share *s, double least, struct err *e)
{
    char guess[100] = "";

    if (share_fraction(s) >= least)
        return 0;
    if (s->unknown > 0)
        snprintf(guess, sizeof guess,
                 " (if the %" PRIu64 " slaves that claimed none have as many as others)",
                 s->unknown);
    return err_set(e, ERR_SHARE,
                   "settled, but only %g %% of the items%s are in the answer, and the contract "
                   "asks for %g %% (limits.share_min): look why slaves were rejected or absent",
                   share_percent(share_fraction(s)), guess, least * 100);
}
