/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts and words of reasons. */
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
    [REASON_CONTENTS] = "its data has bad contents, or the contract does not fit it",
    [REASON_MISSING] = "its data, or another file that it needs, is not there",
    [REASON_UNREADABLE] = "its data cannot be read",
    [REASON_LACKING] = "its node lacks what the contract needs",
    [REASON_LATER] = "it could not be computed there at that time",
    [REASON_REFUSED] = "its site does not let it be computed",
    [REASON_INTERNAL] = "a limit or a fault of the program there",
};

static const char *const words[] = {
    [REASON_ROWS] = "rows",
    [REASON_EMPTY] = "empty",
    [REASON_CONTENTS] = "contents",
    [REASON_MISSING] = "missing",
    [REASON_UNREADABLE] = "unreadable",
    [REASON_LACKING] = "lacking",
    [REASON_LATER] = "later",
    [REASON_REFUSED] = "refused",
    [REASON_INTERNAL] = "internal",
};

static const size_t words_count = sizeof words / sizeof words[0];

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

enum reason reason_of_decline(enum err_code code, const char *text)
{
    enum reason reason = reason_of(text);

    if (reason == REASON_ROWS || reason == REASON_EMPTY)
        return reason;
    switch (code) {
    case ERR_INPUT:
        return REASON_CONTENTS;
    case ERR_OPEN:
        return REASON_MISSING;
    case ERR_IO:
        return REASON_UNREADABLE;
    case ERR_PERMANENT:
        return REASON_LACKING;
    case ERR_INCOMPLETE:
        return REASON_LATER;
    case ERR_REFUSED:
        return REASON_REFUSED;
    default:
        return REASON_INTERNAL;
    }
}

const char *reason_word(enum reason reason)
{
    return reason < words_count ? words[reason] : NULL;
}

enum reason reason_of_word(const char *value)
{
    for (size_t i = 0; i < words_count; i++)
        if (words[i] && strcmp(words[i], value) == 0)
            return (enum reason)i;
    return REASON_OTHER;
}
