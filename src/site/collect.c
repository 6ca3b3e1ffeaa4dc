/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goes on with the runs that a centre collects, and ends them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "site/house/payload.h"
#include "site/house/say.h"
#include "site/pool.h"

/* Effect: results that came too late are said to be so. */
int site_say_late(struct site *s, const struct fed_run *run, struct err *e)
{
    for (size_t k = 0; k < run->parties_count; k++) {
        const struct fed_party *p = &run->parties[k];
        for (size_t i = 0; i < p->count; i++) {
            const struct fed_submit *sub = &p->submits[i];
            const struct fed_round *round = fed_round(run, sub->round);
            struct record r;
            if (sub->late || !sub->delivered || !sub->heard_us || !round || !round->roster_us ||
                sub->heard_us <= pool_deadline(run, round))
                continue;
            record_begin(&r, "late");
            record_set(&r, "run", "%s", run->key);
            record_set(&r, "round", "%" PRIu64, sub->round);
            record_set(&r, "site", "%s", p->site);
            record_set_digest(&r, "record", sub->record);
            if (say(&s->house, &r, 1, NULL, e) < 0)
                return -1;
        }
    }
    return 0;
}

/* Sets *run to one that this centre collects. */
static int find_own(struct site *s, const char *key, char run[static RUN_HEX + 1], struct err *e)
{
    const struct fed_run *known = federation_run(&s->fed, key, e);

    if (!known)
        return -1;
    if (strcmp(known->collector, s->house.name) != 0)
        return err_set(e, ERR_USAGE, "run %s is collected by %s", known->key, known->collector);
    memcpy(run, known->key, RUN_HEX + 1);
    return 0;
}

int site_collect(struct site *s, const char *run, struct site_collected *c, struct err *e)
{
    struct engine_options o = *s->base;
    struct pool_opening opening = {.s = s};
    struct sync_report synced;
    char key[RUN_HEX + 1], contract[PATH_MAX], ledger[PATH_MAX], private[PATH_MAX];

    *c = (struct site_collected){0};
    if (find_own(s, run, key, e) < 0 || sync_all(&s->house, &synced, e) < 0)
        return -1;
    free(synced.peers);
    if (site_look_again(s, e) < 0)
        return -1;
    const struct fed_run *known = federation_run(&s->fed, key, e);
    if (!known || site_say_late(s, known, e) < 0 ||
        payload_path(&s->house, known->file, contract, e) < 0 ||
        house_run_path(&s->house, key, "result.h5", c->out, e) < 0 ||
        house_path(&s->house, "ledger", ledger, e) < 0 || house_key_path(&s->house, private, e) < 0)
        return -1;
    if (known->closed)
        return err_set(e, ERR_REFUSED, "run %s was closed: %s", key, known->closed_by);
    o.contract = contract;
    o.ledger = ledger;
    o.site = s->house.name;
    o.out = c->out;
    o.run = key;
    o.key = private;
    int rc = engine_collect(s->reader, &o, pool_of_sites, &opening, &c->report, e);
    c->hopeless = opening.hopeless;
    struct err after = {0};
    if (ledger_refresh(s->house.ledger, &after) < 0 || say_again(&s->house, &after) < 0 ||
        site_look_again(s, &after) < 0)
        rc = err_set(e, after.code, "%s", after.text);
    return rc;
}

int site_close_run(struct site *s, const char *run, const char *code, struct err *e)
{
    char key[RUN_HEX + 1];
    struct record r;

    if (strcmp(code, "few") != 0 && strcmp(code, "unsound") != 0 && strcmp(code, "person") != 0)
        return err_set(e, ERR_USAGE, "--code %s: expected few, unsound or person", code);
    if (find_own(s, run, key, e) < 0)
        return -1;
    const struct fed_run *known = federation_run(&s->fed, key, e);
    if (known->settled)
        return err_set(e, ERR_REFUSED, "run %s is settled", key);
    if (known->closed)
        return say_again(&s->house, e);
    record_begin(&r, "close");
    record_set(&r, "run", "%s", key);
    record_set(&r, "code", "%s", code);
    return say(&s->house, &r, 1, NULL, e) < 0 ? -1 : site_look_again(s, e);
}
