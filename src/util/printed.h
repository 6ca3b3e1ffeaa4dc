/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program prints: kept in a file, up to a limit, and its end in memory.
 *
 * Convention: begin with {.path, .most, .fd = -1}; close with file_close(fd).
 */
#ifndef UTIL_PRINTED_H
#define UTIL_PRINTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PRINTED_LAST = 512 }; /* bytes of the end of what was printed */

/* Where it goes. */
struct printed {
    const char *path;
    uint64_t most, size;
    int fd; /* -1: not open, or not to be had */
    bool tried, any;
    char last[PRINTED_LAST];
    size_t last_len;
};

/* Effect: adds what was printed. The file is made when there is something to keep; other ranks
 * of the slave may add to it. */
void printed_keep(struct printed *p, const char *text, size_t len);

/* Effect: text is the last line that is not empty, as a terminal may show it. */
void printed_last(const struct printed *p, char *text, size_t size);

#endif
