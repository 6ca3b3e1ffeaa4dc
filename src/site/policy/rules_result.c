/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about a result: what its numbers have to be before they leave. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "site/policy/rules_inside.h"
#include "util/lookup.h"
#include "util/parse.h"

static const char anew[] = "compute it again; if it stays so, the collector has to ask otherwise";

static bool look_at_items(const struct rules_look *l, struct rules_finding *f)
{
    const struct question *q = l->q;
    char found[NUMBER_TEXT];

    if (!q->state || q->state_length == 0)
        return finding_deny(f, anew, "There is no result");
    format_double(found, q->state[0]);
    if (q->state[0] != (double)q->claimed)
        return finding_deny(f, anew, "The result counts %s items, and the claim has %" PRIu64,
                            found, q->claimed);
    return finding_allow(f, "The result counts the %" PRIu64 " items of the claim", q->claimed);
}

static bool look_at_finite(const struct rules_look *l, struct rules_finding *f)
{
    for (size_t i = 0; l->q->state && i < l->q->state_length; i++)
        if (!isfinite(l->q->state[i]))
            return finding_deny(f, anew, "Number %zu of the %zu of the result is not finite", i + 1,
                                l->q->state_length);
    return finding_allow(f, "All %zu numbers are finite", l->q->state_length);
}

/* Effect: known has the number of each feature that has a plausible range. */
static int index_ranges(const struct contract *c, struct lookup *known)
{
    for (size_t i = 0; i < c->plausible_count; i++)
        if (lookup_add(known, c->plausible[i].feature, i, NULL) < 0)
            return -1;
    return 0;
}

static bool look_at_plausible(const struct rules_look *l, struct rules_finding *f)
{
    const struct contract *c = l->q->contract;
    char found[NUMBER_TEXT], low[NUMBER_TEXT], high[NUMBER_TEXT];
    struct lookup known = {0};
    size_t seen = 0;

    if (c->plausible_count == 0)
        return finding_allow(f, "The contract has no plausible ranges");
    if (!l->q->values || !l->q->feature_names || index_ranges(c, &known) < 0) {
        lookup_free(&known);
        return finding_deny(f, anew,
                            "The contract has %zu plausible ranges, and it is not known what "
                            "they are about",
                            c->plausible_count);
    }
    for (size_t i = 0; i < l->q->features; i++) {
        size_t k = lookup_find(&known, l->q->feature_names[i]);
        if (k == LOOKUP_NONE)
            continue;
        const struct contract_range *range = &c->plausible[k];
        seen++;
        if (l->q->has_feature && !l->q->has_feature[i])
            continue;
        if (l->q->values[i] >= range->lower && l->q->values[i] <= range->upper)
            continue;
        lookup_free(&known);
        return finding_deny(f, "look whether the data is what the contract expects (its units?)",
                            "The feature %.80s is %s, and plausible is %s to %s", range->feature,
                            format_double(found, l->q->values[i]), format_double(low, range->lower),
                            format_double(high, range->upper));
    }
    lookup_free(&known);
    if (seen < c->plausible_count)
        return finding_deny(f, anew,
                            "The result has only %zu of the %zu features that have a plausible "
                            "range",
                            seen, c->plausible_count);
    return finding_allow(f, "All %zu features with a plausible range are in it", seen);
}

/* 0 tells of nobody. */
static bool look_at_cells(const struct rules_look *l, struct rules_finding *f)
{
    const struct question *q = l->q;
    size_t counts = 0;

    if (!l->data)
        return false;
    uint64_t least = l->data->cells_min;
    f->of_data = least != RULES_UNSAID && least > 0 && q->counts != NULL;
    if (least == RULES_UNSAID)
        return finding_unsaid(f, "how large a count in a result is at least (0: any)");
    if (least == 0)
        return finding_allow(f, "The policy does not look at counts");
    if (!q->counts)
        return finding_deny(
            f,
            "take a function that says which of its numbers are counts; or write 0 "
            "there, then: metaneuron site policy accept",
            "The function does not say which of its %zu numbers are counts, and none "
            "may be below %" PRIu64,
            q->state_length, least);
    for (size_t i = 0; q->state && i < q->state_length; i++) {
        if (!q->counts[i])
            continue;
        counts++;
        if (q->state[i] != 0 && !(q->state[i] >= (double)least))
            return finding_deny(
                f, "ask for coarser groups, or about data with more rows",
                "Number %zu of the result is a count of %.17g, and the policy allows 0, "
                "or %" PRIu64 " and more",
                i + 1, q->state[i], least);
    }
    return finding_allow(f, "Each of the %zu counts is 0, or %" PRIu64 " and more", counts, least);
}

static bool look_at_unchanged(const struct rules_look *l, struct rules_finding *f)
{
    if (l->q->opens)
        return finding_allow(f, "The data is the one that was claimed");
    return finding_deny(f,
                        "put the data back as it was and compute again; or withdraw: metaneuron "
                        "site withdraw",
                        "The data is not the one that was claimed: it has changed since");
}

static bool look_at_release(const struct rules_look *l, struct rules_finding *f)
{
    char change[RULES_TEXT];

    if (l->releaser)
        return finding_allow(f, "The policy lets results of this function leave without a person");
    if (l->q->released)
        return finding_allow(f, "A person here has said that the %zu numbers may leave",
                             l->q->state_length);
    snprintf(change, sizeof change, "look at them: metaneuron site review %.16s", l->q->run->key);
    return finding_deny(f, change, "Nobody here has said yet that the %zu numbers may leave",
                        l->q->state_length);
}

const struct rule rules_of_result[] = {
    {"items", RULES_SUBMIT, true, look_at_items},
    {"finite", RULES_SUBMIT, true, look_at_finite},
    {"plausible", RULES_SUBMIT, true, look_at_plausible},
    {"data.*.cells-min", RULES_SUBMIT, true, look_at_cells},
    {"data-unchanged", RULES_SUBMIT, true, look_at_unchanged},
    {"release", RULES_SUBMIT, false, look_at_release},
    {NULL, 0, false, NULL},
};
