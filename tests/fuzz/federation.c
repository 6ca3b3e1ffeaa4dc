/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What centres say, folded: whatever they say, nobody speaks for another, and what is absurd counts for
 * nothing. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/types.h"
#include "site/fold/inside.h"
#include "util/age.h"

/*
 * A line is a record: the centre (a, b or c), its time in seconds, its type, and its values in the order
 * of its keys. %N in place of a value is the key of the N-th line, #N its sum, = a digest, @ a
 * recipient. Lines that are none are passed over.
 */
enum { LINES = 64, VALUES = 8 };

static const char *const sites[] = {"a", "b", "c"};

struct said {
    size_t count;
    char site[LINES]; /* 0 to 2 */
    struct record list[LINES];
};

/* Effect: value of a word, as above. */
static void set(struct said *s, struct record *r, const char *key, const char *word)
{
    static const uint8_t some[SHA256_LEN] = {1, 2, 3};
    size_t n = (size_t)strtoul(word + (*word != '\0'), NULL, 10);
    char hex[RUN_HEX + 1];

    if (*word == '%' && n < s->count)
        record_set(r, key, "%s", hex_encode(hex, s->list[n].sum, RUN_HEX / 2));
    else if (*word == '#' && n < s->count)
        record_set_digest(r, key, s->list[n].sum);
    else if (strcmp(word, "=") == 0)
        record_set_digest(r, key, some);
    else if (strcmp(word, "@") == 0)
        record_set(r, key, "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
    else
        record_set(r, key, "%s", word);
}

/* Effect: one record more, if the line is one. */
static void say_line(struct said *s, char *line)
{
    struct record *r = &s->list[s->count];
    uint8_t sum[SHA256_LEN];
    char *rest = line, key[RECORD_KEY + 1];
    int rc = hash_bytes(line, strlen(line), sum, NULL);
    const char *who = strsep(&rest, " "), *time = strsep(&rest, " "), *type = strsep(&rest, " ");
    const char *keys = type ? types_keys(type) : NULL;

    must(rc == 0);
    if (!keys || !strchr("abc", *who) || !*who || s->count == LINES)
        return;
    record_begin(r, type);
    r->time_us = strtol(time, NULL, 10) % (INT64_C(1) << 40) * 1000000;
    r->seq = s->count;
    for (; *keys; keys += strcspn(keys, " "), keys += *keys == ' ') {
        const char *word = strsep(&rest, " ");
        snprintf(key, sizeof key, "%.*s", (int)strcspn(keys, " "), keys);
        set(s, r, key, word ? word : "");
    }
    memcpy(r->sum, sum, sizeof sum);
    r->sum[31] = (uint8_t)s->count;
    s->site[s->count++] = (char)(*who - 'a');
}

/* Effect: what all but one have said is folded as federation_fold() does; the caller frees. */
static void fold(const struct said *s, int without, struct federation *f)
{
    static fold_record *const readings[] = {fold_collector, fold_party};
    struct fold x = {.f = f};
    struct err e = {0};

    *f = (struct federation){.self = "a"};
    for (size_t reading = 0; reading < 2; reading++)
        for (int site = 0; site < 3; site++) {
            x.site = sites[site];
            x.last = NULL;
            for (size_t i = 0; i < s->count; i++) {
                struct err why = {0};
                if (s->site[i] != site || site == without || !record_is_complete(&s->list[i]))
                    continue;
                must(readings[reading](&x, &s->list[i], &why, &e) == 0);
                if (why.code != ERR_NONE)
                    must_refuse(&why, ERR_INPUT, "");
            }
        }
    must(fold_join(&x, &e) == 0);
    free(x.heard);
}

static void look_at_party(const struct fed_run *run, const struct fed_party *p, size_t i)
{
    must(house_is_name(p->site) && (i == 0 || strcmp(run->parties[i - 1].site, p->site) < 0));
    must(fed_party(run, p->site) == p && !(p->refused && p->approved));
    must(p->claimed || (!p->withdrawn && !p->recalled && p->count == 0 && p->claim_seq == 0));
    must(!p->claimed || (text_is_name(p->data) && p->items <= RECORD_ITEMS));
    must(strspn(p->rule, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
         strlen(p->rule));
    must(p->count <= run->rounds);
    for (size_t k = 0; k < p->count; k++) {
        const struct fed_submit *s = &p->submits[k];
        must(s->round >= 1 && s->round <= run->rounds && s->items <= RECORD_ITEMS);
        must(s->delivered || k + 1 == p->count);
        must(!s->delivered || fed_submit_of(p, s->round) == s);
        must(s->seconds >= 0 && (s->heard_us >= 0));
    }
}

static void look_at_run(const struct fed_run *run)
{
    must(run->rounds >= 1 && run->rounds <= 1000000 && strlen(run->contract) == SHA256_HEX);
    if (run->parties_count > 0) {
        must(run->parties_count <= 128 && run->min >= 1 && run->min <= run->parties_count);
        must(age_is_recipient(run->seal) && run->disclose != DISCLOSE_NONE);
        must(run->claims_us >= 0 && run->deadline_us > 0);
    }
    for (size_t i = 0; i < run->parties_count; i++)
        look_at_party(run, &run->parties[i], i);
    for (size_t i = 0; i < run->count; i++) {
        const struct fed_round *r = &run->list[i];
        must(r->round <= run->rounds && fed_round(run, r->round) == r);
        must((r->attempt == 0) == (r->roster_us == 0) || r->attempt > 0);
    }
    must(!run->closed || strcmp(run->closed_by, "few") == 0 ||
         strcmp(run->closed_by, "unsound") == 0 || strcmp(run->closed_by, "person") == 0);
    must(fed_present(run) <= run->rounds);
}

/* Whether two runs are the same, but for what one centre has said of it. */
static void same_but(const struct fed_run *a, const struct fed_run *b, const char *site)
{
    must(a->rounds == b->rounds && a->parties_count == b->parties_count && a->count == b->count);
    must(a->settled == b->settled && a->closed == b->closed && a->min == b->min);
    for (size_t i = 0; i < a->parties_count; i++) {
        const struct fed_party *p = &a->parties[i], *q = &b->parties[i];
        if (strcmp(p->site, site) == 0)
            must(!q->claimed && !q->refused && !q->approved && q->count == 0);
        else
            must(p->claimed == q->claimed && p->items == q->items && p->count == q->count &&
                 p->refused == q->refused && p->withdrawn == q->withdrawn &&
                 memcmp(p->claim, q->claim, SHA256_LEN) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct said s;
    struct federation all, some;
    char *text = fuzz_text(data, len), *rest = text;

    s.count = 0;
    while (rest)
        say_line(&s, strsep(&rest, "\n"));
    fuzz_memory_begin();
    fold(&s, -1, &all);
    fuzz_memory_end((1 << 20) + 65536 * LINES);
    for (size_t i = 0; i < all.count; i++)
        look_at_run(&all.runs[i]);
    for (int site = 0; site < 3; site++) {
        fold(&s, site, &some);
        for (size_t i = 0; i < some.count; i++) {
            size_t at = lookup_find(&all.keys, some.runs[i].key);
            must(at != LOOKUP_NONE);
            same_but(&all.runs[at], &some.runs[i], sites[site]);
        }
        federation_free(&some);
    }
    federation_free(&all);
    free(text);
    return 0;
}
