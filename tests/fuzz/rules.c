/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A centre's policy: what is read says the same each time, and denies by the names of its rules. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "site/policy/rules.h"

static const char spec[] = "title: T\nfunction: {name: moments, params: {order: 2}}\n"
                           "data: {name: wdbc, slaves: 4, columns: [a, b]}\n";

/* What each policy is asked: a run whose every fact is fine. */
struct asked_of {
    struct fed_run run;
    struct contract *contract;
    double state[3];
    unsigned char counts[3];
};

static const struct asked_of *asked_of(void)
{
    static struct asked_of a = {
        .run = {.key = "3d96174cc99e84db",
                .collector = "beta",
                .rounds = 1,
                .min = 128,
                .claims_us = INT64_MAX,
                .disclose = DISCLOSE_AGGREGATE},
        .state = {1000000, 500000, 0},
        .counts = {1, 1, 1},
    };

    if (!a.contract) {
        a.contract = contract_from_spec(fuzz_file(spec, sizeof spec - 1, NULL), NULL);
        must(a.contract);
        memcpy(a.run.contract, a.contract->id, sizeof a.run.contract);
    }
    return &a;
}

/* The findings of one way through. */
struct way {
    size_t looked, denied;
    char first[RULES_NAME];
};

/* Whether a finding has the name of a rule: its own words, and any other for a star. */
static bool is_rule(const char *rule)
{
    for (size_t i = 0; rules_name(i); i++) {
        const char *name = rules_name(i), *star = strchr(name, '*');
        size_t head = star ? (size_t)(star - name) : strlen(name);
        if (strncmp(rule, name, head) != 0)
            continue;
        if (star ? strstr(rule + head, star + 1) != NULL : rule[head] == '\0')
            return true;
    }
    return false;
}

static int note(void *context, const struct rules_finding *f, struct err *e)
{
    struct way *w = context;

    (void)e;
    must(is_rule(f->rule) && f->text[0] && (f->allowed || f->change[0]));
    w->looked++;
    if (!f->allowed && w->denied++ == 0)
        strcpy(w->first, f->rule);
    return 0;
}

static void ask(const struct rules *r, const struct question *q)
{
    size_t denied = 0; /* of the stage before, but for limits.running, which is of one */

    for (enum rules_stage stage = RULES_READ; stage <= RULES_SUBMIT; stage++) {
        struct way w = {0};
        struct rules_finding first;
        struct err e = {0};
        must(rules_go(r, stage, q, note, &w, &e) == 0 && w.looked > 0 && w.denied + 1 >= denied);
        int rc = rules_check(r, stage, q, &first, &e);
        must((rc == 0) == (w.denied == 0) && first.allowed == (rc == 0));
        if (rc < 0) {
            must_refuse(&e, ERR_REFUSED, w.first);
            must(strcmp(first.rule, w.first) == 0);
        }
        denied = w.denied;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const struct asked_of *a = asked_of();
    struct question q = {.run = &a->run,
                         .contract = a->contract,
                         .now = 1800000000,
                         .state_length = 3,
                         .known_data = true,
                         .rows = 1000000,
                         .differs = UINT64_MAX,
                         .approvals = 64,
                         .cluster = "alpha",
                         .on_roster = true,
                         .state = a->state,
                         .counts = a->counts,
                         .claimed = 1000000,
                         .opens = true,
                         .released = true};
    char *text = fuzz_text(data, len), rule[RULES_NAME];
    const char *keys;
    struct rules_limits l;
    struct err e = {0};

    fuzz_memory_begin();
    struct rules *r = rules_read("policy.yaml", text, len, &e);
    fuzz_memory_end((1 << 20) + 512 * len);
    if (r) {
        rules_limits(r, &l);
        must(l.time >= 0 && rules_quorum(r, &keys) <= 64 && keys[0] && !strchr(keys, '/'));
        must(rules_span(r, "wdbc") >= 0);
        must(!rules_starts(r, &q, rule) || strncmp(rule, "functions.", 10) == 0);
        ask(r, &q);
    } else {
        must_refuse(&e, ERR_INPUT, "policy.yaml:");
    }
    rules_free(r);
    free(text);
    return 0;
}
