/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joins what collectors have heard with what was said. */
#include "site/fold/inside.h"

#include <string.h>

/* The first time counts: nobody can make something earlier or later by saying it again. */
static void note_time(int64_t *heard_us, int64_t time_us)
{
    if (*heard_us == 0 || time_us < *heard_us)
        *heard_us = time_us;
}

static void join_one(struct fed_party *p, const struct fold_heard *heard)
{
    if (memcmp(p->claim, heard->record, SHA256_LEN) == 0)
        note_time(&p->claim_heard_us, heard->time_us);
    if (memcmp(p->answer, heard->record, SHA256_LEN) == 0)
        note_time(&p->refuse_heard_us, heard->time_us);
    for (size_t i = 0; i < p->count; i++) {
        if (memcmp(p->submits[i].record, heard->record, SHA256_LEN) != 0)
            continue;
        if (heard->late)
            p->submits[i].late = true;
        else
            note_time(&p->submits[i].heard_us, heard->time_us);
    }
}

/* A collector hears itself at once. */
static void hear_oneself(struct fed_run *run)
{
    struct fed_party *p = fed_party(run, run->collector);

    if (!p)
        return;
    if (p->claimed)
        p->claim_heard_us = p->claim_us;
    if (p->refused || p->withdrawn)
        p->refuse_heard_us = run->published_us;
    for (size_t i = 0; i < p->count; i++)
        p->submits[i].heard_us = p->submits[i].time_us;
}

int fold_join(struct fold *x, struct err *e)
{
    struct federation *f = x->f;

    (void)e;
    for (size_t i = 0; i < x->count; i++) {
        struct fed_party *p = fed_party(&f->runs[x->heard[i].run], x->heard[i].site);
        if (p)
            join_one(p, &x->heard[i]);
    }
    for (size_t i = 0; i < f->count; i++) {
        struct fed_run *run = &f->runs[i];
        hear_oneself(run);
        for (size_t k = 0; k < run->parties_count; k++)
            run->parties[k].recalled =
                run->parties[k].claimed &&
                federation_recalled(f, run->parties[k].site, run->parties[k].data) > 0;
    }
    return 0;
}
