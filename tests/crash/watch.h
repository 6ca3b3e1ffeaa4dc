/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of calls (util/io.h) that does what the system's does, notes on a disk what it did below
 * a directory, and may let a call fail, or be the process's last.
 *
 * Convention: there is one for the process, as tables know of no caller. Calls are counted from 0.
 */
#ifndef TESTS_CRASH_WATCH_H
#define TESTS_CRASH_WATCH_H

#include "disk.h"
#include "util/io.h"

enum watch_call {
    WATCH_OPEN = 1,
    WATCH_FSTAT,
    WATCH_PREAD,
    WATCH_WRITE, /* and pwrite */
    WATCH_FSYNC,
    WATCH_FDATASYNC,
    WATCH_FTRUNCATE,
    WATCH_RENAME,
    WATCH_LINK,
    WATCH_UNLINK,
    WATCH_MKDIR,
    WATCH_LOCK, /* not unlocking */
};

/* Calls that say that they did their work, and did not. */
enum watch_lie {
    WATCH_HONEST = 0,
    WATCH_NO_FDATASYNC = 1,
    WATCH_NO_FSYNC_OF_FILES = 2,
    WATCH_NO_FSYNC_OF_DIRECTORIES = 4,
};

enum { WATCH_NEVER = -1 };

/* What is to happen. */
struct watch_plan {
    int lies;     /* of enum watch_lie */
    long fail_at; /* the number of a call, which fails with error; WATCH_NEVER */
    int error;    /* its errno; 0: it reads or writes only some of the bytes */
    long last;    /* the number of the last call that is made: the process dies after it */
    bool half;    /* and within it, if it writes */
    void (*before)(enum watch_call call, const char *path); /* told of each; may be NULL */
};

/* Effect: begins, with what stands at root. The disk is the caller's. */
void watch_begin(const char *root, struct disk *d, const struct watch_plan *plan);

/* Effect: ends, and the system's calls are made again. Returns how many calls there were. */
long watch_end(void);

/* Which call was the one of that number. */
enum watch_call watch_call(long number);

/* The path of what the call was about that failed; "" if none did. */
const char *watch_failed(void);

/* How many fsync and fdatasync were made of a file after one had failed on it, and before what it
 * was for was cut off. */
unsigned watch_retries(void);

#endif
