/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What has happened to rows before a function saw them, slave by slave.
 *
 * It is what slaves say of themselves, by the list of contract/counts.h.
 */
#ifndef ENGINE_RESULT_PREPARATION_H
#define ENGINE_RESULT_PREPARATION_H

#include "contract/counts.h"
#include "engine/result/result.h"

/* Effect: those of slave k are these, which can be those of its items (counts_check()); NULL:
 * it has said none. */
int preparation_set(struct result *r, const struct contract *c, size_t k, const uint64_t *counts,
                    struct err *e);

/* Returns those of slave k; NULL: there are none of the items that it has. */
const uint64_t *preparation_of(const struct result *r, size_t k);

/* Effect: to, which has none, has those that from has. */
int preparation_copy(struct result *to, const struct result *from, struct err *e);

/* Effect: to, which has none, takes them over. */
void preparation_move(struct result *to, struct result *from);

/* Effect: adds the group /preparation, if there are any. */
int preparation_add(struct flat *f, const struct result *r, struct err *e);

#endif
