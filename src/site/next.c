/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what comes next of a run. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/site.h"
#include "util/clock.h"
#include "util/place.h"

/* Effect: the item is that, in a sentence. */
static void say_next(struct site_item *x, enum site_next next, int64_t until_us, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));

static void say_next(struct site_item *x, enum site_next next, int64_t until_us, const char *format,
                     ...)
{
    va_list arguments;

    x->next = next;
    x->until_us = until_us;
    va_start(arguments, format);
    vsnprintf(x->text, sizeof x->text, format, arguments);
    va_end(arguments);
}

/* Whether the run's published result is in the house. */
static bool is_fetched(const struct site *s, const char *run)
{
    char name[64], path[PATH_MAX];

    snprintf(name, sizeof name, "runs/%s/published.h5", run);
    return house_path(&s->house, name, path, NULL) == 0 && file_exists(path);
}

/* Whether a rule is about a person's yes. */
static bool is_of_person(const char *rule)
{
    return strcmp(rule, "approvers.quorum") == 0 || strstr(rule, ".start");
}

/* Ends at the first rule that denies, whatever the data and a person say: neither was asked. */
static int ask_rule(void *context, const struct rules_finding *f, struct err *e)
{
    struct rules_finding *denied = context;

    (void)e;
    if (f->allowed || f->of_data || is_of_person(f->rule))
        return 0;
    *denied = *f;
    return 1;
}

/* What comes next where nothing was answered yet. */
static int next_answer(struct site *s, struct site_item *x, struct err *e)
{
    const struct fed_run *run = x->run;
    struct rules_finding first;
    struct site_case c;
    char rule[RULES_NAME];
    struct err why = {0};

    if (clock_utc_us() > run->claims_us || fed_present(run) > 0) {
        say_next(x, SITE_NOTHING, 0, "its time for claims is over");
        return 0;
    }
    if (site_consider(s, run->key, SITE_ACTS, &c, &why) < 0)
        say_next(x, why.code == ERR_INCOMPLETE ? SITE_OTHERS : SITE_DENIED, run->claims_us, "%s",
                 why.text);
    else if (!c.rules)
        say_next(x, SITE_DENIED, run->claims_us, "%s", c.denied.text);
    else if (rules_go(c.rules, RULES_CLAIM, &c.q, ask_rule, &first, &why) > 0)
        say_next(x, SITE_DENIED, run->claims_us, "%s: %s; %s", first.rule, first.text,
                 first.change);
    else if (rules_starts(c.rules, &c.q, rule) || c.party->approved)
        say_next(x, SITE_CLAIM, run->claims_us, "can be claimed");
    else
        say_next(x, SITE_APPROVE, run->claims_us, "waits for a person's yes or no");
    (void)e;
    site_case_free(&c);
    return 0;
}

/* What comes next of a round that this centre computes. */
static void next_round(struct site *s, struct site_item *x, uint64_t round)
{
    const struct fed_run *run = x->run;
    const struct fed_round *known = fed_round(run, round);
    int64_t until = known->roster_us + run->deadline_us;

    if (site_part_is_computed(s, run->key, round)) {
        say_next(x, SITE_RELEASE, until,
                 "round %" PRIu64 " is computed; its result can be submitted", round);
        return;
    }
    switch (site_job_state(s, run->key, round)) {
    case SITE_JOB_ALIVE:
        say_next(x, SITE_JOB, until, "round %" PRIu64 " is being computed", round);
        break;
    case SITE_JOB_UNKNOWN:
        say_next(x, SITE_JOB, until, "round %" PRIu64 " has a job, of which Slurm says nothing",
                 round);
        break;
    case SITE_JOB_NONE:
        say_next(x, SITE_COMPUTE, until, "round %" PRIu64 " is to be computed", round);
        break;
    }
}

/* What comes next once nothing of this centre's own is due. */
static void next_others(const struct site *s, struct site_item *x)
{
    const struct fed_run *run = x->run;

    if (strcmp(run->collector, s->house.name) == 0)
        say_next(x, SITE_COLLECT, 0, "this centre collects it");
    else
        say_next(x, SITE_OTHERS, 0, "waits for %s", run->collector);
}

/* What comes of a run that is over. */
static void next_over(const struct site *s, struct site_item *x)
{
    const struct fed_run *run = x->run;
    const struct fed_party *p =
        fed_party(run, s->house.name); /* what was not asked is not wanted */

    if (run->settled && p && !run->silenced && strcmp(run->collector, s->house.name) != 0 &&
        !is_fetched(s, run->key))
        say_next(x, SITE_FETCH, 0, "is settled; its result can be fetched");
    else
        say_next(x, SITE_NOTHING, 0, "%s",
                 run->settled  ? "is settled"
                 : run->closed ? "was closed without an answer"
                               : "was published twice, and is not gone on with");
}

int site_next(struct site *s, const struct fed_run *run, struct site_item *item, struct err *e)
{
    const struct fed_party *p = fed_party(run, s->house.name);
    uint64_t round = fed_present(run);

    *item = (struct site_item){.run = run};
    if (fed_over(run)) {
        next_over(s, item);
        return 0;
    }
    if (!p || p->refused || p->withdrawn || (p->recalled && !fed_submit_of(p, round))) {
        if (strcmp(run->collector, s->house.name) == 0)
            next_others(s, item);
        else
            say_next(item, SITE_NOTHING, 0, "%s",
                     !p             ? "does not ask this centre"
                     : p->refused   ? "was refused here"
                     : p->withdrawn ? "the claim was taken back"
                                    : "the data was recalled");
        return 0;
    }
    if (!p->claimed)
        return next_answer(s, item, e);
    const struct fed_round *known = round ? fed_round(run, round) : NULL;
    if (round > 0 && !known->aggregated && !fed_submit_of(p, round))
        next_round(s, item, round);
    else
        next_others(s, item);
    return 0;
}
