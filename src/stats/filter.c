/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the stages in order: sieve, coordinates block by block, rows. */
#include "stats/filter.h"

#include <stdlib.h>

#include "stats/filter_private.h"

/* The block that begins at coordinate `first`. */
static struct filter_block block_at(const struct filter_options *o, const struct filter_input *in,
                                    size_t first)
{
    struct filter_block b = {.o = o, .in = *in, .first = first, .stride = in->d};

    b.width = in->d - first < FILTER_BLOCK ? in->d - first : FILTER_BLOCK;
    b.in.features += first;
    b.in.errors += in->errors ? first : 0;
    b.in.lower += in->lower ? first : 0;
    b.in.upper += in->upper ? first : 0;
    return b;
}

static int learn(const struct filter_options *o, const struct filter_input *in,
                 struct filter_columns *c, double *centre, struct err *e)
{
    for (size_t j = 0; j < in->d; j += FILTER_BLOCK) {
        struct filter_block b = block_at(o, in, j);
        if (filter_columns_measure(c, &b, e))
            return -1;
    }
    for (size_t j = 0; j < in->d; j += FILTER_BLOCK) {
        struct filter_block b = block_at(o, in, j);
        if (filter_columns_add(c, &b, centre + j, e))
            return -1;
    }
    return 0;
}

int filter_apply(const struct filter_options *o, const struct filter_input *in,
                 struct filter_outcome *out, struct err *e)
{
    struct filter_columns c = {0};
    enum filter_why *why = NULL;
    double *centre = NULL;
    int rc = -1;

    if (filter_check(o, in, e))
        return -1;
    why = err_alloc(in->n, sizeof *why, "decisions", e);
    centre = err_alloc(in->d, sizeof *centre, "the centre", e);
    if (!why || !centre)
        goto done;
    for (size_t j = 0; j < in->d; j += FILTER_BLOCK) {
        struct filter_block b = block_at(o, in, j);
        filter_block_sieve(&b, why);
    }
    if (filter_columns_open(&c, o, in, why, e) || learn(o, in, &c, centre, e) ||
        filter_rows(o, &c, out, e))
        goto done;
    out->centre = centre;
    centre = NULL;
    rc = 0;
done:
    filter_columns_free(&c);
    free(why);
    free(centre);
    return rc;
}

void filter_outcome_free(struct filter_outcome *out)
{
    free(out->centre);
    free(out->decisions);
    *out = (struct filter_outcome){0};
}
