/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time: UTC microseconds for records, a steady clock for durations.
 */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdint.h>

/* Returns microseconds since 1970-01-01 UTC. */
int64_t clock_utc_us(void);

enum { CLOCK_ISO = 32 }; /* bytes of a time as text, with its NUL */

/* Returns text: those microseconds as ISO 8601 has them, to the second, YYYY-MM-DDTHH:MM:SSZ. */
char *clock_iso(char text[static CLOCK_ISO], int64_t time_us);

/* Reads such a time; its date alone, which is when that day begins; or seconds since 1970-01-01
 * UTC, with six decimals at most. Returns 0 or -1, and then *time_us is not touched. */
int clock_parse(const char *text, int64_t *time_us);

/* Returns seconds on a clock that only goes forward. */
double clock_steady(void);

/* Effect: sleeps about that many seconds, at most one. */
void clock_pause(double seconds);

#endif
