/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One round, and what filters make of it. */
#include "round.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct judge judges[JUDGES] = {
    {"pos-lof", FILTER_POS_LOF, FILTER_CUT_FIXED},
    {"mad", FILTER_MAD, FILTER_CUT_FIXED},
    {"union", FILTER_UNION, FILTER_CUT_FIXED},
    {"lof", FILTER_LOF, FILTER_CUT_FIXED},
    {"posdist", FILTER_POSDIST, FILTER_CUT_FIXED},
    {"pos-lof/simulated", FILTER_POS_LOF, FILTER_CUT_SIMULATED},
    {"mad/simulated", FILTER_MAD, FILTER_CUT_SIMULATED},
    {"union/simulated", FILTER_UNION, FILTER_CUT_SIMULATED},
    {"none", FILTER_NONE, FILTER_CUT_FIXED},
};

const char *known_name(enum known known)
{
    static const char *const names[KNOWN] = {"nothing", "items", "errors"};

    return names[known];
}

void round_die(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    fputs("attacks: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

void *round_alloc(size_t count, size_t size)
{
    void *p = calloc(count > 0 ? count : 1, size);

    if (!p)
        round_die("out of memory for %zu x %zu bytes", count, size);
    return p;
}

struct round round_new(size_t n, size_t d)
{
    struct round r = {.n = n,
                      .d = d,
                      .x = round_alloc(n * d, sizeof(double)),
                      .errors = round_alloc(n * d, sizeof(double)),
                      .items = round_alloc(n, sizeof(double)),
                      .share = round_alloc(n, sizeof(double))};

    for (size_t i = 0; i < n; i++) {
        r.items[i] = 1;
        r.share[i] = 1 / (double)n;
    }
    return r;
}

void round_free(struct round *r)
{
    free(r->x);
    free(r->errors);
    free(r->items);
    free(r->share);
    *r = (struct round){0};
}

bool round_judge(const struct judge *j, const struct round *r, enum known known, double target_fpr,
                 bool *rejected)
{
    struct filter_options o = {.method = j->method,
                               .scale = FILTER_SCALE_MAD,
                               .threshold = NAN,
                               .ratio = NAN,
                               .kappa = 0.5,
                               .cut = j->cut,
                               .target_fpr = target_fpr};
    struct filter_input in = {.n = r->n,
                              .d = r->d,
                              .features = r->x,
                              .errors = known == KNOWN_ERRORS ? r->errors : NULL,
                              .items = known != KNOWN_NOTHING ? r->items : NULL,
                              .share = r->share};
    struct filter_outcome out;
    struct err e = {0};

    if (filter_apply(&o, &in, &out, &e)) {
        if (!strstr(e.text, "filter method"))
            round_die("%s: %s", j->name, e.text);
        return false;
    }
    for (size_t i = 0; i < r->n; i++)
        rejected[i] = out.decisions[i].rejected;
    filter_outcome_free(&out);
    return true;
}

bool round_listed(const char *list, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, word, length) == 0 && (at[length] == ',' || at[length] == 0))
            return true;
    return !list;
}

size_t round_sizes(const char *list, size_t *sizes, size_t most)
{
    size_t count = 0;
    char *end;

    for (const char *at = list; *at; at = *end ? end + 1 : end) {
        if (count == most)
            round_die("%s: expected at most %zu numbers", list, most);
        sizes[count++] = strtoul(at, &end, 10);
        if (end == at || (*end && *end != ',') || sizes[count - 1] == 0)
            round_die("%s: expected numbers > 0 with commas", list);
    }
    return count;
}

void round_part(const char *text, size_t *part, size_t *parts)
{
    if (sscanf(text, "%zu/%zu", part, parts) != 2 || *part < 1 || *part > *parts)
        round_die("%s: expected I/N, I from 1 to N", text);
    --*part;
}
