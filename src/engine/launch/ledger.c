/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads and writes what the ledger says of attempts. */
#include "engine/launch/parts.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/fold/reason.h"
#include "ledger/trust/sign.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

/* Returns the ledger for reading, or NULL: without an error while there is none. */
static struct ledger *open_read(const struct launch *l, struct err *e)
{
    char path[PATH_MAX];

    if (paths_join(path, sizeof path, l->o->run.ledger, "log", e) < 0 || !file_exists(path))
        return NULL;
    return ledger_open_read(l->o->run.ledger, e);
}

static int find_own_run(struct launch *l, struct ledger *ledger, struct run *run, struct err *e)
{
    if (l->key[0] && runs_find(ledger, l->key, run, NULL) == 0)
        return 0;
    if (runs_last(ledger, l->plan.contract->id, l->data, run, e) < 0)
        return -1;
    if (l->again && run->seq < l->records)
        runs_free(run); /* an older one */
    memcpy(l->key, run->key, sizeof l->key);
    return 0;
}

int launch_look(struct launch *l, struct run *run, struct err *e)
{
    struct err why = {0};
    struct ledger *ledger = open_read(l, &why);
    int rc = 0;

    *run = (struct run){0};
    l->seen = 0;
    if (ledger) {
        l->seen = ledger_state(ledger)->count;
        rc = find_own_run(l, ledger, run, e);
    } else if (why.code) {
        rc = err_set(e, why.code, "%s", why.text);
    }
    ledger_close(ledger);
    return rc;
}

int launch_is_complete(const struct launch *l, const struct run *run, bool *complete, struct err *e)
{
    const char *out = l->o->run.out;
    char text[DIGEST_TEXT] = "";

    *complete = false;
    if (!run->settled)
        return 0;
    if (file_exists(out) && file_digest(out, text, e) < 0)
        return -1;
    *complete = !run->results_differ && strcmp(text, run->result) == 0;
    if (*complete)
        return 0;
    return err_set(e, ERR_OPEN,
                   "run %s is settled, but %s does not hold its result: give --out where it is, or "
                   "--again for a new run",
                   run->key, out);
}

/* What a scan of an attempt's records looks for. */
struct trail {
    const char *key;
    uint64_t from;
    uint64_t leader; /* of the ranks that the dead one belongs to; 0: unknown */
    struct launch_blame claimed, lost;
};

static int visit_claim(struct trail *t, const struct record *r, struct err *e)
{
    uint64_t slot;

    if (record_get_u64(r, "slot", &slot, e) < 0)
        return -1;
    if (t->leader > 0 && slot == t->leader)
        launch_set_slave(&t->claimed, record_get(r, "slave"), record_get(r, "node"));
    return 0;
}

static int follow_trail(const struct record *r, void *context, struct err *e)
{
    struct trail *t = context;
    const char *run = record_get(r, "run"), *slave = record_get(r, "slave");

    if (r->seq < t->from || !run || !slave || strcmp(run, t->key) != 0)
        return 0;
    if (run_check_slave(r, e) < 0)
        return -1;
    if (strcmp(r->type, "claim") == 0)
        return visit_claim(t, r, e);
    if (strcmp(slave, t->claimed.name) == 0) /* it is no longer at work on that */
        t->claimed.slave = 0;
    if (strcmp(r->type, "submit") == 0 && strcmp(slave, t->lost.name) == 0)
        t->lost.slave = 0; /* another node has served it */
    if (strcmp(r->type, "lost") == 0 && reason_of(record_get(r, "reason")) != REASON_EXCLUDED)
        launch_set_slave(&t->lost, slave, record_get(r, "node"));
    return 0;
}

int launch_ask_ledger(const struct launch *l, struct launch_blame *b, struct err *e)
{
    int per_slave = plan_ranks(&l->o->run, l->plan.contract, INT_MAX);
    struct trail t = {.key = l->key, .from = l->records};
    struct ledger *ledger = l->key[0] ? open_read(l, NULL) : NULL;

    if (b->rank > 0)
        t.leader = 1 + (uint64_t)((b->rank - 1) / per_slave * per_slave);
    int rc = ledger ? ledger_scan(ledger, follow_trail, &t, e) : 0;
    if (rc == 0) {
        const struct launch_blame *found = t.claimed.slave ? &t.claimed : &t.lost;
        if (found->slave)
            launch_set_slave(b, found->name, found->node);
    }
    ledger_close(ledger);
    return rc;
}

static const char *const outcomes[] = {
    [LAUNCH_SETTLED] = "settled", [LAUNCH_FAILED] = "failed", [LAUNCH_HUNG] = "hung",
    [LAUNCH_DRAINED] = "drained", [LAUNCH_KILLED] = "killed",
};

int launch_record(const struct launch *l, const struct run *run, const struct launch_attempt *a,
                  struct err *e)
{
    struct record r;

    if (!run->key[0])
        return 0;
    struct ledger *ledger = ledger_open_alone(l->o->run.ledger, NULL, l->o->run.exclusive, e);
    if (!ledger)
        return -1;
    record_begin(&r, "attempt");
    record_set(&r, "run", "%s", run->key);
    record_set(&r, "number", "%" PRIu64, run->attempts + 1);
    record_set(&r, "code", "%d", a->code);
    record_set(&r, "outcome", "%s", outcomes[a->outcome]);
    record_set_number(&r, "seconds", round(a->seconds * 1000) / 1000);
    record_set(&r, "slave", "%s", a->blame.slave ? a->blame.name : "-");
    record_set(&r, "node", "%s", a->blame.node[0] ? a->blame.node : "-");
    int rc = ledger_append(ledger, &r, 1, NULL, e);
    if (rc == 0 && a->outcome == LAUNCH_SETTLED)
        sign_as_site(ledger, NULL); /* the run has told, if that cannot be */
    ledger_close(ledger);
    return rc;
}
