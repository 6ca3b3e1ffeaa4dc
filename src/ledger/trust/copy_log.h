/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log of a copy, to which lines of another are appended, unread: what they are is found out
 * then. Private to this room.
 */
#ifndef LEDGER_TRUST_COPY_LOG_H
#define LEDGER_TRUST_COPY_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "util/err.h"

/* Effect: the first bytes of a log are kept, and the next so many lines of another, from that byte
 * on, follow them, durably. *lines is how many there were not; *why, what is wrong with it. */
int copy_log_append(int from, const char *path, uint64_t at, const char *log, uint64_t *lines,
                    struct err *why, struct err *e);

/* Whether the other log has the same record before that byte, at which one of log ends: then it is
 * the same history up to there, and what it lacks may come. */
bool copy_log_same(const char *log, uint64_t end, int other);

#endif
