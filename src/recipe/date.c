/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates of ISO 8601. */
#include "recipe/date.h"

#include <stdbool.h>

enum { LENGTH = sizeof "YYYY-MM-DD" - 1, DAYS_TO_1970 = 719528 /* from 0000-01-01 */ };

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days of a year before the first of a month; month 13 is the next year's first. */
static int days_before(int year, int month)
{
    static const int days[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

    return days[month - 1] + (month > 2 && is_leap(year));
}

int date_read(const char *text, size_t length, struct date *d)
{
    static const char form[] = "0000-00-00";
    int number[3] = {0};

    if (length != LENGTH)
        return -1;
    for (size_t i = 0, part = 0; i < LENGTH; i++) {
        if (form[i] == '-' && text[i] == '-')
            part++;
        else if (form[i] == '0' && text[i] >= '0' && text[i] <= '9')
            number[part] = number[part] * 10 + (text[i] - '0');
        else
            return -1;
    }
    int year = number[0], month = number[1], day = number[2];
    if (month < 1 || month > 12 || day < 1 ||
        day > days_before(year, month + 1) - days_before(year, month))
        return -1;
    *d = (struct date){year, month, day};
    return 0;
}

long date_days(const struct date *d)
{
    long before = d->year - 1L,
         leaps = before < 0 ? 0 : before / 4 - before / 100 + before / 400 + 1;

    return 365L * d->year + leaps + days_before(d->year, d->month) + d->day - 1 - DAYS_TO_1970;
}
