/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds things in what is known of the federation. */
#include "site/fold/federation.h"

#include <string.h>

#include "site/fold/inside.h"

struct fed_party *fed_party(const struct fed_run *run, const char *site)
{
    for (size_t i = 0; i < run->parties_count; i++)
        if (strcmp(run->parties[i].site, site) == 0)
            return &run->parties[i];
    return NULL;
}

/* They stand in their order, without a gap, from round 0 or 1 on. */
struct fed_round *fed_round(const struct fed_run *run, uint64_t round)
{
    const uint64_t first = run->count ? run->list[0].round : 0;

    return round >= first && round - first < run->count ? &run->list[round - first] : NULL;
}

uint64_t fed_present(const struct fed_run *run)
{
    uint64_t present = 0;

    for (size_t i = 0; i < run->count; i++)
        if (run->list[i].roster_us && run->list[i].round > present)
            present = run->list[i].round;
    return present;
}

bool fed_over(const struct fed_run *run)
{
    return run->settled || run->closed || run->twice;
}

struct fed_submit *fed_submit_of(const struct fed_party *p, uint64_t round)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->submits[i].round == round && p->submits[i].delivered)
            return &p->submits[i];
    return NULL;
}

int64_t federation_recalled(const struct federation *f, const char *site, const char *data)
{
    for (size_t i = 0; i < f->recalls_count; i++)
        if (strcmp(f->recalls[i].site, site) == 0 && strcmp(f->recalls[i].data, data) == 0)
            return f->recalls[i].time_us;
    return 0;
}

struct fed_run *fold_run(const struct fold *x, const struct record *r)
{
    const char *key = record_get(r, "run");
    size_t i = key ? lookup_find(&x->f->keys, key) : LOOKUP_NONE;

    return i == LOOKUP_NONE ? NULL : &x->f->runs[i];
}

struct fed_run *federation_run(const struct federation *f, const char *key, struct err *e)
{
    struct fed_run *found = NULL;
    size_t n = key ? strlen(key) : 0, hits = 0;

    if (key && n < RUN_PREFIX)
        return err_null(
            err_set(e, ERR_USAGE, "run '%s': give at least %d digits of its key", key, RUN_PREFIX));
    for (size_t i = 0; i < f->count; i++) {
        if (f->runs[i].parties_count == 0 ||
            (key ? strncmp(f->runs[i].key, key, n) != 0 : fed_over(&f->runs[i])))
            continue;
        found = &f->runs[i];
        hits++;
    }
    if (hits == 1)
        return found;
    return err_null(
        key ? err_set(e, ERR_INPUT, "run %s: %s", key,
                      hits
                          ? "several begin so; give more of its key"
                          : "no centre has published it, as far as was seen (metaneuron site sync)")
            : err_set(e, hits ? ERR_USAGE : ERR_INPUT,
                      hits ? "%zu runs are open: say which (metaneuron site inbox lists them)"
                           : "no run is open",
                      hits));
}
