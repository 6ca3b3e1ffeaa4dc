/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packing: how the numbers of a dataset stand for values, by the conventions of netCDF.
 *
 * value = number * scale_factor + add_offset, unless the number is _FillValue or one of
 * missing_value, or is outside of valid_range (or valid_min, valid_max), all of which are
 * compared with it as it is stored; then the value is missing. (NetCDF Users' Guide,
 * "Attribute Conventions"; CF Conventions 1.10, section 8.1.)
 *
 * Convention: private to this layer.
 */
#ifndef H5_PACKING_H
#define H5_PACKING_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum { PACKING_HOLES = 16 }; /* numbers that stand for a missing value, at most */

struct packing {
    bool used;            /* false: a number is its value, and nothing below counts */
    double scale, offset; /* value = number * scale + offset */
    double least, most;   /* of a number that is valid */
    double holes[PACKING_HOLES];
    size_t holes_count;
};

/* Effect: reads the packing of a dataset. netcdf: its file is one of netCDF, where the fill
 * value is missing without being said to be. Attributes that say something of the numbers,
 * but not so that it is understood: ERR_INPUT. what: the dataset, for errors. */
int packing_read(struct packing *p, hid_t dataset, bool netcdf, const char *what, struct err *e);

/* Effect: turns count numbers into values; a missing one is NaN. */
void packing_apply(const struct packing *p, double *values, size_t count);

#endif
