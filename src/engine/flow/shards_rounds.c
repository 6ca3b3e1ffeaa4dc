/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps what is large of past rounds in files, and writes it from these. */
#include "engine/flow/shards.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/flow/shards_private.h"

enum { NAME = 32 };

static const char *name_of(char name[static NAME], const char *what, uint64_t round)
{
    snprintf(name, NAME, "%s-%" PRIu64, what, round);
    return name;
}

int shards_put_away(struct job *j, struct result *r, struct err *e)
{
    struct result_filed *f = &r->filed;
    char name[NAME];

    if (!r->dealt.states || !r->aggregate)
        return 0;
    if (hash_doubles(r->aggregate, r->length, f->aggregate_digest, e) < 0 ||
        submitted_write(&j->seal, name_of(name, "aggregate", r->round), r->aggregate, r->length,
                        e) < 0)
        return -1;
    free(r->aggregate);
    r->aggregate = NULL;
    f->aggregate = true;
    if (!r->model)
        return 0;
    if (hash_doubles(r->model, r->model_length, f->model_digest, e) < 0) /* it is in its file */
        return -1;
    free(r->model);
    r->model = NULL;
    f->model = true;
    return 0;
}

/* What is being written. */
struct writing {
    struct slabs *file;
    const struct job *job;
    double *part;
};

/* A row of a dataset, from memory, or from the file of that name. */
static int write_row(struct writing *w, const char *path, size_t row, const double *values,
                     size_t count, const char *name, const uint8_t digest[static SHA256_LEN],
                     struct err *e)
{
    return values ? slabs_row(w->file, path, row, 0, count, values, e)
                  : shards_copy_row(w->job, name, digest, w->file, path, row, count, w->part, e);
}

static int write_aggregates(struct writing *w, const struct result *r, struct err *e)
{
    static const char path[] = "/rounds/aggregate_state";
    char name[NAME];
    int rc = slabs_make_rows(w->file, path, r->past_count + 1, r->length, e);

    for (size_t t = 0; rc == 0 && t <= r->past_count; t++) {
        const struct result *x = result_round(r, t);
        rc = write_row(w, path, t, x->aggregate, r->length, name_of(name, "aggregate", x->round),
                       x->filed.aggregate_digest, e);
    }
    return rc;
}

static int write_models(struct writing *w, const struct result *r, struct err *e)
{
    static const char path[] = "/rounds/models";
    size_t kept = 1, n = 1;
    char name[NAME];

    for (size_t t = 0; t <= r->past_count; t++)
        kept += result_has_model(r, t);
    int rc = slabs_make_rows(w->file, path, kept, r->model_length, e);
    if (rc == 0)
        rc = slabs_row(w->file, path, 0, 0, r->model_length, result_round(r, 0)->start, e);
    for (size_t t = 0; rc == 0 && t <= r->past_count; t++) {
        const struct result *x = result_round(r, t);
        if (result_has_model(r, t))
            rc = write_row(w, path, n++, x->model, r->model_length,
                           name_of(name, "model", x->round), x->filed.model_digest, e);
    }
    return rc;
}

int shards_fill_rounds(struct job *j, struct slabs *file, struct err *e)
{
    const struct result *r = j->result;
    struct writing w = {file, j, NULL};

    if (r->model_length == 0)
        return 0;
    w.part = err_alloc(SHARDS_PART, sizeof *w.part, "a round", e);
    int rc = w.part ? 0 : -1;
    if (rc == 0 && !result_is_stateless(r))
        rc = write_aggregates(&w, r, e);
    if (rc == 0)
        rc = write_models(&w, r, e);
    free(w.part);
    return rc;
}
