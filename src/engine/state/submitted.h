/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A state that was submitted, as it stands in a file of the run's directory: for states that are
 * never in the master's memory.
 *
 * Convention: the file is that of FORMAT (state-K). Whoever reads it believes the digest that the
 * ledger has, not the file.
 */
#ifndef ENGINE_STATE_SUBMITTED_H
#define ENGINE_STATE_SUBMITTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/hash.h"
#include "util/seal.h"

enum { SUBMITTED_NAME = 64 };

/* Effect: name is that of the file of partition k, from 0; round: of an iterative contract, from 1; of
 * others 0. Returns name. */
char *submitted_name(char name[static SUBMITTED_NAME], uint32_t k, uint64_t round);

/* Effect: the file is there, durably. Memory: a copy of the state. */
int submitted_write(const struct seal *s, const char *name, const double *state, size_t length,
                    struct err *e);

struct submitted;

/* Returns the state in the file of that name, opened, which is to have that digest; *items is
 * state[0]. ERR_INPUT: the file is none of that length. */
struct submitted *submitted_open(const char *directory, const char *name, size_t length,
                                 const uint8_t digest[static SHA256_LEN], double *items,
                                 struct err *e);
void submitted_close(struct submitted *x);

/* Reads the next count doubles. With the last of them the digest is known: if it is another, that is
 * ERR_INPUT. */
int submitted_read(struct submitted *x, size_t count, double *values, struct err *e);

/* The same of all length doubles at once, with the first. */
int submitted_take(const char *directory, const char *name, size_t length,
                   const uint8_t digest[static SHA256_LEN], double *state, struct err *e);

#endif
