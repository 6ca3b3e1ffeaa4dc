/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about computing: what it may take, who has approved it, by which model, and where. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "site/policy/rules_inside.h"
#include "util/parse.h"

static const char limit[] =
    "raise the limit in policy.yaml, then: metaneuron site policy accept; or ask for less";

/* So many of what are asked for (0: it is not said), and at most so many allowed. */
static bool at_most(struct rules_finding *f, uint64_t found, uint64_t most, const char *what)
{
    char unsaid[80];

    snprintf(unsaid, sizeof unsaid, "how many %s a job may have", what);
    if (most == RULES_UNSAID)
        return finding_unsaid(f, unsaid);
    if (found > most)
        return finding_deny(f, limit,
                            "The number of %s is %" PRIu64 ", and the policy allows %" PRIu64, what,
                            found, most);
    return finding_allow(f, "The number of %s that the policy allows is %" PRIu64, what, most);
}

static bool look_at_nodes(const struct rules_look *l, struct rules_finding *f)
{
    return at_most(f, l->stage > RULES_CLAIM ? l->q->nodes : 0, l->r->nodes, "nodes");
}

static bool look_at_cores(const struct rules_look *l, struct rules_finding *f)
{
    uint64_t found = (uint64_t)l->q->contract->ranks_per_slave;

    if (l->stage > RULES_CLAIM && l->q->cores > found)
        found = l->q->cores;
    return at_most(f, found, l->r->cores, "cores");
}

static bool look_at_memory(const struct rules_look *l, struct rules_finding *f)
{
    const uint64_t each = (uint64_t)l->q->contract->memory;
    const uint64_t ranks = (uint64_t)l->q->contract->ranks_per_slave;
    char found[NUMBER_TEXT], most[NUMBER_TEXT];

    if (l->r->memory == RULES_UNSAID)
        return finding_unsaid(f, "how much memory a job may have");
    format_size(most, (double)l->r->memory);
    if (ranks > 0 && each > l->r->memory / ranks)
        return finding_deny(f, limit,
                            "The contract asks for %s of memory, and the policy allows %s",
                            format_size(found, (double)each * (double)ranks), most);
    return finding_allow(f, "The policy allows %s of memory", most);
}

static bool look_at_time(const struct rules_look *l, struct rules_finding *f)
{
    double found = l->q->contract->time, most = l->r->time;

    if (most == 0)
        return finding_unsaid(f, "how long a job may compute");
    if (!(found <= most))
        return finding_deny(f, limit,
                            "The contract asks for %.0f seconds, and the policy allows %.0f", found,
                            most);
    return finding_allow(f, "The policy allows %.0f seconds", most);
}

/* What is computed already leaves whatever else is under way. */
static bool look_at_running(const struct rules_look *l, struct rules_finding *f)
{
    if (l->stage > RULES_COMPUTE)
        return false;
    if (l->r->running == RULES_UNSAID)
        return finding_unsaid(f, "how many computations may be under way at once");
    if (l->q->running >= l->r->running)
        return finding_deny(f, "wait until one of them is over",
                            "Under way are %" PRIu64 " other computations, and the policy allows "
                            "%" PRIu64 " at once",
                            l->q->running, l->r->running);
    return finding_allow(f,
                         "Under way are %" PRIu64 " other computations, and the policy allows "
                         "%" PRIu64 " at once",
                         l->q->running, l->r->running);
}

static bool look_at_approvals(const struct rules_look *l, struct rules_finding *f)
{
    const struct question *q = l->q;
    char change[RULES_TEXT];

    if (l->starter)
        return finding_allow(f, "The policy lets this function start without a person");
    if (q->approvals < l->r->quorum) {
        snprintf(change, sizeof change,
                 "metaneuron site approve %.16s, with the signatures of %" PRIu64 " people whose "
                 "keys are in the file %.64s",
                 q->run->key, l->r->quorum, l->r->keys);
        return finding_deny(f, change,
                            "Signatures of %zu people are there, and the policy asks for "
                            "%" PRIu64,
                            q->approvals, l->r->quorum);
    }
    if (q->approvals == 0 && !q->person) {
        snprintf(change, sizeof change, "metaneuron site approve %.16s", q->run->key);
        return finding_deny(f, change, "Nobody here has approved the run");
    }
    if (l->r->quorum == 0)
        return finding_allow(f, "A person here has approved the run");
    return finding_allow(f, "Signatures of %zu people are there, and the policy asks for %" PRIu64,
                         q->approvals, l->r->quorum);
}

static bool look_at_roster(const struct rules_look *l, struct rules_finding *f)
{
    if (l->q->on_roster)
        return finding_allow(f, "The round's roster names the claim of this centre");
    return finding_deny(f, "wait for a roster that names it: the collector decides",
                        "The round's roster does not name the claim of this centre");
}

static bool look_at_model(const struct rules_look *l, struct rules_finding *f)
{
    const struct question *q = l->q;

    if (!q->model)
        return finding_allow(f, "The function has no model");
    for (size_t i = 0; i < q->model_length; i++)
        if (!isfinite(q->model[i]))
            return finding_deny(f, "ask the collector for another run",
                                "Number %zu of the %zu of the model is not finite", i + 1,
                                q->model_length);
    if (q->replayed)
        return finding_allow(f,
                             "The model's %zu numbers are those that follow from what was "
                             "published",
                             q->model_length);
    if (q->model_approved)
        return finding_allow(f, "The model's %zu numbers were approved by a person here",
                             q->model_length);
    return finding_deny(f, "look at the model, and approve it: metaneuron site approve",
                        "The model's %zu numbers cannot be made again from what was published: the "
                        "collector may have chosen them",
                        q->model_length);
}

static bool look_at_cluster(const struct rules_look *l, struct rules_finding *f)
{
    const bool some = l->q->cluster && l->q->cluster[0];
    const char *found = some ? l->q->cluster : "none";

    if (!l->r->cluster)
        return finding_unsaid(f, "on which cluster jobs run, or none");
    if (strcmp(found, l->r->cluster) != 0 || some == (strcmp(l->r->cluster, "none") == 0))
        return finding_deny(f, "start it on the cluster that the policy names (sbatch -M)",
                            "It would be computed on %.64s, and the policy says %.64s", found,
                            l->r->cluster);
    return finding_allow(f, "It is computed on %.64s, as the policy says", found);
}

/* Whether what runs was made by others: a function that is no part of this program, or a program
 * that one which is calls, by itself or by another one's word. */
static bool is_of_others(const struct contract *c)
{
    if (strncmp(c->digest, "builtin:", 8) != 0 || strcmp(c->function, "exec") == 0)
        return true;
    for (size_t i = 0; i < c->params_count; i++) {
        const struct contract_param *p = &c->params[i];
        if (p->type == FLAT_STRING && strncmp(p->string, "exec", 4) == 0 &&
            (p->string[4] == '\0' || p->string[4] == '@'))
            return true;
    }
    return false;
}

static bool look_at_sandbox(const struct rules_look *l, struct rules_finding *f)
{
    if (!is_of_others(l->q->contract))
        return finding_allow(f, "Only code of this program runs");
    if (l->r->sandbox == 1)
        return finding_allow(f, "The policy lets code of others run outside a sandbox");
    if (l->q->sandboxed)
        return finding_allow(f, "Code of others runs in a sandbox");
    return finding_deny(
        f,
        "compute with --sandbox; or write sandbox: optional into policy.yaml, then: "
        "metaneuron site policy accept",
        "Code of others would run, and outside a sandbox");
}

const struct rule rules_of_job[] = {
    {"limits.nodes", RULES_CLAIM, false, look_at_nodes},
    {"limits.cores", RULES_CLAIM, false, look_at_cores},
    {"limits.memory", RULES_CLAIM, false, look_at_memory},
    {"limits.time", RULES_CLAIM, false, look_at_time},
    {"limits.running", RULES_COMPUTE, false, look_at_running},
    {"approvers.quorum", RULES_CLAIM, false, look_at_approvals},
    {"roster", RULES_COMPUTE, false, look_at_roster},
    {"model", RULES_COMPUTE, false, look_at_model},
    {"cluster", RULES_COMPUTE, false, look_at_cluster},
    {"sandbox", RULES_COMPUTE, false, look_at_sandbox},
    {NULL, 0, false, NULL},
};
