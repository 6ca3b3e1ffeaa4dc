/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A text in all the ways in which it could be altered a little.
 */
#ifndef TESTS_MUTATE_H
#define TESTS_MUTATE_H

#include <stdbool.h>

#include "unit.h"

typedef bool mutate_accepts(const char *data, size_t len, void *context);

/* The text is accepted; with any bit flipped, any byte removed or doubled, or any end cut off it is
 * not, but for what is in bytes from … to - 1, which nobody looks at: there it may be. */
static inline void mutate_all(const char *text, size_t len, mutate_accepts *accepts, void *context,
                              size_t from, size_t to)
{
    char *copy = malloc(len + 1);

    ck_assert_ptr_nonnull(copy);
    ck_assert(accepts(text, len, context));
    for (size_t i = 0; i < len; i++) {
        bool looked_at = i < from || i >= to;
        memcpy(copy, text, len);
        for (int bit = 0; bit < 8; bit++) {
            copy[i] = (char)(text[i] ^ 1 << bit);
            ck_assert_msg(!accepts(copy, len, context) || !looked_at, "byte %zu, bit %d", i, bit);
        }
        memcpy(copy + i, text + i + 1, len - i - 1);
        ck_assert_msg(!accepts(copy, len - 1, context) || !looked_at, "byte %zu removed", i);
        memcpy(copy, text, i + 1);
        memcpy(copy + i + 1, text + i, len - i);
        ck_assert_msg(!accepts(copy, len + 1, context) || !looked_at, "byte %zu doubled", i);
        ck_assert_msg(!accepts(text, i, context), "cut at byte %zu", i);
    }
    free(copy);
}

#endif
