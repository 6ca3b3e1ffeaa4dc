/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person needs beside a decision to judge it: which of the rejected agree, and how near the
 * threshold the nearest accepted one was.
 *
 * Convention: of the last round. Nothing is decided by it.
 */
#ifndef ENGINE_RESULT_AGREED_H
#define ENGINE_RESULT_AGREED_H

#include "engine/result/result.h"

struct agreed {
    size_t accepted, rejected; /* results, those alone that are finite */
    size_t count;              /* that were rejected and agree (stats/agree.h); 0: none do */
    char **names;              /* count: whose they are */
    double within; /* how far from each other, as a part of how far from the accepted: <= 1/2 */
};

/* Effect: fills *a, which agreed_free() empties. A result without features has none that agree. */
int result_agreed(const struct result *r, struct agreed *a, struct err *e);
void agreed_free(struct agreed *a);

/* Returns the accepted result of the highest score, as the filter saw it, or SIZE_MAX: none has a
 * score, or there is no threshold. *part is that score as a part of the threshold. */
size_t result_nearest(const struct result *r, double *part);

#endif
