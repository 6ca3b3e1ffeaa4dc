/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a person needs beside decisions to judge them. */
#include "report/judgement.h"

#include <inttypes.h>
#include <stdint.h>

#include "engine/result/name.h"
#include "report/share.h"

enum { NAMES = 10, SLAVES = 4 }; /* that are named; the others are counted */

static const double near = 0.9; /* of the threshold: it is said though nobody was rejected */

static void add_key(struct page *to, const struct report_keys *keys, const char *key)
{
    page_addf(to, "%s%-*s", keys->prefix, keys->width, key);
}

void report_agreed(struct page *to, const struct report_keys *keys, const struct agreed *a)
{
    if (a->count == 0)
        return;
    add_key(to, keys, "agree");
    if (a->count == a->rejected)
        page_addf(to, "%zu results that agree with one another and not with the other %zu",
                  a->count, a->accepted);
    else
        page_addf(to,
                  "%zu of the %zu rejected results agree with one another and not with the %zu "
                  "accepted",
                  a->count, a->rejected, a->accepted);
    for (size_t i = 0; i < a->count && i < NAMES; i++)
        page_addf(to, "%s%s", i ? ", " : ": ", a->names[i]);
    if (a->count > NAMES)
        page_addf(to, ", and %zu more", a->count - NAMES);
    page_addf(
        to,
        "; they differ among themselves by %.0f %% of what they differ from the others: another "
        "population, or one and the same mistake\n",
        100 * a->within);
}

static bool is_known(const struct history_earlier *x)
{
    return x->known && (x->rejected > 0 || x->node_rejected > 0);
}

static void add_earlier(struct page *to, const struct report_keys *keys,
                        const struct report_before *b)
{
    const struct history_earlier *x = b->earlier;

    add_key(to, keys, "before");
    if (x->settled == 0)
        page_addf(to, "%s: in no run", b->name);
    else
        page_addf(to, "%s: rejected in %" PRIu64 " of %" PRIu64 " run%s", b->name, x->rejected,
                  x->settled, x->settled == 1 ? "" : "s");
    if (x->node_settled > 0)
        page_addf(to, "; of node %s %" PRIu64 " of %" PRIu64 " results were", b->node,
                  x->node_rejected, x->node_settled);
    page_addf(to, "\n");
}

void report_earlier(struct page *to, const struct report_keys *keys, report_each *each,
                    const void *list, size_t count)
{
    size_t known = 0, never = 0, told = 0;
    struct report_before b;

    for (size_t k = 0; k < count; k++) {
        if (!each(list, k, &b) || !b.earlier->known)
            continue;
        known += is_known(b.earlier);
        never += !is_known(b.earlier);
        if (is_known(b.earlier) && told < SLAVES) {
            add_earlier(to, keys, &b);
            told++;
        }
    }
    if (known > told) {
        add_key(to, keys, "before");
        page_addf(to, "%zu more of the rejected, or others of their nodes, were rejected, too\n",
                  known - told);
    }
    if (never > 0) {
        add_key(to, keys, "before");
        if (known > 0)
            page_addf(to, "the other %zu never were, nor others of their nodes\n", never);
        else
            page_addf(to, "none of them was rejected before, nor others of their nodes\n");
    }
}

void report_nearest(struct page *to, const struct report_keys *keys, const char *name, double part)
{
    add_key(to, keys, "nearest");
    page_addf(to, "%s was kept at %.2f of the threshold\n", name, part);
}

void report_left_out(struct page *to, const struct report_keys *keys, const struct share *s,
                     bool work)
{
    if (s->rejected == 0)
        return;
    add_key(to, keys, "left out");
    page_addf(to, "%g %% of all %s are not in this result, as they were rejected (%" PRIu64 ")",
              share_percent_up(share_rejected(s)), work ? "units" : "items", s->rejected);
    if (share_rejected(s) > SHARE_REJECTED_MUCH)
        page_addf(to, ": more than %g %%, so look why", 100 * SHARE_REJECTED_MUCH);
    page_addf(to, "\n");
}

/* Of work without data a slave has many ranges, and `explain` tells of it. */
static bool each_of_result(const void *list, size_t k, struct report_before *b)
{
    const struct result *r = list;
    const struct result_slave *s = &r->slave[k];

    *b = (struct report_before){s->name, s->node, &s->earlier};
    return !result_is_work(r);
}

void report_judgement(struct page *to, const struct report_keys *keys, const struct result *r,
                      bool back)
{
    struct agreed a;
    size_t answered, rejected;
    double part;
    size_t nearest = result_nearest(r, &part);

    result_count(r, &answered, &rejected);
    if (result_agreed(r, &a, NULL) < 0)
        page_fail(to);
    report_agreed(to, keys, &a);
    agreed_free(&a);
    if (back)
        report_earlier(to, keys, each_of_result, r, r->slaves);
    if (nearest != SIZE_MAX && (rejected > 0 || part >= near))
        report_nearest(to, keys, r->slave[nearest].name, part);
}

void report_agreed_json(struct json_page *j, const struct agreed *a)
{
    if (a->count == 0) {
        json_page_null(j, "agree");
        return;
    }
    json_page_object(j, "agree");
    json_page_count(j, "count", a->count);
    json_page_count(j, "rejected", a->rejected);
    json_page_count(j, "accepted", a->accepted);
    json_page_number(j, "within", a->within);
    json_page_list(j, "slaves");
    for (size_t i = 0; i < a->count; i++)
        json_page_text(j, NULL, a->names[i]);
    json_page_end(j);
    json_page_end(j);
}

void report_nearest_json(struct json_page *j, const char *name, double part)
{
    if (!name) {
        json_page_null(j, "nearest");
        return;
    }
    json_page_object(j, "nearest");
    json_page_text(j, "slave", name);
    json_page_number(j, "of_threshold", part);
    json_page_end(j);
}

void report_earlier_json(struct json_page *j, const struct history_earlier *x)
{
    if (!x->known)
        return;
    json_page_object(j, "before");
    json_page_count(j, "settled", x->settled);
    json_page_count(j, "rejected", x->rejected);
    json_page_count(j, "node_settled", x->node_settled);
    json_page_count(j, "node_rejected", x->node_rejected);
    json_page_end(j);
}

void report_judgement_json(struct json_page *j, const struct result *r)
{
    struct agreed a;
    double part;
    size_t nearest = result_nearest(r, &part);

    if (result_agreed(r, &a, NULL) < 0)
        page_fail(j->to);
    report_agreed_json(j, &a);
    agreed_free(&a);
    report_nearest_json(j, nearest == SIZE_MAX ? NULL : r->slave[nearest].name, part);
}
