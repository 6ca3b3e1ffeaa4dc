/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HDF5 format; see FORMAT.
 */
#ifndef DATA_HDF_H
#define DATA_HDF_H

#include "data/format.h"

extern const struct format hdf_format;

#endif
