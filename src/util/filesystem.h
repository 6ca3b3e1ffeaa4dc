/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a file system is, and what it promises of locks between nodes.
 *
 * A promise is what its type and mount options stand for, and was not tried: one process
 * cannot try it.
 */
#ifndef UTIL_FILESYSTEM_H
#define UTIL_FILESYSTEM_H

#include <stdbool.h>
#include <stdint.h>

enum filesystem_locks {
    FILESYSTEM_UNKNOWN = 0, /* nothing is known: several nodes may write there */
    FILESYSTEM_LOCAL = 1,   /* one node alone writes there */
    FILESYSTEM_NODES = 2,   /* several do, and a lock keeps out all others */
    FILESYSTEM_NODE = 3,    /* several do, and a lock keeps out those of its node only */
    FILESYSTEM_NONE = 4,    /* several do, and there are no locks */
};

enum { FILESYSTEM_TYPE = 64, FILESYSTEM_WORDS = 192 };

struct filesystem {
    char type[FILESYSTEM_TYPE]; /* as mount(8) calls it; "0x…": its magic number (statfs(2)) */
    enum filesystem_locks locks;
    bool passing;                 /* what is in it goes with the node or the container */
    char words[FILESYSTEM_WORDS]; /* the type, what decides, and the promise */
};

/* Effect: says what a file system of that type promises. options: those that it is mounted with,
 * with commas between; NULL: they are not known. */
void filesystem_judge(struct filesystem *f, const char *type, const char *options);

/* Effect: name is the type of that magic number (statfs(2)), or "0x…". Returns name. */
char *filesystem_name(uint64_t magic, char name[static FILESYSTEM_TYPE]);

/* Effect: says so of the one that a directory is in. */
void filesystem_see(const char *directory, struct filesystem *f);

/* Whether who holds a lock there keeps out whoever else may write. */
bool filesystem_excludes(const struct filesystem *f);

#endif
