/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading what other centres have put into the exchange, which is hostile.
 *
 * No link is followed in any part of a path below the exchange, nothing is waited for, and only
 * regular files up to a size are read, once. A name outside the grammar is not there.
 *
 * Convention: a file that is not there is no error: it may come.
 */
#ifndef SITE_EXCHANGE_READING_H
#define SITE_EXCHANGE_READING_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

/* Reads SITE/NAME below the exchange, of at most so many bytes, into *data, which the caller
 * frees. Returns 1, 0 if it is not there, or -1: ERR_INPUT if it is a link, no regular file, or
 * larger, which names it. */
int reading_file(const char *exchange, const char *site, const char *name, uint64_t most,
                 char **data, size_t *len, struct err *e);

/* Opens it for reading; *fd is the caller's. Returns as above. */
int reading_open(const char *exchange, const char *site, const char *name, uint64_t most, int *fd,
                 uint64_t *size, struct err *e);

#endif
