/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The CSV format; see FORMAT.
 */
#ifndef DATA_CSV_H
#define DATA_CSV_H

#include "data/format.h"

extern const struct format csv_format;

#endif
