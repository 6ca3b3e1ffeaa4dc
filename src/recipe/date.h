/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dates: YYYY-MM-DD of ISO 8601, in the Gregorian calendar, also before it was introduced.
 */
#ifndef RECIPE_DATE_H
#define RECIPE_DATE_H

#include <stddef.h>

struct date {
    int year;       /* 0 to 9999 */
    int month, day; /* from 1 */
};

/* Effect: sets the date that a text of length bytes is. Returns 0, or -1 where it is none. */
int date_read(const char *text, size_t length, struct date *d);

/* Returns the days from 1970-01-01 to the date; below 0 before it. */
long date_days(const struct date *d);

#endif
