/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about who asks what: before anything is claimed. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "site/policy/rules_inside.h"
#include "util/clock.h"

static const char accept[] = "edit policy.yaml, then: metaneuron site policy accept";

static bool look_at_policy(const struct rules_look *l, struct rules_finding *f)
{
    if (!l->r)
        return finding_deny(f, accept, "No policy is in force, so everything is denied");
    return finding_allow(f, "A policy is in force");
}

static bool look_at_expires(const struct rules_look *l, struct rules_finding *f)
{
    char text[CLOCK_ISO];

    clock_iso(text, (l->r->expires - 1) * 1000000);
    if (l->q->now >= l->r->expires)
        return finding_deny(f,
                            "write a later day into expires of policy.yaml, then: metaneuron "
                            "site policy accept",
                            "The policy was in force until %s, which is over", text);
    return finding_allow(f, "The policy is in force until %s", text);
}

static bool look_at_authors(const struct rules_look *l, struct rules_finding *f)
{
    return finding_author(f, l->r->authors, l->r->authors_count, l->q->run->collector);
}

static bool look_at_contract(const struct rules_look *l, struct rules_finding *f)
{
    const struct fed_run *run = l->q->run;

    if (!l->q->contract)
        return finding_deny(f, "look again, when it is here", "The contract is not known");
    if (run->twice)
        return finding_deny(f, "wait until a person has decided about its collectors",
                            "Run %s is in two logs, each of which says that it has published it",
                            run->key);
    if (strcmp(run->contract, l->q->contract->id) != 0)
        return finding_deny(f, "ask the collector to publish the run again",
                            "The contract's id is %.16s, and the run names %.16s",
                            l->q->contract->id, run->contract);
    return finding_allow(f, "The contract is the one that the run names: %.16s", run->contract);
}

static bool look_at_times(const struct rules_look *l, struct rules_finding *f)
{
    const struct fed_run *run = l->q->run;
    char until[CLOCK_ISO], now[CLOCK_ISO];

    clock_iso(until, run->claims_us);
    clock_iso(now, l->q->now * 1000000);
    if (run->settled || run->closed)
        return finding_deny(f, "ask the collector to publish the run again",
                            "The run is over: it was %s", run->settled ? "settled" : "closed");
    if (l->stage > RULES_CLAIM)
        return finding_allow(f, "The run is not over");
    if (l->q->now * 1000000 > run->claims_us)
        return finding_deny(f, "ask the collector to publish the run again, with more time",
                            "Claims counted until %s, and it is %s", until, now);
    return finding_allow(f, "Claims count until %s, and it is %s", until, now);
}

static bool look_at_functions(const struct rules_look *l, struct rules_finding *f)
{
    char change[RULES_TEXT];

    if (l->function)
        return finding_allow(f, "The policy has a place for the function %.64s",
                             l->q->contract->function);
    snprintf(change, sizeof change,
             "write an entry with code: %.80s%s into functions of policy.yaml, then: metaneuron "
             "site policy accept",
             l->q->contract->digest, strlen(l->q->contract->digest) > 80 ? "…" : "");
    return finding_deny(f, change,
                        "The contract's function is %.64s, by the code %.80s, and the "
                        "policy has no place for it",
                        l->q->contract->function, l->q->contract->digest);
}

static bool look_at_code(const struct rules_look *l, struct rules_finding *f)
{
    char change[RULES_TEXT];

    if (!l->function)
        return false;
    if (l->is_code)
        return finding_allow(f, "The code %.80s is allowed", l->function->code);
    snprintf(change, sizeof change,
             "write %.80s into %s of policy.yaml, or as an entry of its own, then: metaneuron site "
             "policy accept",
             l->q->contract->digest, f->rule);
    return finding_deny(f, change, "The contract's code is %.80s, and the policy allows %.80s",
                        l->q->contract->digest, l->function->code);
}

static bool look_at_params(const struct rules_look *l, struct rules_finding *f)
{
    char change[RULES_TEXT];
    size_t used;

    if (!l->is_code)
        return false;
    if (l->fits)
        return finding_allow(f, "Every parameter of the function is one that the policy allows");
    used = strlen(f->rule);
    if (l->param[0])
        snprintf(f->rule + used, sizeof f->rule - used, ".%s", l->param);
    snprintf(change, sizeof change,
             "write the value into %s of policy.yaml, then: metaneuron site policy accept",
             f->rule);
    return finding_deny(f, change, "%s", l->why);
}

const struct rule rules_of_claim[] = {
    {"policy", RULES_READ, false, look_at_policy},
    {"expires", RULES_READ, false, look_at_expires},
    {"authors", RULES_READ, false, look_at_authors},
    {"contract", RULES_CLAIM, false, look_at_contract},
    {"times", RULES_CLAIM, false, look_at_times},
    {"functions", RULES_CLAIM, false, look_at_functions},
    {"functions.*.code", RULES_CLAIM, false, look_at_code},
    {"functions.*.params", RULES_CLAIM, false, look_at_params},
    {NULL, 0, false, NULL},
};
