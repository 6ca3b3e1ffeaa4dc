/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time, for records and for measuring. */
#include "util/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/parse.h"

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

static int parse_seconds(const char *text, int64_t *time_us)
{
    char whole[32], micros[8] = "000000";
    size_t n = strcspn(text, "."), decimals = text[n] ? strlen(text + n + 1) : 0;
    uint64_t seconds;

    if (n >= sizeof whole || decimals > 6 || (text[n] && decimals == 0) ||
        strspn(text + n + (text[n] != 0), "0123456789") != decimals)
        return -1;
    memcpy(whole, text, n);
    whole[n] = '\0';
    memcpy(micros, text + n + (text[n] != 0), decimals);
    if (parse_u64(whole, &seconds) < 0 || seconds > INT64_MAX / 1000000 - 1)
        return -1;
    *time_us = (int64_t)seconds * 1000000 + (int64_t)strtoul(micros, NULL, 10);
    return 0;
}

int clock_parse(const char *text, int64_t *time_us)
{
    char again[CLOCK_ISO], full[CLOCK_ISO + 16];
    struct tm tm = {0};

    if (!strchr(text, '-'))
        return parse_seconds(text, time_us);
    snprintf(full, sizeof full, "%.*s%s", CLOCK_ISO, text, strchr(text, 'T') ? "" : "T00:00:00Z");
    if (sscanf(full, "%4d-%2d-%2dT%2d:%2d:%2dZ", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
               &tm.tm_min, &tm.tm_sec) != 6)
        return -1;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    int64_t us = (int64_t)timegm(&tm) * 1000000;
    if (us < 0 ||
        strcmp(clock_iso(again, us), full) != 0) /* as 2026-02-30, or with more behind it */
        return -1;
    *time_us = us;
    return 0;
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
