/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a directory's file system is, and whether it does what the ledger needs:
 * found out by doing it.
 *
 * Convention: the files that a probe makes are called .metaneuron-probe.tmp-… and
 * are gone when it returns.
 */
#ifndef UTIL_PROBE_H
#define UTIL_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/filesystem.h"

/* What is known of a directory. */
struct probe {
    struct filesystem fs;
    uint64_t space; /* bytes that may still be written */
    double sync;    /* seconds that a small durable append takes */
};

/* What a second opener of a locked file sees. */
enum probe_lock {
    PROBE_HELD = 1,   /* it is locked, as it should be */
    PROBE_TAKEN = 2,  /* it could be locked again: locks have no effect */
    PROBE_ABSENT = 3, /* the file is not there: the directory is another one */
    PROBE_FAILED = 4, /* it cannot be opened, or locking fails */
};

/* Effect: existing is path itself, or the directory above it that is there and
 * in which it would be made. A file where a directory should be is ERR_OPEN. */
int probe_existing(const char *path, char *existing, size_t size, struct err *e);

/* Effect: makes a file in the directory, locks it from two descriptors if locks are
 * needed, appends durably, renames it, removes it; fills in *p as far as it came.
 * ERR_OPEN: nothing can be made there. ERR_IO: locks, appends or renames do not work. */
int probe_directory(const char *directory, bool locks, struct probe *p, struct err *e);

/* Returns a descriptor that holds the lock on a new file in the directory, whose name goes into
 * path and to which the first bytes are appended; probe_release() unlocks and removes it. */
int probe_hold(const char *directory, char *path, size_t size, struct err *e);
void probe_release(int fd, const char *path);

/* What a file holds that several processes have appended to, one after the other. */
enum probe_appended {
    PROBE_SEEN = 1,   /* what they have appended */
    PROBE_UNSEEN = 2, /* less */
    PROBE_UNABLE = 3, /* it cannot be told, or nothing can be appended */
};

/* Returns whether a file that is held has the first bytes, as this process opens it. */
enum probe_appended probe_look(const char *path);

/* As who adds to a ledger: takes the lock, looks for the bytes of so many before, appends as many,
 * and lets it go. */
enum probe_appended probe_append(int fd, const char *path, uint64_t before);

/* Returns a descriptor of such a file for the above, or -1. */
int probe_open(const char *path);

/* Returns what this process sees of a file that another one holds. */
enum probe_lock probe_try(const char *path);

#endif
