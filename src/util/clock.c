/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time, for records and for measuring. */
#include "util/clock.h"

#include <time.h>

int64_t clock_utc_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

char *clock_iso(char text[static CLOCK_ISO], int64_t time_us)
{
    time_t seconds = (time_t)(time_us / 1000000);
    struct tm tm = {0};

    text[0] = '\0';
    if (gmtime_r(&seconds, &tm))
        strftime(text, CLOCK_ISO, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return text;
}

double clock_steady(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void clock_pause(double seconds)
{
    struct timespec t = {.tv_sec = seconds >= 1 ? 1 : 0};

    if (seconds < 1)
        t.tv_nsec = (long)(seconds * 1e9);
    nanosleep(&t, NULL);
}
