/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who holds a lock on a file. The kernel names no holder of such locks: so a holder writes into
 * the file who it is, and this node's processes are looked through, as far as one may.
 */
#ifndef UTIL_HOLDER_H
#define UTIL_HOLDER_H

enum { HOLDER_TEXT = 320 };

/* Effect: the locked file says that it is held by this process, from now on. It is a hint for
 * people: where it cannot be written, it is not. */
void holder_sign(int fd);

/* Effect: text says in words who holds the lock on an open file, as far as can be seen. Returns
 * text. */
const char *holder_text(int fd, char text[static HOLDER_TEXT]);

#endif
