/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one centre computes of a contract over sites, as a contract of its own. */
#include "contract/contract.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "contract/document.h"
#include "contract/schema.h"

bool contract_over_sites(const struct contract *c)
{
    return c->work_units == 0 && strcmp(c->split, "sites") == 0 && c->part == 0;
}

int64_t contract_rounds(const struct contract *c)
{
    return c->rounds + (c->part == 0 && c->plan && recipe_plan_learns(c->plan) ? 1 : 0);
}

uint64_t contract_round(const struct contract *c, uint64_t round)
{
    return c->part > 0 ? (uint64_t)c->part : round;
}

/* What is as it is in the whole: what is computed, over what, and what that may take. Who judges
 * it, and how, has its default. */
static bool is_in_part(const struct schema_field *f)
{
    static const struct {
        const char *group, *keys; /* NULL: all */
    } kept[] = {
        {"/contract", " format title description rounds order part "},
        {"/function", NULL},
        {"/filter", " method "},
        {"/resources", NULL},
        {"/data", NULL},
        {"/limits", " state_length items_per_slave "},
    };
    char key[SCHEMA_PATH];

    snprintf(key, sizeof key, " %s ", f->key);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (strcmp(kept[i].group, f->group) == 0)
            return !kept[i].keys || strstr(kept[i].keys, key);
    return false;
}

static int check_whole(const struct contract *c, uint64_t round, struct err *e)
{
    if (!contract_over_sites(c))
        return err_set(e, ERR_INPUT,
                       "contract %.16s is %s: only a contract over centres (data.split: sites) has "
                       "parts",
                       c->id, c->part > 0 ? "a part itself" : "not over centres");
    if (round < 1 || round > (uint64_t)contract_rounds(c))
        return err_set(e, ERR_INPUT, "round %" PRIu64 ": the contract has rounds 1 to %" PRId64,
                       round, contract_rounds(c));
    return 0;
}

int contract_part(const struct contract *c, uint64_t round, const double *model,
                  size_t model_length, struct contract **part, struct err *e)
{
    char description[200], none[] = "none";
    struct contract p = *c; /* of which the document has a copy */

    if (check_whole(c, round, e) < 0)
        return -1;
    snprintf(description, sizeof description,
             "One centre's part of round %" PRIu64 " of contract %s.", round, c->id);
    p.part = (int64_t)round;
    p.description = description;
    p.rounds = 1;
    p.slaves = 1;
    p.filter = none;
    p.plausible_count = p.inputs_count = 0;
    if (model) {
        p.model = (double *)(uintptr_t)model;
        p.model_length = model_length;
    }
    struct flat *f = document_make_some(&p, is_in_part, e);
    *part = f ? document_contract(f, "a part", e) : NULL;
    return *part ? 0 : -1;
}
