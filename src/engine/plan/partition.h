/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A partition: the rows of the contract's data that one slave computes over,
 * cut into units.
 *
 * Unit u is the rows [u * unit_rows, …) of the partition, and is read in blocks
 * whose rows depend on nothing but the number of columns, or as one block if the
 * function wants that: so a unit's state has the same bits wherever it is computed.
 */
#ifndef ENGINE_PARTITION_H
#define ENGINE_PARTITION_H

#include <metaneuron/block.h>

#include <stdbool.h>

#include "contract/contract.h"
#include "util/err.h"
#include "util/hash.h"

struct partition;

/* Returns partition number k (from 0) of the contract's data at location, where
 * {slave} stands for k + 1 under "split: files". A part of a contract over sites has one
 * partition, which is all of the file. */
struct partition *partition_open(const struct contract *c, const char *location, uint32_t k,
                                 struct err *e);
void partition_close(struct partition *p);

/* Effect: p becomes partition number k of the same data, if one file holds them all
 * ("split: rows"), which is then not looked at again. Returns whether it did. */
bool partition_move(struct partition *p, uint32_t k);

/* Effect: tick is called after each block that is read, whatever for. */
void partition_on_block(struct partition *p, void (*tick)(void *context), void *context);

/* Effect: units are read as one block each from now on, or (whole false) as usual. */
int partition_whole_units(struct partition *p, bool whole, struct err *e);

uint64_t partition_rows(const struct partition *p);  /* rows, before any is skipped */
uint64_t partition_units(const struct partition *p); /* units */
size_t partition_columns(const struct partition *p);
const char *const *partition_column_names(const struct partition *p);

/* Whether columns of that meaning may stand beside those of a known one, which is learnt where
 * nothing was known: data without units says nothing. */
bool partition_agrees(uint8_t known[static SHA256_LEN], const uint8_t units[static SHA256_LEN]);

/* Returns what the user should know of how the data is read, as source_notes(). */
const char *partition_notes(const struct partition *p);

/* Effect: units is a digest of the units that the data gives for its columns, or zeros if it
 * gives none. */
int partition_meaning(const struct partition *p, uint8_t units[static SHA256_LEN], struct err *e);

/* Whether rows may be left out: under "missing: skip" those with a missing value, and under "where"
 * those for which it is not true. */
bool partition_drops(const struct partition *p);

/* Sets *items to the rows that are computed over: all, or where some may be left out the others, for
 * which, as for a recipe, the partition is read once. None is ERR_INPUT, and it is said what leaves
 * none. */
int partition_items(struct partition *p, uint64_t *items, struct err *e);

/* Returns what has happened to the partition's rows, right after partition_items(); NULL without a
 * recipe. */
const struct recipe_tally *partition_tally(const struct partition *p);

/* The partition's digest: over its column names, number of rows, and either all
 * rows ("commit: full") or 64 stretches of 16 rows ("commit: sample") at places
 * that follow from the run's key, which no one knew before. */
int partition_digest(struct partition *p, const char *run, uint8_t digest[static SHA256_LEN],
                     struct err *e);

/* Whether that is a sample, and not all rows. */
bool partition_is_sampled(const struct partition *p);

/* What a unit's blocks are handed to. */
typedef int partition_visit(void *context, const struct block *block, struct err *e);

/* Reads some rows at both ends, which are handed to visit, and all if none of those is left by
 * "missing: skip": what is wrong with them is said before anything is computed. *read is how
 * many rows were read at the ends. */
int partition_probe(struct partition *p, partition_visit *visit, void *context, uint64_t *read,
                    struct err *e);

/* Reads unit u in blocks; a block in which every row is skipped is left out. */
int partition_read_unit(struct partition *p, uint64_t u, partition_visit *visit, void *context,
                        struct err *e);

/* Effect: writes location with each {slave} replaced by k + 1 into path. */
int partition_path(const struct contract *c, const char *location, uint32_t k, char *path,
                   size_t size, struct err *e);

/* Effect: an error of a file that is not there has a helpful word where files are numbered
 * from 0. */
void partition_hint(const struct contract *c, const char *location, struct err *e);

#endif
