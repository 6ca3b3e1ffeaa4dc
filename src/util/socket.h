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

/* Returns whether the other side is gone; what it has sent is left where it is. */
bool socket_is_over(int fd);

#endif
