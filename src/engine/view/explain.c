/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says in words what became of one slave. */
#include "engine/view/view.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ledger/fold/credits.h"

/* Appends "score S against the threshold T", or why there is none. */
static void add_score(double score, double threshold, struct page *to)
{
    if (isnan(score))
        page_addf(to, "it was not scored");
    else if (isnan(threshold))
        page_addf(to, "score %.4g, without a threshold", score);
    else
        page_addf(to, "score %.4g %s the threshold %.4g", score,
                  score > threshold ? "above" : "within", threshold);
}

static void conclude_unfinished(const struct view *v, const struct view_slave *s, struct page *to)
{
    bool running = v->state == VIEW_RUNNING;

    switch (s->part) {
    case VIEW_ANSWERED:
        page_addf(to, "has answered; the filter decides when all others have\n");
        break;
    case VIEW_CLAIMED:
    case VIEW_COMPUTING:
        page_addf(to, "%s", running ? "is computing" : "had claimed when the run was interrupted");
        if (running && s->node[0])
            page_addf(to, " on node %s", s->node);
        if (s->units)
            page_addf(to, ": %" PRIu64 " of %" PRIu64 " units", s->units_done, s->units);
        if (running && s->silent > 60)
            page_addf(to, ", without a sign for %.0f s\ndo: see whether node %s is alive",
                      s->silent, s->node);
        page_addf(to, "\n");
        break;
    case VIEW_OFFERED:
        page_addf(to,
                  "was offered to group %" PRId64 " (rank %" PRId64
                  ") and has not claimed yet: it opens its data\n",
                  s->live->group, s->live->first_rank);
        break;
    default:
        page_addf(to, "waits: %s\n",
                  running ? "it was not offered yet, as all groups of ranks are busy"
                          : "the run was interrupted before it was offered");
        if (running)
            page_addf(to, "do: nothing; more ranks would take it sooner\n");
    }
    if (v->state == VIEW_PRUNED)
        page_addf(to, "do: nothing: the run was abandoned, and its files were removed; the same "
                      "command begins a new one\n");
    else if (v->state == VIEW_CLOSED)
        page_addf(to, "do: nothing: the run was closed (%s)\n", v->run.closed);
    else if (v->state == VIEW_FAILED || v->state == VIEW_STOPPED)
        page_addf(to, "do: mend first why the run failed: %s\n", v->document.why);
    else if (!running)
        page_addf(to, "do: resume the run: the same `%s` command goes on\n", view_command(v));
}

static void conclude_trouble(const struct view *v, const struct view_slave *s, struct page *to)
{
    if (v->run.asked.count > 0)
        page_addf(to, "%s: %s\ndo: ask that centre\n",
                  s->part == VIEW_LOST ? "was left out" : "has a claim that does not count",
                  s->why);
    else if (s->part == VIEW_DECLINED)
        page_addf(to, "declined: %s\ndo: put that right%s%s, and give the same command again\n",
                  s->why, s->node[0] ? " on node " : "", s->node);
    else
        page_addf(to, "was lost: %s\ndo: see to node %s, and give the same command again\n", s->why,
                  s->node[0] ? s->node : "(unknown)");
}

/* The first lines: what became of it, and what to do. */
static void conclude(const struct view *v, const struct view_slave *s, struct page *to)
{
    if (s->name[0])
        page_addf(to, "slave %s ", s->name);
    else
        page_addf(to, "slave %" PRIu64 " ", s->partition);
    switch (s->part) {
    case VIEW_ACCEPTED:
        page_addf(to, "was accepted: ");
        add_score(s->known->score, s->known->threshold, to);
        page_addf(to, "\n");
        if (s->why[0])
            page_addf(to, "but: %s\n", s->why);
        break;
    case VIEW_REJECTED:
        page_addf(to, "was rejected: ");
        add_score(s->known->score, s->known->threshold, to);
        page_addf(to, "; %s\ndo: %s\n", s->why,
                  v->run.asked.count > 0
                      ? "ask that centre to look at its data: units, missing values"
                      : "look at these columns of its data: units, missing values, a node that "
                        "computes wrongly");
        if (v->state == VIEW_STOPPED)
            page_addf(to,
                      "the run was stopped before this is settled: the same `%s` command with "
                      "--on-reject settle settles it\n",
                      view_command(v));
        break;
    case VIEW_DECLINED:
    case VIEW_LOST:
        conclude_trouble(v, s, to);
        break;
    default:
        conclude_unfinished(v, s, to);
    }
}

static const char *get(const struct record *r, const char *key)
{
    const char *value = record_get(r, key);

    return value ? value : "-";
}

static void tell_filter(const struct record *r, struct page *to)
{
    double score = NAN, threshold = NAN;

    record_get_double(r, "score", &score, NULL);
    record_get_double(r, "threshold", &threshold, NULL);
    page_addf(to, "%s by %s: ", get(r, "decision"), get(r, "method"));
    add_score(score, threshold, to);
    page_addf(to, "; share of the stake %s, history P %s; %s", get(r, "share"), get(r, "weight"),
              get(r, "why"));
}

static void tell_submit(const struct record *r, struct page *to)
{
    double seconds = NAN;

    record_get_double(r, "seconds", &seconds, NULL);
    page_addf(to, "submitted: %s items, computed in %.3g s", get(r, "items"), seconds);
}

static void tell_settle(const struct record *r, struct page *to)
{
    uint64_t credits = 0;
    char text[CREDITS_TEXT];

    record_get_u64(r, "credits", &credits, NULL);
    page_addf(to, "settled as %s: %s MNT for %s items", get(r, "decision"),
              credits_format(text, credits), get(r, "items"));
}

/* What it said, if that is known here; else what its word in the ledger means. */
static void tell_decline(const struct view *v, const struct record *r, struct page *to)
{
    enum reason reason = reason_of_word(get(r, "reason"));

    page_addf(to, "declined on node %s: %s", get(r, "node"),
              reason == REASON_OTHER
                  ? get(r, "reason")
                  : declines_find(v->said, get(r, "slave"), get(r, "node"), reason));
}

/* What a centre has said, or has not; others are told as they are. Returns whether it is one. */
static bool tell_file(const struct record *r, struct page *to)
{
    if (strcmp(r->type, "view") == 0)
        page_addf(to, "viewed the contract");
    else if (strcmp(r->type, "claim") == 0)
        page_addf(to, "claimed: %s items", get(r, "items"));
    else if (strcmp(r->type, "lost") == 0)
        page_addf(to, "left out: %s", get(r, "reason"));
    else
        return false;
    return true;
}

/* One record in words. */
static void tell(const struct view *v, const struct record *r, struct page *to)
{
    const char *t = r->type;

    if (v->run.asked.count > 0 && tell_file(r, to))
        return;
    if (strcmp(t, "view") == 0)
        page_addf(to, "viewed on node %s", get(r, "node"));
    else if (strcmp(t, "decline") == 0)
        tell_decline(v, r, to);
    else if (strcmp(t, "claim") == 0)
        page_addf(to, "claimed on node %s by rank %s: %s items", get(r, "node"), get(r, "slot"),
                  get(r, "items"));
    else if (strcmp(t, "submit") == 0)
        tell_submit(r, to);
    else if (strcmp(t, "withdraw") == 0)
        page_addf(to, "withdrew: it was halted, and what it had computed is saved");
    else if (strcmp(t, "check") == 0)
        page_addf(to, "computed again by %s: %s", get(r, "by"), get(r, "verdict"));
    else if (strcmp(t, "lost") == 0)
        page_addf(to, "lost on node %s: %s", get(r, "node"), get(r, "reason"));
    else if (strcmp(t, "attempt") == 0)
        page_addf(to, "attempt %s on node %s: %s (code %s) after %s s", get(r, "number"),
                  get(r, "node"), get(r, "outcome"), get(r, "code"), get(r, "seconds"));
    else if (strcmp(t, "filter") == 0)
        tell_filter(r, to);
    else if (strcmp(t, "settle") == 0)
        tell_settle(r, to);
    else
        page_addf(to, "%s", t);
}

struct story {
    const struct view *v;
    const char *slave;
    struct page *text;
    bool any;
};

static int tell_record(const struct record *r, void *context, struct err *e)
{
    struct story *s = context;
    const char *run = record_get(r, "run"), *slave = record_get(r, "slave");

    (void)e;
    if (!r->known || !run || strcmp(run, s->v->run.key) != 0)
        return 0;
    if (!slave || strcmp(slave, s->slave) != 0)
        return 0;
    if (!s->any)
        page_addf(s->text, "\nseconds after publication\n");
    s->any = true;
    page_addf(s->text, "%12.3f  ", (double)(r->time_us - s->v->run.time_us) * 1e-6);
    if (s->v->run.rounds > 1 && record_get(r, "round"))
        page_addf(s->text, "round %s: ", record_get(r, "round"));
    tell(s->v, r, s->text);
    page_addf(s->text, "\n");
    return 0;
}

int view_explain(struct ledger *l, const struct view *v, const struct view_slave *s,
                 struct page *text, struct err *e)
{
    struct story story = {.v = v, .slave = s->name, .text = text};

    conclude(v, s, text);
    if (view_judgement(l, v, s, text, e) < 0)
        return -1;
    if (s->name[0] && ledger_scan(l, tell_record, &story, e) < 0)
        return -1;
    if (!story.any)
        page_addf(text, "\nthe ledger has no record of it yet\n");
    if (v->state == VIEW_RUNNING && s->live)
        page_addf(text, "%12.3f  now: %s%s%s\n", v->elapsed, view_part_name(s->part),
                  s->node[0] ? " on node " : "", s->node);
    return page_failed(text) ? err_memory(e, "words") : 0;
}
