/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes states of which no rank holds all, from the files in which they are. */
#include "engine/flow/shards.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/shards_private.h"

/* Where the states of all rounds go, and what is compared of them, if that is dealt, too. */
struct places {
    struct slabs *file;
    const struct job *job;
    char states[SHARDS_PATH], features[SHARDS_PATH], errors[SHARDS_PATH];
    double *part;
};

static int make_places(struct places *p, struct slabs *file, const struct job *j, size_t rounds,
                       struct err *e)
{
    const struct result *r = j->result;
    const char *group = r->model_length > 0 ? "/rounds" : "/rounds/1";

    *p = (struct places){.file = file, .job = j};
    snprintf(p->states, sizeof p->states, "%s/states", group);
    snprintf(p->features, sizeof p->features, "%s/features", group);
    snprintf(p->errors, sizeof p->errors, "%s/errors", group);
    p->part = err_alloc(SHARDS_PART, sizeof *p->part, "a state", e);
    if (!p->part || slabs_make_rows(file, p->states, rounds * r->slaves, r->length, e) < 0)
        return -1;
    if (!r->dealt.features)
        return 0;
    return slabs_make_rows(file, p->features, r->slaves, r->features, e) < 0
               ? -1
               : slabs_make_rows(file, p->errors, r->slaves, r->features, e);
}

/* Who has not answered has zeros. */
static int write_zeros(struct places *p, const char *path, size_t row, size_t count, struct err *e)
{
    int rc = 0;

    memset(p->part, 0, SHARDS_PART * sizeof *p->part);
    for (size_t at = 0; rc == 0 && at < count; at += SHARDS_PART)
        rc = slabs_row(p->file, path, row, at, count - at < SHARDS_PART ? count - at : SHARDS_PART,
                       p->part, e);
    return rc;
}

static int write_absent(struct places *p, size_t row, size_t k, struct err *e)
{
    const struct result *r = p->job->result;

    if (write_zeros(p, p->states, row, r->length, e) < 0)
        return -1;
    if (!r->dealt.features)
        return 0;
    return write_zeros(p, p->features, k, r->features, e) < 0
               ? -1
               : write_zeros(p, p->errors, k, r->features, e);
}

int shards_copy_row(const struct job *j, const char *name, const uint8_t digest[static SHA256_LEN],
                    struct slabs *file, const char *path, size_t row, size_t count, double *part,
                    struct err *e)
{
    size_t left = count - 1, at = 1;
    double first;
    struct submitted *x = submitted_open(j->directory, name, count, digest, &first, e);
    int rc = x ? slabs_row(file, path, row, 0, 1, &first, e) : -1;

    for (size_t n; rc == 0 && left > 0; left -= n, at += n) {
        n = left < SHARDS_PART ? left : SHARDS_PART;
        rc = submitted_read(x, n, part, e);
        if (rc == 0)
            rc = slabs_row(file, path, row, at, n, part, e);
    }
    submitted_close(x);
    return rc;
}

static int write_state(struct places *p, const struct result *r, size_t row, size_t k,
                       struct err *e)
{
    char name[SUBMITTED_NAME];

    submitted_name(name, (uint32_t)k, r->model_length > 0 ? r->round : 0);
    return shards_copy_row(p->job, name, r->slave[k].state, p->file, p->states, row, r->length,
                           p->part, e);
}

/* What is compared of result i, of slave k. */
static int write_compared(struct places *p, size_t i, size_t k, struct err *e)
{
    struct shards *d = p->job->shards;
    size_t features = p->job->result->features;

    if (shards_look(d, i, e) < 0)
        return -1;
    return slabs_row(p->file, p->features, k, 0, features, d->value, e) < 0
               ? -1
               : slabs_row(p->file, p->errors, k, 0, features, d->error, e);
}

static int write_round(struct places *p, const struct result *r, size_t first_row, struct err *e)
{
    size_t i = 0;
    int rc = 0;

    for (size_t k = 0; rc == 0 && k < r->slaves; k++) {
        if (!r->slave[k].answered) {
            rc = write_absent(p, first_row + k, k, e);
            continue;
        }
        rc = write_state(p, r, first_row + k, k, e);
        if (rc == 0 && r->dealt.features)
            rc = write_compared(p, i, k, e);
        i++;
    }
    shards_look_away(p->job->shards);
    return rc;
}

int shards_fill_states(struct job *j, struct slabs *file, struct err *e)
{
    const struct result *r = j->result;
    size_t count = r->past_count + 1, first = 0;
    struct places p;

    if (result_is_stateless(r))
        return 0;
    while (first + 1 < count && !result_has_states(result_round(r, first)))
        first++;
    int rc = make_places(&p, file, j, count - first, e);
    for (size_t t = first; rc == 0 && t < count; t++)
        rc = write_round(&p, result_round(r, t), (t - first) * r->slaves, e);
    free(p.part);
    return rc;
}
