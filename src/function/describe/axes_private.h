/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between axes.c, which makes axes, and axes_find.c, which looks values up.
 */
#ifndef FUNCTION_AXES_PRIVATE_H
#define FUNCTION_AXES_PRIVATE_H

#include "function/describe/axes.h"

/* Returns what axes_find() works with, from a's axes; or NULL: no memory. uniform:
 * the bins of every axis are those of set_uniform(). */
struct axes_lanes *axes_lanes_create(const struct axes *a, bool uniform);
void axes_lanes_free(struct axes_lanes *l);

#endif
