/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists what result.h5 has of a result and of each slave. */
#include "engine/result/format.h"

#include <stddef.h>

#include "ledger/names.h"

const struct result_text result_texts[RESULT_TEXTS] = {
    {"/@title", offsetof(struct result, title)},
    {"/provenance@origin", offsetof(struct result, origin)},
    {"/provenance@function", offsetof(struct result, function)},
    {"/filter@method", offsetof(struct result, method)},
    {"/provenance@started", offsetof(struct result, started)},
    {"/provenance@finished", offsetof(struct result, finished)},
    {"/provenance@version", offsetof(struct result, version)},
    {"/provenance@job", offsetof(struct result, job)},
};

const enum flat_type result_flat_types[RESULT_COUNT + 1] = {
    [RESULT_NUMBER] = FLAT_NUMBER, [RESULT_FLAG] = FLAT_INTEGER,  [RESULT_TEXT] = FLAT_STRING,
    [RESULT_WHY] = FLAT_STRING,    [RESULT_COUNT] = FLAT_INTEGER,
};

#define AT(field) .offset = offsetof(struct result_slave, field)

const struct result_column result_of_slaves[RESULT_OF_SLAVES] = {
    {"name", RESULT_TEXT, AT(name), .room = SLAVE_NAME},
    {"node", RESULT_TEXT, AT(node), .room = NODE_NAME},
    {"trouble", RESULT_TEXT, AT(trouble)},
    {"objection", RESULT_TEXT, AT(objection)},
    {"why", RESULT_WHY, AT(why)},
    {"items", RESULT_COUNT, AT(items)},
    {"answered", RESULT_FLAG, AT(answered)},
    {"rejected", RESULT_FLAG, AT(decision.rejected)},
    {"confirmed", RESULT_FLAG, AT(confirmed), .of_work = true},
    {"seconds", RESULT_NUMBER, AT(seconds)},
    {"weight", RESULT_NUMBER, AT(weight)},
    {"share", RESULT_NUMBER, AT(share)},
    {"score", RESULT_NUMBER, AT(decision.score)},
};

const struct result_column result_of_rounds[RESULT_OF_ROUNDS] = {
    {"answered", RESULT_FLAG, AT(answered)},
    {"rejected", RESULT_FLAG, AT(decision.rejected)},
    {"trouble", RESULT_TEXT, AT(trouble)},
    {"objection", RESULT_TEXT, AT(objection)},
    {"why", RESULT_WHY, AT(why)},
    {"seconds", RESULT_NUMBER, AT(seconds)},
    {"share", RESULT_NUMBER, AT(share)},
    {"score", RESULT_NUMBER, AT(decision.score)},
};
