/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tests of a collector's result share: the run to its end, and a verification of it.
 */
#ifndef TESTS_UNIT_VERDICT_CASE_H
#define TESTS_UNIT_VERDICT_CASE_H

#include "collect_case.h"

#include "engine/verify/verify.h"

/* What a verification has found wrong. */
struct complaints {
    size_t count;
    char text[8000];
};

static inline void note(void *context, const char *text)
{
    struct complaints *c = context;
    size_t used = strlen(c->text);

    c->count++;
    snprintf(c->text + used, sizeof c->text - used, "%s\n", text);
}

/* Effect: *c is what is wrong with the published result. */
static inline void verify(struct collect_case *t, struct complaints *c, struct engine_verdict *v)
{
    struct err e = {0};

    *c = (struct complaints){0};
    ck_ok(engine_verify(t->reader, t->out, t->ledger, NULL, note, c, v, &e), &e);
    ck_assert_uint_eq(c->count, v->problems);
}

static inline bool believes(const struct engine_verdict *v, const char *what)
{
    size_t n = strlen(what);

    for (const char *p = v->believed.data; p && *p; p = strchr(p, '\n') + 1)
        if (strncmp(p, what, n) == 0 && p[n] == ':')
            return true;
    return false;
}

/* Effect: the run is collected, round by round; its report is gone. */
static inline void collect_all(struct collect_case *t, uint64_t rounds)
{
    struct engine_report report;
    struct err e = {0};

    for (uint64_t round = 1; round <= rounds; round++) {
        if (t->c->rounds > 1)
            ck_fails(case_collect(t, &report, &e), &e, ERR_INCOMPLETE, "waits");
        case_all_send(t, round, CENTRES);
    }
    ck_ok(case_collect(t, &report, &e), &e);
    result_free(report.result);
    free(report.credits);
}

#endif
