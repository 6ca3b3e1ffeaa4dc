/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HDF5 files that the reader must refuse, each made on demand.
 */
#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include <hdf5.h>

struct hostile {
    const char *what;
    void (*make)(hid_t file); /* adds what is wrong to an empty file */
    const char *words;        /* in the refusal */
};

/* Ends with an entry whose what is NULL. */
extern const struct hostile hostile_files[];

#endif
