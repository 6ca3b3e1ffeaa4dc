/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts of the reasons that decide something. */
#include "ledger/fold/reason.h"

#include <string.h>

static const char *const texts[] = {
    [REASON_NONE] = "",
    [REASON_EXCLUDED] = "excluded after repeated failure",
    [REASON_COMMITMENT] = "commitment: the partition is not the one that was claimed",
    [REASON_ROWS] =
        "the partition has fewer rows than its site lets be computed over (--least-rows)",
    [REASON_EMPTY] = "the partition has no rows",
    [REASON_OTHER] = NULL,
};

const char *reason_text(enum reason reason)
{
    return texts[reason];
}

enum reason reason_of(const char *text)
{
    enum reason i = REASON_NONE;

    while (text && texts[i] && strcmp(texts[i], text) != 0)
        i++;
    return i;
}
