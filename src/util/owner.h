/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose a file is, and who may use it.
 *
 * What a site keeps is its owner's alone: files have the mode 0600, directories 0700. In a
 * directory that was made for a group, which is one with the set-group-ID bit that the group
 * may write in, they have 0660 and 2770, and what is of that group is as good as one's own.
 * Both hold whatever umask is.
 */
#ifndef UTIL_OWNER_H
#define UTIL_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/err.h"

/* In place of a mode: that of what a site keeps, as above. */
enum { FILE_OWN = 01600 };

/* Whether a directory was made for a group. */
bool owner_is_groups(const char *directory);

/* Returns 0 if an open file may be written as what path means: a regular file. One that is
 * made with FILE_OWN has one name, is this user's, root's or its directory's group's, and gets
 * its mode. Else -1. */
int owner_admit(int fd, const char *path, unsigned mode, struct err *e);

/* The same, and nothing is changed: whether the above would return 0 for one with FILE_OWN. */
int owner_examine(int fd, const char *path, struct err *e);

/* Effect: says that this user may not open a file for writing, as errno has it, and whose it is. */
int owner_deny(const char *path, struct err *e);

/* Returns 0 if what an open file says may be believed: whose it is is as above. One that is to be
 * private must not be for others, either, as they may know it, or have written it. */
int owner_believe(int fd, const char *path, bool private, struct err *e);

/* Returns 0 if a directory is one, and whose it may be in what a site keeps. */
int owner_admit_directory(const char *path, struct err *e);

/* Returns 0 if a directory is fit to keep something in: it is this user's, root's, or made for a
 * group of this user's; through links, which whoever names it has chosen. Else -1. */
int owner_admit_place(const char *path, struct err *e);

/* Effect: group is that of a name or number. One that is not known is ERR_USAGE, one that this
 * user is not in ERR_REFUSED. */
int owner_find_group(const char *name, gid_t *group, struct err *e);

/* Effect: a directory of this user's is made for a group. */
int owner_make_groups(const char *path, gid_t group, struct err *e);

/* Whether a directory lets its group write, but was not made for it: what is made in it has no
 * other's mode for that. */
bool owner_is_half_groups(const char *directory);

/* Effect: a directory that was just made in one for a group is for it, too. */
int owner_pass_on(const char *path, struct err *e);

/* Effect: a file of this user's is for the group that a directory was made for, if it was. */
int owner_share(const char *path, const char *directory, struct err *e);

/* Effect: a file or directory is another user's and group's, as only root can give it. A link is
 * not followed. */
int owner_give(const char *path, uid_t user, gid_t group, struct err *e);

/* Effect: gives a file of this user's a mode less umask, where its file system has modes. */
void owner_publish(const char *path, unsigned mode);

/* Effect: what another library makes from here on is this user's alone. Returns what
 * owner_unmask() takes to end that. */
unsigned owner_mask(void);
void owner_unmask(unsigned before);

#endif
