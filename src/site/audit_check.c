/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks evidence of an audit, with nothing but the keys of the logs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/proof/evidence.h"
#include "ledger/proof/receipt.h"
#include "ledger/trust/kept.h"
#include "site/audit_proof.h"
#include "site/fold/federation.h"
#include "site/house/fields.h"
#include "site/roster.h"
#include "util/parse.h"

/* A record that is proved to be in a log. */
struct proved {
    struct record record;
    struct checkpoint by;
    const char *note; /* of that checkpoint, in the file's bytes */
    size_t note_len;
};

/* A file of evidence that is checked. */
struct checking {
    const struct policy *policy;
    struct proof_found *f;
    struct proved *list;
    size_t count, capacity;
    char collector[NOTE_NAME]; /* the origin of its log */
    int64_t claims_us, deadline_us;
    struct roster roster;
    uint8_t roster_digest[SHA256_LEN];
    bool has_roster;
};

static int not_proved(struct err *e, const char *why)
{
    return err_set(e, ERR_VERIFY, "it does not prove that: %s", why);
}

/* Effect: one more record, which is in a log that the policy names. */
static int take_receipt(struct checking *c, const char *data, size_t len, struct err *e)
{
    struct receipt r;
    struct note *n = err_alloc(1, sizeof *n, "a note", e);
    struct hash *h = hash_create(e);
    struct proved *list = err_grow(c->list, c->count, &c->capacity, sizeof *list, "records", e);
    uint8_t leaf[SHA256_LEN];
    int rc = -1;

    if (list)
        c->list = list;
    if (n && h && list && receipt_read(&r, data, len, e) == 0) {
        struct proved *p = &list[c->count];
        /* The note lies in the file, which outlives the receipt. */
        p->note = r.note;
        p->note_len = r.note_len;
        if (note_read(n, r.note, r.note_len, e) == 0 &&
            evidence_signed(c->policy, n, &p->by, e) == 0 &&
            tree_leaf(h, r.line, r.len, leaf, e) == 0 &&
            tree_check(&r.path, leaf, r.index, p->by.size, p->by.root, e) == 0 &&
            record_decode(&p->record, r.line, r.len, h, e) == 0)
            rc =
                p->record.seq == r.index
                    ? 0
                    : err_set(e, ERR_VERIFY, "record %" PRIu64 " says that it is another", r.index);
        c->count += rc == 0;
        receipt_free(&r);
    }
    hash_destroy(h);
    free(n);
    return rc;
}

static int take_roster(struct checking *c, const char *data, size_t len, struct err *e)
{
    if (c->has_roster)
        return err_set(e, ERR_INPUT, "has two files");
    c->has_roster = true;
    return hash_bytes(data, len, c->roster_digest, e) < 0 ? -1
                                                          : roster_read(&c->roster, data, len, e);
}

/* The parts behind the first lines: each its kind, its length, and so many bytes. */
static int take_parts(struct checking *c, struct fields *f, struct err *e)
{
    uint64_t len;

    while (!fields_end(f)) {
        if (fields_next(f, e) < 0)
            return -1;
        bool receipt = strncmp(f->line, "receipt ", 8) == 0,
             file = strncmp(f->line, "file ", 5) == 0;
        if ((!receipt && !file) || parse_u64(f->line + (receipt ? 8 : 5), &len) < 0 ||
            len > (size_t)(f->end - f->at))
            return fields_wrong(f, "receipt or file, and its length", e);
        const char *at = f->at;
        f->at += len;
        if ((receipt ? take_receipt : take_roster)(c, at, (size_t)len, e) < 0)
            return -1;
    }
    return 0;
}

static int read_head(struct proof_found *f, struct fields *x, struct err *e)
{
    const char *kind, *site;
    size_t k = 0;

    if (fields_heading(x, "metaneuron-audit-evidence@v1", e) < 0 ||
        !(kind = fields_value(x, "kind", e)))
        return -1;
    while (k < PROOF_KINDS && strcmp(proof_word((enum proof_kind)k), kind) != 0)
        k++;
    if (k == PROOF_KINDS)
        return fields_wrong(x, "a kind of evidence that is known here", e);
    f->kind = (enum proof_kind)k;
    if (fields_run(x, f->run, e) < 0 || !(site = fields_value(x, "site", e)))
        return -1;
    if (!house_is_name(site) && strcmp(site, "-") != 0)
        return fields_wrong(x, "the name of a centre, or -", e);
    snprintf(f->site, sizeof f->site, "%s", strcmp(site, "-") == 0 ? "" : site);
    return fields_number(x, "round", 0, UINT64_MAX, &f->round, e);
}

/* Whether a log is that of a centre: metaneuron/NAME/…. */
static bool is_of(const char *origin, const char *site)
{
    const char *name = origin + strlen("metaneuron/");
    size_t n = strlen(site);

    return n > 0 && strncmp(origin, "metaneuron/", strlen("metaneuron/")) == 0 &&
           strncmp(name, site, n) == 0 && name[n] == '/';
}

/* Effect: the file begins with the run's publication, which says whose run it is, and its terms. */
static int take_terms(struct checking *c, struct err *e)
{
    struct proof_found *f = c->f;
    char key[RUN_HEX + 1];
    uint64_t claims, deadline;

    if (c->count < 2 || strcmp(c->list[0].record.type, "publish") != 0 ||
        strcmp(c->list[1].record.type, "open") != 0 ||
        c->list[1].record.seq != c->list[0].record.seq + 1 ||
        strcmp(c->list[0].by.origin, c->list[1].by.origin) != 0)
        return err_set(e, ERR_INPUT, "does not begin with a publish and an open record");
    hex_encode(key, c->list[0].record.sum, RUN_HEX / 2);
    if (strcmp(key, f->run) != 0 || !record_get(&c->list[1].record, "run") ||
        strcmp(record_get(&c->list[1].record, "run"), f->run) != 0)
        return not_proved(e, "another run was published");
    if (record_get_u64(&c->list[1].record, "claims", &claims, e) < 0 ||
        record_get_u64(&c->list[1].record, "deadline", &deadline, e) < 0)
        return -1;
    if (claims > (UINT64_C(1) << 40) || deadline > (UINT64_C(1) << 40))
        return not_proved(e, "its times are none");
    c->claims_us = (int64_t)claims * 1000000;
    c->deadline_us = (int64_t)deadline * 1000000;
    snprintf(c->collector, sizeof c->collector, "%s", c->list[0].by.origin);
    const char *name = strchr(c->collector, '/');
    snprintf(f->collector, sizeof f->collector, "%.*s", name ? (int)strcspn(name + 1, "/") : 0,
             name ? name + 1 : "");
    if (!is_of(c->collector, f->collector))
        return not_proved(e, "the run's log is none of a centre");
    return 0;
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
    if (i == c->count || !is_of(c->list[i].by.origin, c->f->site))
        return not_proved(e, "it has no record of the centre's own log");
    for (size_t k = i + 1; k < c->count; k++)
        if (strcmp(c->list[k].by.origin, c->list[i].by.origin) != 0 ||
            c->list[k].record.seq != c->list[k - 1].record.seq + 1)
            return not_proved(e, "the centre's records do not follow each other");
    return 0;
}

/* The collector's records follow each other from the publication to the round's aggregate. */
static int check_whole(const struct checking *c, size_t end, struct err *e)
{
    for (size_t i = 1; i < end; i++)
        if (c->list[i].record.seq != c->list[i - 1].record.seq + 1)
            return not_proved(e, "the collector's records do not follow each other");
    const struct proved *a = find(c, true, "aggregate", c->f->round, 0);
    if (c->f->round == 0 || !a || place(c, a) + 1 != end)
        return not_proved(e, "the collector's records do not end with the round's first aggregate");
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
    return not_proved(e, "it has no two aggregates, or models, of that round");
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
        return not_proved(e, "no roster of the collector's names the centre's claim");
    while ((said = find(c, true, "claim", 0, said ? place(c, said) + 1 : 0)))
        if (is_sites(c, said) && !same(said, own, keys)) {
            snprintf(c->f->text, sizeof c->f->text,
                     "record %" PRIu64 " of %s has another claim than record %" PRIu64
                     " of %s, which its roster names",
                     said->record.seq, c->f->collector, own->record.seq, c->f->site);
            return 0;
        }
    return not_proved(e, "the collector has the claim that the centre has made");
}

/* The centre's first result of the round that was delivered, in records that begin with its claim. */
static const struct proved *find_submit(const struct checking *c, size_t first)
{
    const struct proved *s = NULL;

    while ((s = find(c, false, "submit", c->f->round, s ? place(c, s) + 1 : first))) {
        size_t next = place(c, s) + 1;
        if (is_sites(c, s) && find(c, false, "deliver", c->f->round, next) == &c->list[next])
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
    if (find(c, false, "claim", 0, first) != &c->list[first] || !own || c->f->round == 0)
        return not_proved(e, "the centre's records are not those from its claim to its result");
    while ((said = find(c, true, "submit", c->f->round, said ? place(c, said) + 1 : 0)))
        if (is_sites(c, said) && !same(said, own, keys)) {
            snprintf(c->f->text, sizeof c->f->text,
                     "record %" PRIu64 " of %s has another result than record %" PRIu64 " of %s",
                     said->record.seq, c->f->collector, own->record.seq, c->f->site);
            return 0;
        }
    return not_proved(e, "the collector has the result that the centre has submitted");
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
    if (!(*own = find_submit(c, first)) || is_of(c->collector, c->f->site))
        return not_proved(e, "it has no result of another centre");
    while ((roster = find(c, true, "roster", c->f->round, roster ? place(c, roster) + 1 : 0)))
        last = roster;
    if (!last || last != find_roster(c) || !roster_find(&c->roster, c->f->site))
        return not_proved(e, "the centre is not on the round's last roster");
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
        return not_proved(e, "the result does not count");
    if (heard_us > 0 && heard_us <= until_us && !late)
        return not_proved(e, "the collector has heard of it in time");
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
        return not_proved(e, "the result was judged");
    while ((lost = find(c, true, "lost", 0, lost ? place(c, lost) + 1 : 0))) {
        const char *word = is_sites(c, lost) ? record_get(&lost->record, "reason") : "absent";
        gone |= strcmp(word, "absent") != 0;
        if (strcmp(word, "silenced") == 0 || (heard && strcmp(word, "damaged") == 0))
            return not_proved(e, "the collector gives a reason that these records cannot tell of");
    }
    const struct proved *end = find(c, true, "aggregate", c->f->round, 0);
    bool early = !heard && !gone && end->record.time_us < until_us;
    if (!heard && !early && !was_cosigned(c, own, until_us, &who))
        return not_proved(e, "nobody had heard of it, or cosigned it, in time");
    snprintf(c->f->text, sizeof c->f->text,
             "the result of %s in round %" PRIu64 " does not count, and %s %s", c->f->site,
             c->f->round, heard || early ? c->f->collector : who,
             heard   ? "says that it has heard of it in time"
             : early ? "has ended the round before its time was over"
                     : "had cosigned its log with that in time");
    return 0;
}

int proof_check(const char *data, size_t len, const struct policy *policy, struct proof_found *f,
                struct err *e)
{
    static int (*const checks[PROOF_KINDS])(struct checking *, struct err *) = {
        [PROOF_AGGREGATES] = check_aggregates, [PROOF_CLAIM] = check_claim,
        [PROOF_SUBMIT] = check_submit,         [PROOF_LATE] = check_late,
        [PROOF_LEFT_OUT] = check_left_out,
    };
    struct checking c = {.policy = policy, .f = f};
    struct fields x;
    int rc = -1;

    *f = (struct proof_found){.kind = PROOF_AGGREGATES};
    if (len > PROOF_MOST)
        return err_set(e, ERR_INPUT, "evidence of %zu bytes; the most is %d", len, PROOF_MOST);
    fields_begin(&x, "evidence", data, len);
    if (read_head(f, &x, e) == 0 && take_parts(&c, &x, e) == 0 && take_terms(&c, e) == 0)
        rc = checks[f->kind](&c, e);
    roster_free(&c.roster);
    free(c.list);
    return rc;
}
