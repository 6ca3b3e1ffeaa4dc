/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole messages through a stream socket between two processes of ours.
 */
#ifndef UTIL_SOCKET_H
#define UTIL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

/* Effect: sends all of it. Returns false when the other side is gone. */
bool socket_send(int fd, const void *data, size_t len);

/* Effect: receives exactly len bytes. Returns false when they do not come. */
bool socket_receive(int fd, void *data, size_t len);

/* Effect: takes one byte, if there is one. Returns 1 then, 0 if there is none yet, and -1
 * when the other side is gone. */
int socket_take_byte(int fd);

#endif
