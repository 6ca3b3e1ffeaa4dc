/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kinds: whether the blocks of a file differ by more than chance, as those of an ordered
 * file do.
 *
 * Of some rows of each block: the variance of a column from block to block is compared with
 * that within blocks (their ratio is the F of an analysis of variance, in which chance gives
 * about 1). So is whether a value is missing.
 */
#ifndef ENGINE_PLAN_KINDS_H
#define ENGINE_PLAN_KINDS_H

#include <metaneuron/block.h>

#include "util/page.h"
#include "util/err.h"

struct kinds;

/* Returns an empty comparison of columns of these names, which the caller keeps as long. */
struct kinds *kinds_create(const char *const *names, size_t columns, struct err *e);
void kinds_free(struct kinds *k);

/* Effect: rows of the block that is looked at. context is a struct kinds. */
int kinds_visit(void *context, const struct block *rows, struct err *e);

/* Effect: that was a block, of which so many rows were read, with those that were left out. */
void kinds_next(struct kinds *k, uint64_t read);

/* Appends a line for people if blocks differ in kind. Returns whether they do. */
bool kinds_tell(const struct kinds *k, struct page *text);

#endif
