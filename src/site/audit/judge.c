/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges what the records in a file of evidence prove together. */
#include "site/audit/judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int judge_not_proved(struct err *e, const char *why)
{
    return err_set(e, ERR_VERIFY, "it does not prove that: %s", why);
}

bool judge_is_of(const char *origin, const char *site)
{
    const char *name = origin + strlen("metaneuron/");
    size_t n = strlen(site);

    return n > 0 && strncmp(origin, "metaneuron/", strlen("metaneuron/")) == 0 &&
           strncmp(name, site, n) == 0 && name[n] == '/';
}

/* A record of the collector's, or of the other log's, of that type, run and round (0: any), behind
 * number after - 1; NULL: there is none. */
static const struct proved *find(const struct checking *c, bool collectors, const char *type,
                                 uint64_t round, size_t after)
{
    uint64_t its;

    for (size_t i = after; i < c->count; i++) {
        const struct record *r = &c->list[i].record;
        const char *run = record_get(r, "run");
        if ((strcmp(c->list[i].by.origin, c->collector) == 0) == collectors &&
            strcmp(r->type, type) == 0 && r->known && run && strcmp(run, c->f->run) == 0 &&
            (round == 0 || (record_get_u64(r, "round", &its, NULL) == 0 && its == round)))
            return &c->list[i];
    }
    return NULL;
}

static size_t place(const struct checking *c, const struct proved *p)
{
    return (size_t)(p - c->list);
}

/* Whether a record is of the slave of the centre that it is about. */
static bool is_sites(const struct checking *c, const struct proved *p)
{
    const char *slave = record_get(&p->record, "slave");
    size_t n = strlen(c->f->site);

    return slave && n > 0 && strncmp(slave, c->f->site, n) == 0 && slave[n] == '/';
}

/* Whether two records have the same values of these keys. */
static bool same(const struct proved *a, const struct proved *b, const char *const *keys)
{
    for (; *keys; keys++) {
        const char *x = record_get(&a->record, *keys), *y = record_get(&b->record, *keys);
        if (!x || !y || strcmp(x, y) != 0)
            return false;
    }
    return true;
}

/* The other records are of the one log of the centre, one after the other. */
static int check_own(const struct checking *c, size_t *first, struct err *e)
{
    size_t i = 0;

    while (i < c->count && strcmp(c->list[i].by.origin, c->collector) == 0)
        i++;
    *first = i;
    if (i == c->count || !judge_is_of(c->list[i].by.origin, c->f->site))
        return judge_not_proved(e, "it has no record of the centre's own log");
    for (size_t k = i + 1; k < c->count; k++)
        if (strcmp(c->list[k].by.origin, c->list[i].by.origin) != 0 ||
            c->list[k].record.seq != c->list[k - 1].record.seq + 1)
            return judge_not_proved(e, "the centre's records do not follow each other");
    return 0;
}

/* The collector's records follow each other from the publication to the round's aggregate. */
static int check_whole(const struct checking *c, size_t end, struct err *e)
{
    for (size_t i = 1; i < end; i++)
        if (c->list[i].record.seq != c->list[i - 1].record.seq + 1)
            return judge_not_proved(e, "the collector's records do not follow each other");
    const struct proved *a = find(c, true, "aggregate", c->f->round, 0);
    if (c->f->round == 0 || !a || place(c, a) + 1 != end)
        return judge_not_proved(
            e, "the collector's records do not end with the round's first aggregate");
    return 0;
}

static int check_aggregates(struct checking *c, struct err *e)
{
    static const char *const types[] = {"aggregate", "update"};

    for (size_t i = 0; i < 2; i++)
        for (const struct proved *a = NULL;
             (a = find(c, true, types[i], 0, a ? place(c, a) + 1 : 0));)
            for (const struct proved *b = a; (b = find(c, true, types[i], 0, place(c, b) + 1));) {
                uint64_t x, y;
                if (a->record.seq != b->record.seq &&
                    record_get_u64(&a->record, "round", &x, NULL) == 0 &&
                    record_get_u64(&b->record, "round", &y, NULL) == 0 && x == y &&
                    x == c->f->round) {
                    snprintf(c->f->text, sizeof c->f->text,
                             "records %" PRIu64 " and %" PRIu64 " of %s are two %ss of one round",
                             a->record.seq, b->record.seq, c->f->collector, types[i]);
                    return 0;
                }
            }
    return judge_not_proved(e, "it has no two aggregates, or models, of that round");
}

/* Whether the file is the roster that a record of the collector's names. Returns the record. */
static const struct proved *find_roster(const struct checking *c)
{
    const struct proved *p = NULL, *found = NULL;
    uint8_t file[SHA256_LEN];

    while ((p = find(c, true, "roster", c->f->round, p ? place(c, p) + 1 : 0)))
        found = record_get_digest(&p->record, "file", file, NULL) == 0 && c->has_roster &&
                        memcmp(file, c->roster_digest, SHA256_LEN) == 0 &&
                        strcmp(c->roster.run, c->f->run) == 0
                    ? p
                    : found;
    return found;
}

static int check_claim(struct checking *c, struct err *e)
{
    static const char *const keys[] = {"slave", "items", "commit", "copy", NULL};
    size_t first;

    if (check_own(c, &first, e) < 0)
        return -1;
    const struct proved *own = find(c, false, "claim", 0, first), *said = NULL;
    const struct proved *roster = find_roster(c);
    const struct roster_line *line = roster ? roster_find(&c->roster, c->f->site) : NULL;
    if (!own || !line || memcmp(line->claim, own->record.sum, SHA256_LEN) != 0)
        return judge_not_proved(e, "no roster of the collector's names the centre's claim");
    while ((said = find(c, true, "claim", 0, said ? place(c, said) + 1 : 0)))
        if (is_sites(c, said) && !same(said, own, keys)) {
            snprintf(c->f->text, sizeof c->f->text,
                     "record %" PRIu64 " of %s has another claim than record %" PRIu64
                     " of %s, which its roster names",
                     said->record.seq, c->f->collector, own->record.seq, c->f->site);
            return 0;
        }
    return judge_not_proved(e, "the collector has the claim that the centre has made");
}

/* The centre's first result of the round that was delivered, in records that begin with its claim. */
static const struct proved *find_submit(const struct checking *c, size_t first)
{
    const struct proved *s = NULL;

    while ((s = find(c, false, "submit", c->f->round, s ? place(c, s) + 1 : first))) {
        size_t next = place(c, s) + 1;
        if (is_sites(c, s) && s->record.batch == 0 && /* both are of one batch */
            find(c, false, "deliver", c->f->round, next) == &c->list[next])
            return s;
    }
    return NULL;
}

static int check_submit(struct checking *c, struct err *e)
{
    static const char *const keys[] = {"slave", "state", "items", "seconds", NULL};
    size_t first;

    if (check_own(c, &first, e) < 0)
        return -1;
    const struct proved *own = find_submit(c, first), *said = NULL;
    const struct proved *claim = find(c, false, "claim", 0, first), *roster = find_roster(c);
    const struct roster_line *line = roster ? roster_find(&c->roster, c->f->site) : NULL;
    if (claim != &c->list[first] || !own || c->f->round == 0)
        return judge_not_proved(e,
                                "the centre's records are not those from its claim to its result");
    if (!line || memcmp(line->claim, claim->record.sum, SHA256_LEN) != 0)
        return judge_not_proved(e, "no roster of that round names the centre's claim");
    while ((said = find(c, true, "submit", c->f->round, said ? place(c, said) + 1 : 0)))
        if (is_sites(c, said) && !same(said, own, keys)) {
            snprintf(c->f->text, sizeof c->f->text,
                     "record %" PRIu64 " of %s has another result than record %" PRIu64 " of %s",
                     said->record.seq, c->f->collector, own->record.seq, c->f->site);
            return 0;
        }
    return judge_not_proved(e, "the collector has the result that the centre has submitted");
}

/* When the collector says that it has heard of a record; 0: never. *late: it says that it is. */
static int64_t heard_at(const struct checking *c, const struct proved *own, bool *late)
{
    static const char *const types[] = {"heard", "late"};
    int64_t time_us = 0;
    uint8_t sum[SHA256_LEN];

    *late = false;
    for (size_t i = 0; i < 2; i++)
        for (const struct proved *h = NULL;
             (h = find(c, true, types[i], 0, h ? place(c, h) + 1 : 0));)
            if (record_get_digest(&h->record, "record", sum, NULL) == 0 &&
                memcmp(sum, own->record.sum, SHA256_LEN) == 0) {
                *late |= i == 1;
                time_us = i == 0 && time_us == 0 ? h->record.time_us : time_us;
            }
    return time_us;
}

/* What kinds of time share: the centre's result of a round, whether it counts, and until when. */
static int look_times(struct checking *c, const struct proved **own, bool *counts,
                      int64_t *until_us, struct err *e)
{
    const struct proved *f = NULL, *last = NULL, *roster = NULL;
    size_t first;

    if (check_own(c, &first, e) < 0 || check_whole(c, first, e) < 0)
        return -1;
    if (!(*own = find_submit(c, first)) || judge_is_of(c->collector, c->f->site))
        return judge_not_proved(e, "it has no result of another centre");
    while ((roster = find(c, true, "roster", c->f->round, roster ? place(c, roster) + 1 : 0)))
        last = roster;
    if (!last || last != find_roster(c) || !roster_find(&c->roster, c->f->site))
        return judge_not_proved(e, "the centre is not on the round's last roster");
    *until_us = last->record.time_us + c->deadline_us;
    *counts = false;
    while ((f = find(c, true, "filter", c->f->round, f ? place(c, f) + 1 : 0)))
        *counts |= is_sites(c, f);
    return 0;
}

static int check_late(struct checking *c, struct err *e)
{
    static const char *const keys[] = {"slave", "state", NULL};
    const struct proved *own, *said = NULL;
    int64_t until_us;
    bool counts, late;

    if (look_times(c, &own, &counts, &until_us, e) < 0)
        return -1;
    int64_t heard_us = heard_at(c, own, &late);
    /* Of a centre that has submitted twice another one may count. */
    while ((said = find(c, true, "submit", c->f->round, said ? place(c, said) + 1 : 0)))
        if (is_sites(c, said) && same(said, own, keys))
            break;
    if (!counts || !said)
        return judge_not_proved(e, "the result does not count");
    if (heard_us > 0 && heard_us <= until_us && !late)
        return judge_not_proved(e, "the collector has heard of it in time");
    snprintf(c->f->text, sizeof c->f->text,
             "the result of %s in round %" PRIu64 " counts, and %s %s", c->f->site, c->f->round,
             c->f->collector,
             late           ? "itself says that it is late"
             : heard_us > 0 ? "has heard of it after the round's time"
                            : "never says that it has heard of it");
    return 0;
}

/* Whether one of the policy's logs' keys, but the centre's own, has cosigned the checkpoint in a
 * second that was over by then.
 * who is that log. */
static bool was_cosigned(const struct checking *c, const struct proved *own, int64_t until_us,
                         const char **who)
{
    struct note *n = err_alloc(1, sizeof *n, "a note", NULL);
    struct note_key key;
    uint64_t time;
    bool found = false;

    for (size_t i = 0; n && !found && note_read(n, own->note, own->note_len, NULL) == 0 &&
                       i < policy_logs(c->policy);
         i++) {
        const struct note_key *log = policy_log(c->policy, i);
        found = strcmp(log->name, own->by.origin) != 0 &&
                note_key_make(&key, log->name, NOTE_COSIGNATURE, log->public, NULL) == 0 &&
                note_check(n, &key, &time, NULL) == 1 && time < (uint64_t)(until_us / 1000000);
        *who = log->name;
    }
    free(n);
    return found;
}

static int check_left_out(struct checking *c, struct err *e)
{
    const struct proved *own, *lost = NULL;
    const char *who = "";
    int64_t until_us;
    bool counts, late, gone = false;

    if (look_times(c, &own, &counts, &until_us, e) < 0)
        return -1;
    int64_t heard_us = heard_at(c, own, &late);
    bool heard = heard_us > 0 && heard_us <= until_us;
    if (counts)
        return judge_not_proved(e, "the result was judged");
    while ((lost = find(c, true, "lost", 0, lost ? place(c, lost) + 1 : 0))) {
        const char *word = is_sites(c, lost) ? record_get(&lost->record, "reason") : "absent";
        gone |= strcmp(word, "absent") != 0;
        if (strcmp(word, "silenced") == 0 || strcmp(word, "damaged") == 0)
            return judge_not_proved(
                e, "the collector gives a reason that these records cannot tell of");
    }
    const struct proved *end = find(c, true, "aggregate", c->f->round, 0);
    bool early = !heard && !gone && end->record.time_us < until_us;
    if (!heard && !early && !was_cosigned(c, own, until_us, &who))
        return judge_not_proved(e, "nobody had heard of it, or cosigned it, in time");
    snprintf(c->f->text, sizeof c->f->text,
             "the result of %s in round %" PRIu64 " does not count, and %s %s", c->f->site,
             c->f->round, heard || early ? c->f->collector : who,
             heard   ? "says that it has heard of it in time"
             : early ? "has ended the round before its time was over"
                     : "had cosigned its log with that in time");
    return 0;
}

int judge_proof(struct checking *c, struct err *e)
{
    static int (*const checks[PROOF_KINDS])(struct checking *, struct err *) = {
        [PROOF_AGGREGATES] = check_aggregates, [PROOF_CLAIM] = check_claim,
        [PROOF_SUBMIT] = check_submit,         [PROOF_LATE] = check_late,
        [PROOF_LEFT_OUT] = check_left_out,
    };

    return checks[c->f->kind](c, e);
}
