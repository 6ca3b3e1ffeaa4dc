/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says in words what a person needs beside a decision to judge it. */
#include "engine/view/view.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ledger/fold/share.h"

int view_look_back(struct ledger *l, struct view *v, struct err *e)
{
    struct history h;

    if (history_fold(l, v->run.seq, &h, e) < 0)
        return -1;
    for (size_t i = 0; i < v->count; i++) {
        struct view_slave *s = &v->slaves[i];
        if (s->part == VIEW_REJECTED) /* of centres nobody knows the nodes */
            history_earlier(&h, s->name, v->run.asked.count > 0 ? "" : s->node, &s->earlier);
    }
    history_free(&h);
    return 0;
}

static bool is_one_of(const struct agreed *a, const char *name)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->names[i], name) == 0)
            return true;
    return false;
}

/* Whether it is alone, or like others that were rejected. */
static void tell_agreed(const struct view *v, const struct view_slave *s, struct page *to)
{
    const struct agreed *a = &v->agreed;

    if (a->count == 0)
        return;
    if (!is_one_of(a, s->name)) {
        page_addf(to, "it does not agree with the %zu others that were rejected and agree\n",
                  a->count);
        return;
    }
    page_addf(
        to,
        "it agrees with %zu other%s that %s rejected, and not with the %zu that were accepted "
        "(they differ among themselves by %.0f %% of that): another population, or one and the "
        "same mistake\n",
        a->count - 1, a->count > 2 ? "s" : "", a->count > 2 ? "were" : "was", a->accepted,
        100 * a->within);
}

/* What leaves the answer with it. */
static void tell_items(const struct view *v, const struct view_slave *s, struct page *to)
{
    struct share share;

    share_of_run(&share, &v->run);
    if (share.known == 0)
        return;
    page_addf(to,
              "its %" PRIu64
              " items, %.1f %% of all, are not in the answer; with those of all that "
              "were rejected it is %.1f %%\n",
              s->items, 100 * fmin(1, (double)s->items / (double)share.known),
              share_percent_up(share_rejected(&share)));
}

static void tell_earlier(const struct history_earlier *x, const char *node, struct page *to)
{
    if (x->settled == 0)
        page_addf(to, "nothing was settled of it before this run");
    else
        page_addf(to, "before this run it was rejected in %" PRIu64 " of %" PRIu64 " settled",
                  x->rejected, x->settled);
    if (x->node_settled > 0)
        page_addf(to, "; on node %s that happened in %" PRIu64 " of %" PRIu64, node,
                  x->node_rejected, x->node_settled);
    page_addf(to, "\n");
}

int view_judgement(struct ledger *l, const struct view *v, const struct view_slave *s,
                   struct page *text, struct err *e)
{
    struct history h;
    struct history_earlier earlier;
    double part = s->known ? s->known->score / s->known->threshold : NAN;

    if (s->part == VIEW_REJECTED) {
        tell_agreed(v, s, text);
        tell_items(v, s, text);
    } else if (s->part == VIEW_ACCEPTED && part >= 0 && part <= 1) {
        page_addf(text, "its score is %.2f of the threshold\n", part);
    }
    if (s->part != VIEW_REJECTED && s->part != VIEW_ACCEPTED)
        return 0;
    if (history_fold(l, v->run.seq, &h, e) < 0)
        return -1;
    const char *node = v->run.asked.count > 0 ? "" : s->node;
    history_earlier(&h, s->name, node, &earlier);
    history_free(&h);
    tell_earlier(&earlier, node, text);
    return 0;
}
