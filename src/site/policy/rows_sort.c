/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorts digests in place. */
#include "site/policy/rows.h"

enum { FEW = 48, TOP = 56 };

static void insert(uint64_t *words, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t word = words[i];
        size_t k = i;
        for (; k > 0 && words[k - 1] > word; k--)
            words[k] = words[k - 1];
        words[k] = word;
    }
}

/* By the eight bits at shift, and then each of the 256 piles by the next. Digests spread evenly, so
 * the piles soon are small; equal ones end with the bits, and cost eight passes. */
static void sort_by(uint64_t *words, size_t count, unsigned shift)
{
    size_t next[257] = {0}, end[256];

    if (count <= FEW) {
        insert(words, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        next[(words[i] >> shift & 255) + 1]++;
    for (size_t pile = 0; pile < 256; pile++)
        end[pile] = next[pile + 1] += next[pile];
    for (size_t pile = 0; pile < 256; pile++)
        while (next[pile] < end[pile]) {
            uint64_t word = words[next[pile]];
            size_t home = word >> shift & 255;
            words[next[pile]] = words[next[home]];
            words[next[home]++] = word;
        }
    for (size_t pile = 0; shift > 0 && pile < 256; pile++) {
        size_t from = pile ? end[pile - 1] : 0;
        sort_by(words + from, end[pile] - from, shift - 8);
    }
}

void rows_sort(uint64_t *words, size_t count)
{
    sort_by(words, count, TOP);
}
