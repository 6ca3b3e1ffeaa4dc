/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A policy, a run and a contract of which all is allowed, for who changes one thing of it.
 */
#ifndef TESTS_RULES_FIXTURE_H
#define TESTS_RULES_FIXTURE_H

#include "contract/contract.h"
#include "scratch.h"
#include "site/policy/rules.h"

#define NOW INT64_C(1800000000) /* 2027-01-15 */

/* Each line of the example that every centre begins with, but that here something is allowed. */
#define POLICY                                                                           \
    "policy: 1\n"                                                                        \
    "expires: 2027-06-30\n"                                                              \
    "cluster: alpha\n"                                                                   \
    "approvers: {keys: approvers, quorum: 1}\n"                                          \
    "authors: [beta, gamma]\n"                                                           \
    "functions:\n"                                                                       \
    "  - {code: builtin:moments@1, params: {order: [1, 2]}, start: ask, release: ask}\n" \
    "data:\n"                                                                            \
    "  wdbc: {authors: [beta], columns: [a, b], rows-min: 10, rows-of-parameters: 10, "  \
    "result-max: 256, rounds-max: 1, sites-min: 2, cells-min: 10, "                      \
    "queries: {distinct: 7, days: 30}, disclose: aggregate}\n"                           \
    "limits: {nodes: 1, cores: 4, memory: 4 GiB, time: 30 min, running: 1}\n"            \
    "sandbox: required\n"

#define SPEC                                                               \
    "title: T\nformat: 2\nfunction: {name: moments, params: {order: 2}}\n" \
    "data: {name: wdbc, slaves: 4, columns: [a, b]}\n"                     \
    "limits: {plausible: {mean(a): [0, 10]}}\n"                            \
    "resources: {memory: 1 GiB, time: 10 min, ranks_per_slave: 2}\n"

enum { STATE = 5, FEATURES = 2 };

/* All that a question points to. */
struct inquiry {
    struct question q;
    struct fed_run run;
    struct federation federation;
    struct house house;
    struct contract *contract;
    double state[STATE], values[FEATURES], model[2];
    unsigned char counts[STATE];
};

static const char *const feature_names[FEATURES] = {"mean(a)", "mean(b)"};

static inline struct contract *contract_of(const char *spec)
{
    struct err e = {0};

    FILE *f = fopen("spec.yaml", "w"); /* many are written: no need to sync each */
    ck_assert(f && fputs(spec, f) >= 0 && fclose(f) == 0);
    struct contract *c = contract_from_spec("spec.yaml", &e);
    ck_assert_msg(c != NULL, "%s", e.text);
    return c;
}

/* Effect: everything about *a is allowed. */
static inline void ask_of(struct inquiry *a, const char *spec)
{
    *a = (struct inquiry){
        .contract = contract_of(spec),
        .state = {190, 0, 12, 3.5, -1},
        .counts = {1, 1, 1, 0, 0},
        .values = {5, 7},
        .model = {1, 2},
        .run = {.key = "3d96174cc99e84db",
                .collector = "beta",
                .rounds = 1,
                .min = 2,
                .claims_us = (NOW + 3600) * 1000000,
                .deadline_us = INT64_C(86400000000),
                .disclose = DISCLOSE_AGGREGATE},
    };
    snprintf(a->run.contract, sizeof a->run.contract, "%s", a->contract->id);
    a->q = (struct question){
        .house = &a->house,
        .federation = &a->federation,
        .run = &a->run,
        .contract = a->contract,
        .now = NOW,
        .state_length = STATE,
        .features = FEATURES,
        .known_data = true,
        .rows = 190,
        .differs = UINT64_MAX,
        .asked = 7,
        .approvals = 1,
        .cluster = "alpha",
        .on_roster = true,
        .model = a->model,
        .model_length = 2,
        .replayed = true,
        .state = a->state,
        .counts = a->counts,
        .values = a->values,
        .feature_names = feature_names,
        .claimed = 190,
        .opens = true,
        .released = true,
    };
}

static inline void ask(struct inquiry *a)
{
    ask_of(a, SPEC);
}

static inline struct rules *rules_of(const char *text)
{
    struct err e = {0};
    struct rules *r = rules_read("policy.yaml", text, strlen(text), &e);

    ck_assert_msg(r != NULL, "%s\n%s", e.text, text);
    return r;
}

/* Returns the text with the first of one string replaced by another, which the caller frees. */
static inline char *edited(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    char *made = malloc(strlen(text) + strlen(to) + 1);

    ck_assert_msg(at != NULL, "'%s' is not in\n%s", from, text);
    ck_assert_ptr_nonnull(made);
    memcpy(made, text, (size_t)(at - text));
    strcpy(made + (at - text), to);
    strcat(made, at + strlen(from));
    return made;
}

#endif
