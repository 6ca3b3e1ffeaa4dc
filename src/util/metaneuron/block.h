/* SPDX-License-Identifier: MIT */
/*
 * A block: some rows of some columns, as row-major doubles.
 *
 * It is what a function accumulates and what a partition is read in. A missing
 * value is a quiet NaN. The memory belongs to whoever made the block.
 *
 * A function without data gets one unit of work as one block: rows is 1, columns
 * is 0, data is NULL, and first is the unit's number in the contract, from 0.
 */
#ifndef METANEURON_BLOCK_H
#define METANEURON_BLOCK_H

#include <stddef.h>
#include <stdint.h>

struct block {
    size_t rows;        /* rows in the block, at least 1 */
    size_t columns;     /* doubles per row; 0: a unit of work */
    uint64_t first;     /* number of the first row in the partition, or of the unit */
    const double *data; /* rows x columns, row-major; NULL: a unit of work */
};

#endif
