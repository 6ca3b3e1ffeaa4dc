/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folds in what the centres say that runs ask. */
#include "site/fold/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/names.h"

/* Sets *party to this log's part of the run of a record, or NULL: it was not asked. */
static struct fed_party *own_part(const struct fold *x, const struct record *r, struct err *why)
{
    struct fed_run *run = fold_run(x, r);
    struct fed_party *p = run ? fed_party(run, x->site) : NULL;

    if (!p)
        err_set(why, ERR_INPUT,
                run ? "its run does not ask this centre"
                    : "nobody has published its "
                      "run");
    return p;
}

/* Whether a record's slave is this centre's: SITE/DATA/1. In a collector's log there are others, of
 * which it says what it has heard. */
static bool is_own(const struct fold *x, const struct record *r, char *data)
{
    const char *slave = record_get(r, "slave");
    size_t n = strlen(x->site), len = strlen(slave);

    if (strncmp(slave, x->site, n) != 0 || slave[n] != '/' || len < n + 4 || len >= SLAVE_NAME ||
        strcmp(slave + len - 2, "/1") != 0)
        return false;
    snprintf(data, TEXT_NAME + 1, "%.*s", (int)(len - n - 3), slave + n + 1);
    return text_is_name(data);
}

/* Sets rule to the name of one, as it stands in a record: a dotted path. What is none counts for
 * nothing: no log has free text. */
static int take_rule(const struct record *r, char rule[static FED_RULE], struct err *why)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "._-";
    const char *name = record_get(r, "rule");
    size_t len = strlen(name);

    if (len == 0 || len >= FED_RULE || strspn(name, letters) != len)
        return err_set(why, ERR_INPUT, "its rule is the name of none");
    memcpy(rule, name, len + 1);
    return 0;
}

/* What is approved is the contract's file, or the model of a round. */
static int fold_approve(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct fed_party *p = own_part(x, r, why);
    uint8_t file[SHA256_LEN];
    char rule[FED_RULE] = "";

    (void)e;
    if (!p || record_get_digest(r, "file", file, why) < 0 || take_rule(r, rule, why) < 0)
        return 0;
    if (memcmp(file, fold_run(x, r)->file, SHA256_LEN) != 0) {
        memcpy(p->approved_model, file, SHA256_LEN);
        p->has_model = true;
    } else {
        memcpy(p->rule, rule, sizeof rule);
        p->approved = true;
        p->refused = false;
    }
    return 0;
}

static int fold_refuse(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct fed_party *p = own_part(x, r, why);

    (void)e;
    if (p && take_rule(r, p->rule, why) == 0) {
        p->refused = true;
        p->approved = false;
        memcpy(p->answer, r->sum, SHA256_LEN);
    }
    return 0;
}

static int fold_claim(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    char data[TEXT_NAME + 1];

    (void)e;
    if (!is_own(x, r, data))
        return 0;
    struct fed_party *p = own_part(x, r, why);
    uint64_t items;
    uint8_t commit[SHA256_LEN], copy[SHA256_LEN];
    if (!p || record_get_u64(r, "items", &items, why) < 0 ||
        record_get_digest(r, "commit", commit, why) < 0 ||
        record_get_digest(r, "copy", copy, why) < 0 || record_check_counts(r, why) < 0)
        return 0;
    p->claims++;
    if (p->claimed && !p->withdrawn)
        return err_set(why, ERR_INPUT, "the centre has claimed this run before"), 0;
    p->claimed = true;
    p->withdrawn = p->refused = false;
    p->claim_us = r->time_us;
    p->claim_seq = r->seq;
    p->items = items;
    memcpy(p->claim, r->sum, SHA256_LEN);
    memcpy(p->commit, commit, SHA256_LEN);
    memcpy(p->copy, copy, SHA256_LEN);
    snprintf(p->data, sizeof p->data, "%s", data);
    return 0;
}

static int fold_withdraw(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    char data[TEXT_NAME + 1];

    (void)e;
    if (!is_own(x, r, data))
        return 0;
    struct fed_party *p = own_part(x, r, why);
    if (!p)
        return 0;
    if (!p->claimed || p->count > 0)
        return err_set(why, ERR_INPUT,
                       p->claimed ? "a result was submitted, which stays"
                                  : "the centre has no claim of this run"),
               0;
    p->withdrawn = true;
    memcpy(p->answer, r->sum, SHA256_LEN);
    return 0;
}

static int fold_submit(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct fed_submit s = {.seq = r->seq, .time_us = r->time_us};
    char data[TEXT_NAME + 1];

    if (!is_own(x, r, data))
        return 0;
    struct fed_party *p = own_part(x, r, why);
    x->last = NULL;
    if (!p || record_get_u64(r, "round", &s.round, why) < 0 ||
        record_get_digest(r, "state", s.state, why) < 0 ||
        record_get_u64(r, "items", &s.items, why) < 0 ||
        record_get_double(r, "seconds", &s.seconds, why) < 0 || record_check_counts(r, why) < 0)
        return 0;
    if (!p->claimed || p->withdrawn)
        return err_set(why, ERR_INPUT, "the centre has no claim of this run"), 0;
    if (s.round == 0 || s.round > fold_run(x, r)->rounds)
        return err_set(why, ERR_INPUT, "it has a round that the run has not"), 0;
    if (r->batch > 0)
        return err_set(why, ERR_INPUT, "no deliver record stands behind it in its batch"), 0;
    if (fed_submit_of(p, s.round))
        return err_set(why, ERR_INPUT, "the centre has delivered a result of this round before"), 0;
    memcpy(s.record, r->sum, SHA256_LEN);
    if (p->count > 0 && !p->submits[p->count - 1].delivered)
        p->count--; /* it never will be */
    struct fed_submit *list =
        err_grow(p->submits, p->count, &p->capacity, sizeof *list, "results", e);
    if (!list)
        return -1;
    p->submits = list;
    list[p->count] = s;
    x->last = &list[p->count++];
    return 0;
}

static int fold_deliver(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct fed_run *run = fold_run(x, r);
    struct fed_party *p = run ? fed_party(run, x->site) : NULL;
    uint64_t round;

    (void)e;
    if (record_get_u64(r, "round", &round, why) < 0)
        return 0;
    if (!p || p->count == 0 || x->last != &p->submits[p->count - 1] || x->last->seq + 1 != r->seq ||
        x->last->round != round)
        return err_set(why, ERR_INPUT, "it does not stand behind its submit record"), 0;
    x->last->delivered = record_get_digest(r, "file", x->last->file, why) == 0;
    x->last = NULL;
    return 0;
}

static int fold_recall(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct federation *f = x->f;
    struct fed_recall recall = {.time_us = r->time_us};

    if (!text_is_name(record_get(r, "data")))
        return err_set(why, ERR_INPUT, "it is of no data"), 0;
    snprintf(recall.site, sizeof recall.site, "%s", x->site);
    snprintf(recall.data, sizeof recall.data, "%s", record_get(r, "data"));
    struct fed_recall *list = err_grow(f->recalls, f->recalls_count, &f->recalls_capacity,
                                       sizeof *list, "recalled data", e);
    if (!list)
        return -1;
    f->recalls = list;
    list[f->recalls_count++] = recall;
    return 0;
}

/* Only this centre's own is asked for. */
static int fold_policy(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct federation *f = x->f;

    (void)e;
    if (strcmp(x->site, f->self) != 0)
        return 0;
    f->has_policy = strcmp(record_get(r, "digest"), "none") != 0 &&
                    record_get_digest(r, "digest", f->policy, why) == 0;
    return 0;
}

static const struct {
    const char *type;
    fold_record *fold;
} folds[] = {
    {"approve", fold_approve},   {"refuse", fold_refuse}, {"claim", fold_claim},
    {"withdraw", fold_withdraw}, {"submit", fold_submit}, {"deliver", fold_deliver},
    {"recall", fold_recall},     {"policy", fold_policy},
};

int fold_party(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++)
        if (strcmp(folds[i].type, r->type) == 0)
            return folds[i].fold(x, r, why, e);
    return 0;
}
