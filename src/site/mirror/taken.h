/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was taken from a mirror: of how many of its records this centre has said what it has to say,
 * and which runs they publish. A file beside the mirror; without it the mirror is read again.
 */
#ifndef SITE_MIRROR_TAKEN_H
#define SITE_MIRROR_TAKEN_H

#include "site/house/house.h"

struct taken {
    uint64_t count;  /* records */
    struct buf runs; /* keys of the runs that they publish, each with a LF */
};

/* Effect: *t is what was taken from the mirror in that directory; nothing, if that is not known. The
 * caller frees its runs. */
int taken_load(const char *directory, struct taken *t, struct err *e);

int taken_save(const char *directory, const struct taken *t, struct err *e);

#endif
