/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds who had cosigned what of a centre's log, and when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/leaves.h"
#include "ledger/trust/kept.h"
#include "site/audit/inside.h"
#include "site/exchange/reading.h"

enum { BELOW = 80 }; /* bytes of cosig/NAME, with its NUL */

/* What is looked for. */
struct wanted {
    struct auditing *x;
    const char *site;
    struct ledger *log; /* of it */
    uint64_t seq;
    int64_t until_us;
    struct audit_cover *c;
};

void audit_cover_free(struct audit_cover *c)
{
    if (c->kept)
        kept_free(c->kept);
    free(c->kept);
    *c = (struct audit_cover){0};
}

/* Whether a checkpoint is what the centre's log was, covers the record, and is signed by the centre. */
static bool is_good(const struct wanted *w, const struct kept *k)
{
    const struct note_key *key = audit_key(w->x, w->site);
    uint8_t root[SHA256_LEN];

    return key && strcmp(k->c.origin, key->name) == 0 && k->c.size > w->seq &&
           k->c.size <= ledger_state(w->log)->count && note_check(&k->note, key, NULL, NULL) == 1 &&
           ledger_root(w->log, k->c.size, root, NULL) == 0 &&
           memcmp(root, k->c.root, SHA256_LEN) == 0;
}

/* Sets *time_us to when a centre has cosigned it. */
static bool has_cosigned(const struct wanted *w, const struct kept *k, const char *who,
                         int64_t *time_us)
{
    const struct note_key *key = audit_key(w->x, who);
    struct note_key line;
    uint64_t time;

    if (!key || strcmp(who, w->site) == 0 ||
        note_key_make(&line, key->name, NOTE_COSIGNATURE, key->public, NULL) < 0 ||
        note_check(&k->note, &line, &time, NULL) != 1 || time >= INT64_MAX / 1000000)
        return false;
    *time_us = ((int64_t)time + 1) * 1000000; /* the second was over by then */
    return *time_us <= w->until_us;
}

/* Effect: what was found is kept in k, by that centre's line; one by the collector wins. */
static int keep(struct wanted *w, const struct kept *k, const char *who, int64_t time_us,
                struct err *e)
{
    struct audit_cover *c = w->c;

    if (c->kept && strcmp(who, w->x->run->collector) != 0)
        return 0;
    audit_cover_free(c);
    if (!(c->kept = err_alloc(1, sizeof *c->kept, "a checkpoint", e)))
        return -1;
    if (kept_take(c->kept, k->path, k->bytes.data, k->bytes.len, e) < 0)
        return -1;
    snprintf(c->who, sizeof c->who, "%s", who);
    c->time_us = time_us;
    return 0;
}

/* Effect: a note is looked at: by which centres' lines it counts. */
static int look(struct wanted *w, const struct kept *k, struct err *e)
{
    const struct peers *peers = &w->x->peers;
    int64_t time_us;
    int rc = 0;

    if (!is_good(w, k))
        return 0;
    for (size_t i = 0; rc == 0 && i <= peers->count; i++) {
        const char *who = i < peers->count ? peers->list[i].identity.name : w->x->s->house.name;
        if (has_cosigned(w, k, who, &time_us))
            rc = keep(w, k, who, time_us, e);
    }
    return rc;
}

/* Effect: EXCHANGE/WHO/cosig/SITE is looked at; one that is none counts for nothing. */
static int look_exchange(struct wanted *w, const char *who, struct err *e)
{
    char name[BELOW], *data;
    size_t len;
    struct kept k;
    int rc = 0;

    snprintf(name, sizeof name, "cosig/%s", w->site);
    if (reading_file(w->x->s->house.exchange, who, name, NOTE_MOST, &data, &len, NULL) != 1)
        return 0;
    if (kept_take(&k, name, data, len, NULL) == 0) {
        rc = look(w, &k, e);
        kept_free(&k);
    }
    free(data);
    return rc;
}

/* Effect: the lines are looked at that this centre has kept of its own log. */
static int look_own(struct wanted *w, struct err *e)
{
    const char *directory = ledger_directory(w->log);
    struct kept_entry *list;
    struct kept k;
    size_t count;
    int rc = 0;

    if (kept_list(directory, &list, &count, e) < 0)
        return -1;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        if (list[i].size <= w->seq || list[i].cosigned == 0 ||
            kept_read_cosigned(&k, directory, list[i].size, NULL) < 0)
            continue;
        rc = look(w, &k, e);
        kept_free(&k);
    }
    free(list);
    return rc;
}

/* Effect: this centre's own line of somebody's log is looked at. */
static int look_house(struct wanted *w, struct err *e)
{
    char name[BELOW], path[PATH_MAX];
    struct kept k;

    snprintf(name, sizeof name, "cosig/%s", w->site);
    if (house_path(&w->x->s->house, name, path, e) < 0)
        return -1;
    if (kept_read_file(&k, path, NULL) < 0)
        return 0;
    int rc = look(w, &k, e);
    kept_free(&k);
    return rc;
}

int audit_cover(struct auditing *x, const char *site, uint64_t seq, int64_t until_us,
                struct audit_cover *c, struct err *e)
{
    struct wanted w = {x, site, NULL, seq, until_us, c};
    bool own = strcmp(site, x->s->house.name) == 0;

    *c = (struct audit_cover){0};
    if (audit_log(x, site, &w.log, e) < 0)
        return -1;
    int rc = !w.log ? 0 : own ? look_own(&w, e) : look_house(&w, e);
    for (size_t i = 0; rc == 0 && w.log && i < x->peers.count; i++)
        rc = look_exchange(&w, x->peers.list[i].identity.name, e);
    audit_give_back(x, w.log);
    if (rc < 0)
        audit_cover_free(c);
    return rc;
}

bool audit_seen_enough(struct auditing *x, const char *site)
{
    char name[BELOW], *data;
    size_t len;
    struct kept k;
    struct ledger *l = NULL;
    bool enough = strcmp(site, x->s->house.name) == 0 || strcmp(site, x->run->collector) == 0;

    snprintf(name, sizeof name, "cosig/%s", site);
    if (enough || audit_log(x, site, &l, NULL) < 0 || !l)
        return enough;
    enough = strcmp(x->s->house.name, x->run->collector) == 0;
    if (!enough && reading_file(x->s->house.exchange, x->run->collector, name, NOTE_MOST, &data,
                                &len, NULL) == 1) {
        if (kept_take(&k, name, data, len, NULL) == 0) {
            enough = k.c.size <= ledger_state(l)->count;
            kept_free(&k);
        }
        free(data);
    }
    audit_give_back(x, l);
    return enough;
}
