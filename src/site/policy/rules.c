/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goes through the rules of a policy, in the order of the checks. */
#include "site/policy/rules.h"

#include <stdio.h>
#include <string.h>

#include "site/policy/rules_inside.h"
#include "util/text.h"

/* The order of the checks. */
static const struct rule *const chapters[] = {rules_of_claim, rules_of_data, rules_of_job,
                                              rules_of_result};

enum { CHAPTERS = sizeof chapters / sizeof chapters[0] };

/* Returns rule i, or NULL. */
static const struct rule *rule_at(size_t i)
{
    for (size_t k = 0; k < CHAPTERS; k++)
        for (const struct rule *rule = chapters[k]; rule->name; rule++)
            if (i-- == 0)
                return rule;
    return NULL;
}

const char *rules_name(size_t i)
{
    const struct rule *rule = rule_at(i);

    return rule ? rule->name : NULL;
}

/* Effect: the name of a place of functions: functions.N and what follows. */
static void name_function(char name[static RULES_NAME], const struct rules *r,
                          const struct rules_function *f, const char *rest)
{
    snprintf(name, RULES_NAME, "functions.%zu%s", (size_t)(f - r->functions) + 1, rest);
}

/* Effect: name is the rule's, with what is looked at in place of *. */
static void name_rule(char name[static RULES_NAME], const struct rules_look *l,
                      const struct rule *rule)
{
    const char *star = strchr(rule->name, '*');

    if (!star)
        snprintf(name, RULES_NAME, "%s", rule->name);
    else if (rule->name[0] == 'd')
        snprintf(name, RULES_NAME, "data.%s%s", l->data ? l->data->name : "*", star + 1);
    else if (l->function)
        name_function(name, l->r, l->function, star + 1);
}

/* Effect: l knows the places of the policy that a contract is about. */
static void find_places(struct rules_look *l)
{
    const char *name = l->q->contract->data;

    for (size_t i = 0; name && i < l->r->data_count; i++)
        if (strcmp(l->r->data[i].name, name) == 0)
            l->data = &l->r->data[i];
    rules_find_function(l);
}

int rules_go(const struct rules *r, enum rules_stage stage, const struct question *q,
             rules_tell *tell, void *context, struct err *e)
{
    struct rules_look l = {.r = r, .q = q, .stage = stage};
    const struct rule *rule;
    int rc = 0;

    if (r && q->contract)
        find_places(&l);
    for (size_t i = 0; rc == 0 && (rule = rule_at(i)) != NULL && (r || i == 0); i++) {
        struct rules_finding f = {.allowed = true, .of_data = rule->of_data};
        if (rule->since > stage)
            continue;
        if (!q->contract && rule->since > RULES_READ && strcmp(rule->name, "contract") != 0)
            continue;
        name_rule(f.rule, &l, rule);
        if (!rule->look(&l, &f))
            continue;
        text_show(f.text, sizeof f.text); /* a contract's words may be in it */
        text_show(f.change, sizeof f.change);
        rc = tell(context, &f, e);
    }
    return rc;
}

static int stop_at_denial(void *context, const struct rules_finding *f, struct err *e)
{
    struct rules_finding *first = context;

    if (f->allowed)
        return 0;
    if (first)
        *first = *f;
    return err_set(e, ERR_REFUSED, "%s: %s; %s", f->rule, f->text, f->change);
}

int rules_check(const struct rules *r, enum rules_stage stage, const struct question *q,
                struct rules_finding *first, struct err *e)
{
    if (first)
        *first = (struct rules_finding){.allowed = true};
    return rules_go(r, stage, q, stop_at_denial, first, e);
}

bool rules_starts(const struct rules *r, const struct question *q, char rule[static RULES_NAME])
{
    struct rules_look l = {.r = r, .q = q};

    snprintf(rule, RULES_NAME, "approvers.quorum");
    if (r && q->contract)
        find_places(&l);
    if (!l.starter)
        return false;
    name_function(rule, r, l.starter, ".start");
    return true;
}

bool rules_releases(const struct rules *r, const struct question *q)
{
    struct rules_look l = {.r = r, .q = q};

    if (r && q->contract)
        find_places(&l);
    return l.releaser != NULL;
}

static uint64_t said(uint64_t number)
{
    return number == RULES_UNSAID ? 0 : number;
}

void rules_limits(const struct rules *r, struct rules_limits *l)
{
    *l = (struct rules_limits){
        .nodes = said(r->nodes),
        .cores = said(r->cores),
        .memory = said(r->memory),
        .time = r->time,
        .running = said(r->running),
        .sandbox = r->sandbox == 0,
    };
    if (r->cluster && strcmp(r->cluster, "none") != 0)
        snprintf(l->cluster, sizeof l->cluster, "%s", r->cluster);
}

int64_t rules_expires(const struct rules *r)
{
    return r->expires;
}

size_t rules_quorum(const struct rules *r, const char **keys)
{
    *keys = r->keys;
    return (size_t)r->quorum;
}

double rules_span(const struct rules *r, const char *data)
{
    for (size_t i = 0; i < r->data_count; i++)
        if (strcmp(r->data[i].name, data) == 0)
            return r->data[i].days;
    return 0;
}
