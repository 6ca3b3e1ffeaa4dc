/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens the commitments of claims. */
#include "engine/verify/complain.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state/opening.h"
#include "util/lookup.h"

/* The openings at hand, and which claims they are of. */
struct openings {
    struct verify *v;
    const char *path;
    struct opening *list; /* one for each partition */
    bool *claims;         /* its last claim has this commitment, … */
    bool *claimed;        /* … and what it submitted last stands on that */
    struct lookup names;  /* of the slaves */
};

static size_t slave_of(const struct openings *o, const struct record *r)
{
    const char *run = record_get(r, "run");
    bool wanted = strcmp(r->type, "claim") == 0 || strcmp(r->type, "submit") == 0;

    if (!wanted || !run || strcmp(run, o->v->run.key) != 0)
        return LOOKUP_NONE;
    return lookup_find(&o->names, record_get(r, "slave"));
}

/* A slave that was interrupted claims again, under another salt; its opening is that of the claim
 * that its result stands on. */
static int visit_claim(const struct record *r, void *context, struct err *e)
{
    static const uint8_t zeros[SHA256_LEN];
    struct openings *o = context;
    size_t k = slave_of(o, r);
    uint8_t commit[SHA256_LEN];
    uint64_t items;

    if (k == LOOKUP_NONE)
        return 0;
    if (strcmp(r->type, "submit") == 0) {
        o->claimed[k] = o->claims[k];
        return 0;
    }
    if (record_get_digest(r, "commit", commit, e) < 0 || record_get_u64(r, "items", &items, e) < 0)
        return -1;
    if (memcmp(commit, zeros, sizeof zeros) == 0)
        verify_complain(o->v,
                        "ledger: slave %s committed itself to nothing: its commitment is zero",
                        record_get(r, "slave"));
    const struct opening *x = &o->list[k];
    o->claims[k] = x->known && x->items == items && memcmp(x->commit, commit, sizeof commit) == 0;
    return 0;
}

static bool has_answered(const struct result *r, size_t k)
{
    for (size_t i = 0; i <= r->past_count; i++)
        if (result_round(r, i)->slave[k].answered)
            return true;
    return false;
}

/* Returns whether the commitment was opened. */
static bool check_opening(const struct openings *o, size_t k)
{
    const struct opening *x = &o->list[k];
    const char *name = o->v->x->slave[k].name;

    if (!x->known)
        return false;
    if (!o->claimed[k])
        verify_complain(o->v,
                        "ledger: what slave %s submitted does not stand on a claim with the "
                        "commitment that was opened (%s)",
                        name, o->path);
    else if (x->whole && !opening_opens(x))
        verify_complain(o->v, "ledger: the commitment of slave %s does not open (%s)", name,
                        o->path);
    return x->whole;
}

static void tell_unopened(struct verify *v, size_t unopened, size_t all)
{
    char text[160];

    if (unopened == 0)
        return;
    snprintf(text, sizeof text,
             "of %zu of %zu slaves: no opening, or none with a digest, is kept with this ledger",
             unopened, all);
    verify_believe(v, "ledger: claim commit", text);
}

static int open_all(struct openings *o, struct err *e)
{
    size_t answered = 0, opened = 0, S = o->v->x->slaves;

    for (size_t k = 0; k < S; k++)
        if (lookup_add(&o->names, o->v->x->slave[k].name, k, e) < 0)
            return -1;
    if (ledger_scan(o->v->ledger, visit_claim, o, e) < 0)
        return -1;
    for (size_t k = 0; k < S; k++) {
        if (!has_answered(o->v->x, k))
            continue;
        answered++;
        opened += check_opening(o, k);
    }
    tell_unopened(o->v, answered - opened, answered);
    return 0;
}

int verify_commitments(struct verify *v, struct err *e)
{
    char path[PATH_MAX];
    size_t S = v->x->slaves;

    if (v->contract->work_units > 0) /* there is nothing to commit to */
        return 0;
    struct openings o = {.v = v, .path = path};
    if (opening_path(v->directory, v->run.key, path, e) < 0)
        return -1;
    o.list = opening_read(path, S, NULL);
    if (!o.list) /* what others may have written is not at hand */
        o.list = err_alloc(S, sizeof *o.list, "openings", e);
    o.claims = err_alloc(S, sizeof *o.claims, "openings", e);
    o.claimed = err_alloc(S, sizeof *o.claimed, "openings", e);
    int rc = o.list && o.claims && o.claimed ? open_all(&o, e) : -1;
    lookup_free(&o.names);
    free(o.list);
    free(o.claims);
    free(o.claimed);
    return rc;
}
