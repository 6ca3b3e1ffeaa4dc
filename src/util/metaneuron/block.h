/* SPDX-License-Identifier: MIT */
/*
 * A block: some rows of some columns, as row-major doubles.
 *
 * It is what a function accumulates and what a partition is read in. A missing
 * value is a quiet NaN. The memory belongs to whoever made the block.
 */
#ifndef METANEURON_BLOCK_H
#define METANEURON_BLOCK_H

#include <stddef.h>
#include <stdint.h>

struct block {
    size_t rows;        /* rows in the block, at least 1 */
    size_t columns;     /* doubles per row */
    uint64_t first;     /* number of the first row in the partition, or of the unit */
    const double *data; /* rows x columns, row-major */
};

#endif
