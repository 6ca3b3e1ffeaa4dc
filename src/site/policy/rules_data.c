/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about data: who, what of it, how much has to be there, and what may come out. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "site/policy/rules_inside.h"

static const char more_rows[] =
    "ask for fewer numbers, or about data with more rows; or lower it in policy.yaml, then: "
    "metaneuron site policy accept";

/* Effect: f says how to raise the number of its rule. Returns it. */
static const char *raise(char change[static RULES_TEXT], const struct rules_finding *f, uint64_t to)
{
    snprintf(change, RULES_TEXT,
             "write %" PRIu64 " into %s of policy.yaml, then: metaneuron site policy accept", to,
             f->rule);
    return change;
}

static bool look_at_data(const struct rules_look *l, struct rules_finding *f)
{
    const struct contract *c = l->q->contract;
    char change[RULES_TEXT];

    if (c->work_units > 0)
        return finding_deny(
            f, "ask for a contract over data",
            "The contract is over work, and a policy allows only what is over data");
    if (!l->data) {
        snprintf(
            change, sizeof change,
            "write an entry %.64s into data of policy.yaml, then: metaneuron site policy accept",
            c->data);
        return finding_deny(f, change,
                            "The contract asks for the data %.64s, and the policy has no "
                            "place for it",
                            c->data);
    }
    if (!l->q->known_data) {
        snprintf(change, sizeof change, "say where it is: metaneuron site data add %.64s PATH",
                 c->data);
        return finding_deny(f, change,
                            "The contract asks for the data %.64s, and this centre does "
                            "not know where it is",
                            c->data);
    }
    return finding_allow(f, "The policy has a place for the data %.64s, and it is here", c->data);
}

static bool look_at_authors(const struct rules_look *l, struct rules_finding *f)
{
    return l->data &&
           finding_author(f, l->data->authors, l->data->authors_count, l->q->run->collector);
}

static bool look_at_columns(const struct rules_look *l, struct rules_finding *f)
{
    const struct contract *c = l->q->contract;
    char list[160], change[RULES_TEXT];

    if (!l->data)
        return false;
    if (l->data->all_columns)
        return finding_allow(f, "All columns are allowed");
    if (c->columns_count == 0)
        return finding_deny(
            f, "ask for a contract that names its columns; or write all there",
            "The contract takes all columns, and the policy allows %s",
            finding_list(list, sizeof list, l->data->columns, l->data->columns_count));
    for (size_t i = 0; i < contract_reads(c); i++) {
        const char *name = contract_read(c, i);
        if (finding_has(l->data->columns, l->data->columns_count, name))
            continue;
        snprintf(change, sizeof change,
                 "write %.80s into %s of policy.yaml, then: metaneuron site policy accept", name,
                 f->rule);
        return finding_deny(
            f, change, "The contract takes the column %.80s, and the policy allows %s", name,
            finding_list(list, sizeof list, l->data->columns, l->data->columns_count));
    }
    return finding_allow(f, "Each of the %zu columns that it reads is allowed", contract_reads(c));
}

/* What an expression says of a row can single it out, whatever comes out of how many others. */
static bool look_at_expressions(const struct rules_look *l, struct rules_finding *f)
{
    const struct recipe *r = &l->q->contract->recipe;
    char change[RULES_TEXT];

    if (!l->data)
        return false;
    if (!r->where && r->derived_count == 0)
        return finding_allow(f, "It has no condition, and derives no columns");
    if (l->data->expressions)
        return finding_allow(f, "Conditions and derived columns are allowed");
    snprintf(
        change, sizeof change,
        "ask for columns as they are; or write expressions: allow into data.%.64s of policy.yaml, "
        "then: metaneuron site policy accept",
        l->data->name);
    return finding_deny(
        f, change,
        "The contract has %s, by which a single row can be told from all others, and "
        "the policy does not allow expressions",
        r->where ? "a condition" : "derived columns");
}

static bool look_at_recalled(const struct rules_look *l, struct rules_finding *f)
{
    if (l->q->recalled)
        return finding_deny(f, "add it anew, under another name: metaneuron site data add",
                            "This centre has recalled the data %.64s", l->q->contract->data);
    return finding_allow(f, "The data was not recalled");
}

/* Rows that are there, those that a condition leaves out, and those by which the data differs from
 * what it was: each is to be so many, or (but the first) none. */
static bool at_least(const struct question *q, struct rules_finding *f, uint64_t least,
                     const char *change)
{
    if (q->rows < least)
        return finding_deny(f, change, "There are %" PRIu64 " rows, and %" PRIu64 " are needed",
                            q->rows, least);
    if (q->left_out > 0 && q->left_out < least)
        return finding_deny(f, change,
                            "A condition leaves out %" PRIu64 " rows: who knows the rest "
                            "learns what these have; none or %" PRIu64 " are needed",
                            q->left_out, least);
    if (q->differs < least)
        return finding_deny(f, change,
                            "The data differs from what it was when it was asked about "
                            "before by %" PRIu64 " rows: who compares two answers learns "
                            "what these have; none or %" PRIu64 " are needed",
                            q->differs, least);
    return finding_allow(f,
                         "There are %" PRIu64 " rows, %" PRIu64 " are left out, and %" PRIu64
                         " are the fewest of either that are allowed",
                         q->rows, q->left_out, least);
}

static bool look_at_floor(const struct rules_look *l, struct rules_finding *f)
{
    if (!l->q->known_data) /* and so denied */
        return false;
    return at_least(l->q, f, RULES_ROWS, "nothing: no policy can allow fewer rows");
}

static bool look_at_rows(const struct rules_look *l, struct rules_finding *f)
{
    if (!l->data || !l->q->known_data)
        return false;
    if (l->data->rows_min == RULES_UNSAID)
        return finding_unsaid(f, "how many rows are needed at least");
    return at_least(l->q, f, l->data->rows_min,
                    "ask about data with more rows; or lower rows-min in policy.yaml (to 3 at "
                    "least), then: metaneuron site policy accept");
}

static bool look_at_rows_of_parameters(const struct rules_look *l, struct rules_finding *f)
{
    const struct question *q = l->q;

    if (!l->data || !l->q->known_data)
        return false;
    uint64_t each = l->data->rows_of_parameters;
    if (each == RULES_UNSAID)
        return finding_unsaid(f, "how many rows are needed for each number that comes out");
    if (q->state_length > q->rows / each)
        return finding_deny(f, more_rows,
                            "There are %" PRIu64 " rows for the %zu numbers that come out, and the "
                            "policy asks for %" PRIu64 " for each",
                            q->rows, q->state_length, each);
    return finding_allow(f,
                         "There are %" PRIu64 " rows for the %zu numbers that come out, at least "
                         "%" PRIu64 " for each",
                         q->rows, q->state_length, each);
}

static bool look_at_result(const struct rules_look *l, struct rules_finding *f)
{
    const size_t found = l->q->state_length;
    char change[RULES_TEXT];

    if (!l->data)
        return false;
    uint64_t most = l->data->result_max;
    if (found == 0)
        return finding_deny(f, "look at the rule that denies the function",
                            "It is not known how many numbers come out");
    if (most == RULES_UNSAID)
        return finding_unsaid(f, "how many numbers may come out");
    if (found > most)
        return finding_deny(f, raise(change, f, found),
                            "%zu numbers come out, and the policy allows %" PRIu64, found, most);
    return finding_allow(f, "%zu numbers come out, of %" PRIu64 " that the policy allows", found,
                         most);
}

static bool look_at_rounds(const struct rules_look *l, struct rules_finding *f)
{
    uint64_t found = (uint64_t)contract_rounds(l->q->contract);
    char change[RULES_TEXT];

    if (!l->data)
        return false;
    if (l->q->run->rounds > found)
        found = l->q->run->rounds;
    uint64_t most = l->data->rounds_max;
    if (most == RULES_UNSAID)
        return finding_unsaid(f, "how many rounds a run may have");
    if (found > most)
        return finding_deny(f, raise(change, f, found),
                            "The run has rounds up to number %" PRIu64 ", and the policy allows "
                            "number %" PRIu64,
                            found, most);
    return finding_allow(
        f, "The run has rounds up to number %" PRIu64 ", of %" PRIu64 " that the policy allows",
        found, most);
}

static bool look_at_sites(const struct rules_look *l, struct rules_finding *f)
{
    char change[RULES_TEXT];

    if (!l->data)
        return false;
    uint64_t least = l->data->sites_min, found = l->q->run->min;
    if (least == RULES_UNSAID)
        return finding_unsaid(f, "how many results are needed");
    if (found < least) {
        snprintf(change, sizeof change,
                 "ask the collector to publish it with --min %" PRIu64 " or more", least);
        return finding_deny(f, change,
                            "The run settles with %" PRIu64 " results, and the policy asks "
                            "for %" PRIu64 " at least",
                            found, least);
    }
    return finding_allow(f,
                         "The run needs %" PRIu64 " results, of which the policy asks for %" PRIu64,
                         found, least);
}

static bool look_at_disclose(const struct rules_look *l, struct rules_finding *f)
{
    const enum disclose found = l->q->run->disclose;

    if (!l->data)
        return false;
    if (l->data->disclose == DISCLOSE_NONE)
        return finding_unsaid(f, "what may be published");
    const char *most = disclose_word((enum disclose)l->data->disclose);
    if (found == DISCLOSE_NONE || found > l->data->disclose)
        return finding_deny(f, "ask the collector to publish the run with less disclosed",
                            "What is to be published is %s, and the policy allows %s at most",
                            found == DISCLOSE_NONE ? "not said" : disclose_word(found), most);
    return finding_allow(f, "What is to be published is %s, and the policy allows %s",
                         disclose_word(found), most);
}

static bool look_at_queries(const struct rules_look *l, struct rules_finding *f)
{
    const struct question *q = l->q;
    char change[RULES_TEXT];

    if (!l->data)
        return false;
    uint64_t most = l->data->distinct;
    if (most == RULES_UNSAID)
        return finding_unsaid(f, "how many questions may be asked");
    if (q->asked > most) {
        snprintf(change, sizeof change,
                 "wait until one of them is older than %.0f days, or raise distinct in %s of "
                 "policy.yaml, then: metaneuron site policy accept",
                 l->data->days / 86400, f->rule);
        return finding_deny(f, change,
                            "It would be question %" PRIu64 " of %s in %.0f days, and the "
                            "policy allows %" PRIu64,
                            q->asked, q->run->collector, l->data->days / 86400, most);
    }
    if (q->asked == 0)
        return finding_allow(f, "This question was asked before: it costs nothing");
    return finding_allow(f, "It is question %" PRIu64 " of %" PRIu64 " of %s in %.0f days",
                         q->asked, most, q->run->collector, l->data->days / 86400);
}

const struct rule rules_of_data[] = {
    {"data", RULES_CLAIM, false, look_at_data},
    {"data.*.authors", RULES_CLAIM, false, look_at_authors},
    {"data.*.columns", RULES_CLAIM, false, look_at_columns},
    {"data.*.expressions", RULES_CLAIM, false, look_at_expressions},
    {"recalled", RULES_CLAIM, false, look_at_recalled},
    {"floor", RULES_CLAIM, true, look_at_floor},
    {"data.*.rows-min", RULES_CLAIM, true, look_at_rows},
    {"data.*.rows-of-parameters", RULES_CLAIM, true, look_at_rows_of_parameters},
    {"data.*.result-max", RULES_CLAIM, false, look_at_result},
    {"data.*.rounds-max", RULES_CLAIM, false, look_at_rounds},
    {"data.*.sites-min", RULES_CLAIM, false, look_at_sites},
    {"data.*.disclose", RULES_CLAIM, false, look_at_disclose},
    {"data.*.queries", RULES_CLAIM, false, look_at_queries},
    {NULL, 0, false, NULL},
};
