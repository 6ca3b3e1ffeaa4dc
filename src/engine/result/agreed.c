/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds what a person needs to judge a rejection. */
#include "engine/result/agreed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/agree.h"

/* Whether all that the filter has seen of it is a number. */
static bool is_finite(const struct result *r, size_t k)
{
    const double *value = r->values + k * r->features, *error = r->errors + k * r->features;

    for (size_t i = 0; i < r->features; i++)
        if (!isfinite(value[i]) || isnan(error[i]))
            return false;
    return true;
}

static int take_names(const struct result *r, const bool *member, struct agreed *a, struct err *e)
{
    size_t n = 0;

    a->names = err_alloc(a->count, sizeof *a->names, "names", e);
    for (size_t k = 0; a->names && k < r->slaves; k++)
        if (member[k] && !(a->names[n++] = strdup(r->slave[k].name)))
            return err_memory(e, "names");
    return a->names ? 0 : -1;
}

static int find(const struct result *r, enum agree_row *row, double *share, bool *member,
                struct agreed *a, struct err *e)
{
    const struct agree_input in = {.n = r->slaves,
                                   .d = r->features,
                                   .features = r->values,
                                   .errors = r->errors,
                                   .share = share,
                                   .row = row};
    struct agree_group group;

    for (size_t k = 0; k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        share[k] = s->share;
        if (s->answered && is_finite(r, k))
            row[k] = s->decision.rejected ? AGREE_REJECTED : AGREE_ACCEPTED;
    }
    if (agree_find(&in, member, &group, e) < 0)
        return -1;
    *a = (struct agreed){.accepted = group.accepted,
                         .rejected = group.rejected,
                         .count = group.count,
                         .within = group.within};
    return a->count > 0 ? take_names(r, member, a, e) : 0;
}

int result_agreed(const struct result *r, struct agreed *a, struct err *e)
{
    size_t answered, rejected;

    *a = (struct agreed){0};
    result_count(r, &answered, &rejected);
    if (rejected < 2 || !r->values || !r->errors || r->disclose < DISCLOSE_FEATURES)
        return 0;
    enum agree_row *row = err_alloc(r->slaves, sizeof *row, "results", e);
    double *share = err_alloc(r->slaves, sizeof *share, "stakes", e);
    bool *member = err_alloc(r->slaves, sizeof *member, "results", e);
    int rc = row && share && member ? find(r, row, share, member, a, e) : -1;
    free(row);
    free(share);
    free(member);
    if (rc < 0)
        agreed_free(a);
    return rc;
}

void agreed_free(struct agreed *a)
{
    for (size_t i = 0; a->names && i < a->count; i++)
        free(a->names[i]);
    free(a->names);
    *a = (struct agreed){0};
}

size_t result_nearest(const struct result *r, double *part)
{
    size_t nearest = SIZE_MAX;

    *part = 0;
    for (size_t k = 0; r->threshold > 0 && k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        double p = s->decision.score / r->threshold;
        if (s->answered && !s->decision.rejected && p <= 1 && (nearest == SIZE_MAX || p > *part)) {
            nearest = k;
            *part = p;
        }
    }
    return nearest;
}
