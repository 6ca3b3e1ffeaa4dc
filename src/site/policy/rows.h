/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of a data set, each as 64 bits that only who has the key can make.
 *
 * Convention: private to this room.
 */
#ifndef SITE_POLICY_ROWS_H
#define SITE_POLICY_ROWS_H

#include <stdbool.h>

#include "util/err.h"
#include "util/hash.h"

struct rows {
    uint64_t *words; /* head words that are left to the caller, then one for each row, in the file's
                      * order */
    size_t head;
    uint64_t count, capacity;
    uint8_t digest[SHA256_LEN]; /* of all rows in their order, with the names of the columns */
    bool by_lines;
};

/* Effect: *r has the rows of the data at a location; the caller frees words. */
int rows_read(struct rows *r, const char *location, const uint8_t key[static SHA256_LEN],
              struct err *e);

/* Effect: the words are in rising order. In place. */
void rows_sort(uint64_t *words, size_t count);

#endif
