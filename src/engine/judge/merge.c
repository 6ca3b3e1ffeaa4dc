/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merges the accepted states. */
#include "engine/judge/merge.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/name.h"
#include "engine/state/reduction.h"
#include "util/buf.h"
#include "util/reasons.h"

/* Where finish's arrays go. */
struct collector {
    struct function_output output;
    struct result_arrays *arrays;
    struct err *e;
};

static int collect(struct function_output *output, const struct function_array *array)
{
    struct collector *c = (struct collector *)output;

    return result_add(c->arrays, array, c->e);
}

static bool is_finite(const double *state, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isfinite(state[i]))
            return false;
    return true;
}

/* Along the fixed tree, whose leaves are the merged ones only. */
int judge_merge_of(struct bound *b, const struct result *r, const bool *in, double *state,
                   struct err *e)
{
    uint64_t leaves = 0;
    int rc = 0;
    struct reduction *t = reduction_create(b, REDUCTION_UNCAPPED, e);

    if (!t)
        return -1;
    for (size_t k = 0; rc == 0 && k < r->slaves; k++) {
        const double *from = r->states + k * r->length;
        if (!in[k] || !is_finite(from, r->length))
            continue;
        double *leaf = reduction_new_state(t, e);
        if (!leaf) {
            rc = -1;
            break;
        }
        memcpy(leaf, from, r->length * sizeof *leaf);
        rc = reduction_push_leaf(t, leaves++, leaf, e);
    }
    if (rc == 0)
        rc = reduction_finish(t, state, e);
    reduction_destroy(t);
    return rc < 0 ? -1 : (int)leaves;
}

/* The same of those that were accepted, or of all that answered. */
static int merge_states(struct bound *b, const struct result *r, bool rejected_too, double *state,
                        struct err *e)
{
    bool *in = err_alloc(r->slaves, sizeof *in, "results", e);

    for (size_t k = 0; in && k < r->slaves; k++)
        in[k] = r->slave[k].answered && (!r->slave[k].decision.rejected || rejected_too);
    int merged = in ? judge_merge_of(b, r, in, state, e) : -1;
    free(in);
    return merged;
}

/* Appends why results were rejected, each reason once. */
static void tell_rejected(const struct result *r, struct buf *to)
{
    const size_t most = 600; /* bytes */
    struct reasons reasons = {0};

    for (size_t k = 0; k < r->slaves; k++)
        if (r->slave[k].answered)
            reasons_add(&reasons, r->slave[k].name, 0, r->slave[k].node, r->slave[k].why);
    for (size_t i = 0; i < reasons.count && to->len < most && !reasons.failed; i++) {
        buf_adds(to, "; ");
        reasons_tell(to, &reasons.list[i], "slave ", most / 2);
    }
    reasons_free(&reasons);
}

int judge_refuse(const struct result *r, struct err *e)
{
    struct buf why = {0};
    size_t answered = 0;

    for (size_t k = 0; k < r->slaves; k++)
        answered += r->slave[k].answered;
    tell_rejected(r, &why);
    if (buf_failed(&why))
        err_memory(e, "an error");
    else
        err_set(e, ERR_PERMANENT,
                "none of the %zu results that are in was accepted, so there is nothing to "
                "aggregate%s; mend the data or the contract, and give --again",
                answered, why.len ? why.data : "");
    buf_free(&why);
    return -1;
}

int judge_merge(struct bound *b, struct result *r, struct err *e)
{
    int merged = merge_states(b, r, false, r->aggregate, e);

    if (merged == 0)
        return judge_refuse(r, e);
    return merged < 0 ? err_for_good(e) : 0; /* it made these states itself */
}

int judge_arrays(struct bound *b, const double *state, struct result_arrays *arrays, struct err *e)
{
    struct collector into = {{collect}, arrays, e};

    return bound_finish(b, state, &into.output, e);
}

int judge_blame(const struct result *r, struct err *e)
{
    struct share share;
    struct buf names = {0};
    uint64_t taken = 0;

    result_share(r, &share);
    for (size_t k = 0; k < r->slaves; k++) {
        if (!r->slave[k].answered || !r->slave[k].decision.rejected)
            continue;
        taken += r->slave[k].items;
        buf_addf(&names, "%s%s", names.len ? ", " : "", r->slave[k].name);
    }
    if (names.len > 0 && !buf_failed(&names))
        err_context(e,
                    "without the %" PRIu64 " of %" PRIu64 " %s that the filter took out (%.300s)",
                    taken, share.known, result_is_work(r) ? "units" : "rows", names.data);
    buf_free(&names);
    return -1;
}

int judge_finish_accepted(struct bound *b, struct result *r, struct err *e)
{
    if (judge_arrays(b, r->aggregate, &r->accepted, e) == 0)
        return 0;
    judge_blame(r, e);
    return err_for_good(e);
}

int judge_finish(struct bound *b, struct result *r, struct err *e)
{
    double *everything = err_alloc(r->length, sizeof *everything, "a state", e);

    if (!everything)
        return -1;
    int rc = judge_finish_accepted(b, r, e);
    /* For comparison only: what it would be without the filter. A rejected
     * result may well make this one impossible. */
    if (rc == 0 && merge_states(b, r, true, everything, NULL) > 0)
        judge_arrays(b, everything, &r->all, NULL);
    free(everything);
    return rc;
}
