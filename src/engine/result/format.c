/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists what result.h5 has of a result and of each slave. */
#include "engine/result/format.h"

#include <stddef.h>

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

const struct result_column result_columns[RESULT_COLUMNS] = {
    {"answered", RESULT_FLAG, offsetof(struct result_slave, answered)},
    {"rejected", RESULT_FLAG, offsetof(struct result_slave, decision.rejected)},
    {"trouble", RESULT_TEXT, offsetof(struct result_slave, trouble)},
    {"objection", RESULT_TEXT, offsetof(struct result_slave, objection)},
    {"why", RESULT_WHY, offsetof(struct result_slave, why)},
    {"seconds", RESULT_NUMBER, offsetof(struct result_slave, seconds)},
    {"share", RESULT_NUMBER, offsetof(struct result_slave, share)},
    {"score", RESULT_NUMBER, offsetof(struct result_slave, decision.score)},
};
