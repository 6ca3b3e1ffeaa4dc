/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The filters of a dataset: what its chunks were put through when they were written.
 *
 * Convention: private to this layer.
 */
#ifndef H5_FILTER_H
#define H5_FILTER_H

#include <hdf5.h>
#include <stdbool.h>

enum { FILTER_NAME = 80 }; /* bytes of a filter's name, with its NUL */

/* Returns whether a dataset has a filter that this HDF5 has not; name then says which. */
bool filter_missing(hid_t dataset, char name[static FILTER_NAME]);

#endif
