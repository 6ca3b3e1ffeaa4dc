/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is behind struct slabs.
 *
 * Convention: private to writer.c and slabs.c.
 */
#ifndef H5_SLABS_PRIVATE_H
#define H5_SLABS_PRIVATE_H

#include <hdf5.h>

#include "h5/slabs.h"

struct slabs {
    hid_t file;
};

#endif
