/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares what a result has of its slaves with what the ledger says of them. */
#include "engine/verify/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/judge/parties.h"
#include "engine/result/name.h"
#include "engine/result/word.h"
#include "engine/state/digest.h"
#include "ledger/fold/reason.h"
#include "util/hash.h"

/* Returns the entry of the range SITE/NODE/SLOT#k that was judged, and *node, so many bytes of its
 * name; or NULL: it is none of this contract's, or a second one. */
static struct result_slave *range_of(const struct verify *v, const char *name, const char **node,
                                     int *length)
{
    size_t site = strlen(v->site);
    uint64_t k = runs_range(name);

    if (strncmp(name, v->site, site) != 0 || name[site] != '/' || k < 1 || k > v->x->slaves ||
        v->x->slave[k - 1].name[0])
        return NULL;
    *node = name + site + 1;
    *length = (int)strcspn(*node, "/#");
    return (*node)[*length] == '/' ? &v->x->slave[k - 1] : NULL;
}

/* Without data, whoever was judged for a range has its name from there. */
static int name_ranges(struct verify *v, const struct result *r, struct err *e)
{
    bool unplaced = false;

    for (size_t i = 0; i < v->now.count; i++) {
        const char *name = v->now.slaves[i].name, *node = NULL;
        char place[SLAVE_NAME] = "";
        int length = 0;
        if (!result_range(name) || !v->now.slaves[i].filtered)
            continue;
        struct result_slave *s = range_of(v, name, &node, &length);
        if (!s) {
            verify_complain(
                v, "ledger: %s was judged, and is no range of this contract, or a second one",
                name);
            continue;
        }
        bool placed = r->slave[s - v->x->slave].node[0] != '\0';
        unplaced |= !placed;
        snprintf(place, sizeof place, "%.*s", placed ? length : 0, node);
        if (result_set(&s->name, name, e) < 0 || result_set(&s->node, place, e) < 0)
            return -1;
    }
    if (unplaced)
        verify_believe(v, "/slaves/node",
                       "as in the name, or nothing: in a run that was interrupted");
    return 0;
}

static int name_slaves(struct verify *v, const struct result *r, struct err *e)
{
    char name[SLAVE_NAME];

    if (v->contract->work_units > 0)
        return name_ranges(v, r, e);
    for (size_t k = 0; k < v->x->slaves; k++)
        if (result_set(&v->x->slave[k].name,
                       result_partition_name(&v->run, v->site, v->contract, k, name), e) < 0)
            return -1;
    return 0;
}

/* Whether the state of slave k in the file is the one that was submitted. */
static bool is_submitted(const struct verify *v, const struct result *r, size_t k,
                         const struct run_slave *known)
{
    const struct digest_of of = {v->run.key, v->x->round, known->name};
    const uint8_t *salt = v->run.asked.count > 0 && r->salts ? r->salts + k * SHA256_LEN : NULL;
    uint8_t digest[SHA256_LEN];

    return state_digest(salt, &of, r->states + k * r->length, r->length, digest, NULL) == 0 &&
           memcmp(digest, known->state, SHA256_LEN) == 0;
}

/* What the file has of the slave's state, against what was submitted. */
static void check_state(struct verify *v, const struct result *r, size_t k,
                        const struct run_slave *known)
{
    const struct result_slave *s = &r->slave[k];
    const char *name = v->x->slave[k].name;

    if (s->answered && !(known && known->submitted))
        verify_complain(v, "%s: slave %s has a state, but the ledger has no submission of it",
                        v->path, s->name);
    else if (s->answered && !known->filtered)
        verify_complain(v, "ledger: slave %s has a state, but was not judged", name);
    if (!known || !known->filtered)
        return;
    if (!s->answered)
        verify_complain(v, "%s: slave %s has no state, but the ledger has judged it", v->path,
                        name);
    if (r->states && !is_submitted(v, r, k, known))
        verify_complain(v, "%s: the state of slave %s is not the one that it submitted", v->path,
                        name);
}

bool verify_says(const struct verify *v, const struct run_slave *known, const char *why)
{
    return strcmp(known->why, v->run.asked.count > 0 ? result_word(why) : why) == 0;
}

/* Effect: the slave is as its records say. The commitment is what no state can tell: the ledger
 * has that it did not open. */
static int set_slave(struct verify *v, size_t k, const struct run_slave *known, struct err *e)
{
    struct result_slave *s = &v->x->slave[k];
    const struct run_slave *all = runs_slave(&v->run, s->name);
    bool work = v->contract->work_units > 0;

    s->answered = true;
    s->confirmed = known->confirmed;
    s->seconds = known->seconds;
    s->items = work ? contract_range_items(v->contract, k) : known->submitted_items;
    if (s->items != known->submitted_items)
        verify_complain(v,
                        "ledger: slave %s has submitted %" PRIu64 " items, its range has %" PRIu64,
                        s->name, known->submitted_items, s->items);
    if (!work && result_set(&s->node, all && all->node ? all->node : "", e) < 0)
        return -1;
    if (!verify_says(v, known, reason_text(REASON_COMMITMENT)))
        return 0;
    return result_set(&s->objection, reason_text(REASON_COMMITMENT), e);
}

int verify_slaves(struct verify *v, const struct result *r, struct err *e)
{
    size_t judged = 0, of_contract = 0;

    if (v->x->round == 1 && name_slaves(v, r, e) < 0)
        return -1;
    for (size_t k = 0; k < v->x->slaves; k++) {
        const struct run_slave *known = runs_slave(&v->now, v->x->slave[k].name);
        check_state(v, r, k, known);
        if (!known || !known->filtered)
            continue;
        of_contract++;
        if (set_slave(v, k, known, e) < 0)
            return -1;
    }
    for (size_t i = 0; i < v->now.count; i++)
        judged += v->now.slaves[i].filtered;
    if (judged != of_contract)
        verify_complain(v,
                        "ledger: %zu slaves were judged in round %" PRIu64
                        ", %zu of them are the contract's",
                        judged, v->x->round, of_contract);
    return 0;
}

/* A slave is settled once, for all of its rounds, or of its ranges with what was confirmed. */
void verify_settlement(struct verify *v)
{
    struct party *list = NULL;
    size_t n = 0, settled = 0;

    if (!v->run.settled || judge_parties(v->x, &v->run, &list, &n, NULL) < 0)
        return;
    for (size_t i = 0; i < n; i++) {
        const struct run_slave *known = runs_slave(&v->run, list[i].name);
        if (!known || !known->settled)
            verify_complain(v, "ledger: slave %s has results, but is not settled", list[i].name);
        else if (known->earned == list[i].rejected || known->settled_items != list[i].items)
            verify_complain(v,
                            "ledger: slave %s is settled as %s with %" PRIu64
                            " items, its results make it %s with %" PRIu64,
                            list[i].name, known->earned ? "accepted" : "rejected",
                            known->settled_items, list[i].rejected ? "rejected" : "accepted",
                            list[i].items);
    }
    for (size_t i = 0; i < v->run.count; i++)
        settled += v->run.slaves[i].settled;
    if (settled > n)
        verify_complain(v, "ledger: %zu slaves are settled, %zu have results", settled, n);
    free(list);
}
