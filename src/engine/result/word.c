/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shortens reasons to words. */
#include "engine/result/word.h"

#include <string.h>

/* Those of the filter, of objections (judge/decisions.c), and of what a second slave has found. */
static const char *const words[] = {
    "accepted", "not-finite", "implausible", "score",      "ratio",
    "few",      "half-stake", "count",       "commitment", "confirmed",
};

const char *result_word(const char *why)
{
    size_t n = strcspn(why, ": ");

    if (n == 0)
        return "";
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == n && strncmp(words[i], why, n) == 0)
            return words[i];
    return "other";
}
