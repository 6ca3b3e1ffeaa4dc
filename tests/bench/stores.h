/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stores that keep lines durably, to compare a ledger with: a file, SQLite and LMDB.
 */
#ifndef BENCH_STORES_H
#define BENCH_STORES_H

#include <stddef.h>
#include <stdint.h>

enum { STORES = 3 };

struct store;

const char *store_name(size_t kind);

/* Returns a new store at that path; NULL if it was not built in. */
struct store *store_open(size_t kind, const char *path);

/* Appends a batch of lines durably; returns how many seconds that took. */
double store_append(struct store *s, uint64_t first, const char *lines, size_t len,
                    const size_t *each, size_t count);
void store_close(struct store *s);

#endif
