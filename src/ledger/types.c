/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of record types. */
#include "ledger/types.h"

#include <string.h>

static const struct {
    const char *type, *keys;
} types[] = {
    {"genesis", "format origin site key supply granted rate policy"},
    {"publish", "contract file function slaves rounds data"},
    {"view", "run slave node copy"},
    {"decline", "run slave node reason"},
    {"claim", "run slave node slot items commit copy"},
    {"withdraw", "run slave node units state"},
    {"submit", "run round slave state items seconds"},
    {"lost", "run slave node reason"},
    {"check", "run round slave by state verdict"},
    {"filter", "run round slave method score threshold weight share decision why"},
    {"aggregate", "run round state accepted items"},
    {"update", "run round model converged"},
    {"settle", "run slave decision items credits result"},
    {"attempt", "run number code outcome seconds slave node"},
    {"repair", "bytes sha256"},
    {"keyadd", "key name"},
    {"keyrevoke", "key reason"},
    {"job", "run cluster job task user account submit"},
    {"prune", "run files bytes"},
    {"policy", "digest"},
    {"approve", "run file rule"},
    {"refuse", "run rule"},
    {"open", "run sites min claims deadline disclose seal"},
    {"roster", "run round attempt file"},
    {"deliver", "run round file"},
    {"heard", "run site record"},
    {"recall", "data"},
    {"close", "run code"},
    {"heartbeat", ""},
    {"late", "run round site record"},
    {"peer", "site number identity state"},
    {"question", "run author data asked snapshot"},
};

const char *types_keys(const char *type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].type[0] == type[0] && strcmp(types[i].type, type) == 0)
            return types[i].keys;
    return NULL;
}

const char *types_name(size_t i)
{
    return i < sizeof types / sizeof types[0] ? types[i].type : NULL;
}
