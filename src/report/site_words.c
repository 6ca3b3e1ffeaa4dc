/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts commands, keys and times of a centre into words. */
#include "report/site_private.h"

#include <stdio.h>

#include "util/clock.h"

enum { SHOWN = 8 }; /* digits of a key */

void report_command(struct page *to, const struct report_how *how, const char *verb,
                    const char *word)
{
    page_addf(to, "%s site %s%s%s%s%s\n", how->program, verb, word ? " " : "", word ? word : "",
              how->directory ? " --dir " : "", how->directory ? how->directory : "");
}

void report_key(char text[static RUN_HEX + 1], const struct fed_run *run)
{
    snprintf(text, RUN_HEX + 1, "%.*s", SHOWN, run->key);
}

void report_span(char text[static REPORT_SPAN], double seconds)
{
    static const struct {
        double seconds;
        const char *unit;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    size_t i = 0;

    seconds = seconds > 0 ? seconds : 0;
    while (i < 3 && seconds < 2 * units[i].seconds)
        i++;
    snprintf(text, REPORT_SPAN, "%.0f %s", seconds / units[i].seconds, units[i].unit);
}

void report_time(struct json_page *j, const char *key, int64_t time_us)
{
    if (time_us)
        json_page_number(j, key, (double)time_us * 1e-6);
    else
        json_page_null(j, key);
}
