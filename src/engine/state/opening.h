/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An opening of a claim: what its commitment was made of, as LEDGER/openings/RUN keeps it.
 *
 * The file is its owner's alone: who has an opening and its commitment can test guesses about
 * the data. FORMAT has the lines.
 */
#ifndef ENGINE_STATE_OPENING_H
#define ENGINE_STATE_OPENING_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/hash.h"

/* All zeros: not known. */
struct opening {
    bool known;
    uint64_t items;
    uint64_t size;   /* bytes of the file of the data, as rank 0 saw it; 0: it did not */
    int64_t time_ns; /* when that was changed last */
    uint8_t salt[SHA256_LEN], commit[SHA256_LEN];
    bool whole;                 /* it has the next one, as those of earlier versions do not */
    uint8_t digest[SHA256_LEN]; /* of the partition */
};

enum { OPENING_LINE = 5 * 21 + 3 * (SHA256_HEX + 1) + 8 }; /* bytes of a line, with its NUL */

/* Effect: path is that of the openings of a run. */
int opening_path(const char *ledger, const char *run, char path[static PATH_MAX], struct err *e);

/* Effect: writes the line of partition number, from 1. Returns its length. */
size_t opening_line(char line[static OPENING_LINE], uint32_t number, const struct opening *x);

/* Returns the last opening of each of count partitions, which the caller frees. A file that is
 * not there has none; one that is not this user's alone is ERR_REFUSED. */
struct opening *opening_read(const char *path, size_t count, struct err *e);

/* Whether salt, items and digest make the commitment. */
bool opening_opens(const struct opening *x);

#endif
