/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers from text, strictly, or back. */
#include "util/parse.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int parse_u64(const char *text, uint64_t *value)
{
    uint64_t v = 0;

    if (!isdigit((unsigned char)text[0]) || (text[0] == '0' && text[1] != '\0'))
        return -1;
    for (const char *p = text; *p; p++) {
        if (!isdigit((unsigned char)*p))
            return -1;
        uint64_t digit = (uint64_t)(*p - '0');
        if (v > (UINT64_MAX - digit) / 10)
            return -1;
        v = v * 10 + digit;
    }
    *value = v;
    return 0;
}

int parse_variable(const char *name, uint64_t *value)
{
    const char *text = getenv(name);

    return text && parse_u64(text, value) == 0 && *value <= UINT32_MAX ? 0 : -1;
}

int parse_i64(const char *text, int64_t *value)
{
    bool negative = text[0] == '-';
    uint64_t v;

    if (parse_u64(text + negative, &v) < 0 || v > (uint64_t)INT64_MAX || (negative && v == 0))
        return -1;
    *value = negative ? -(int64_t)v : (int64_t)v;
    return 0;
}

int parse_double(const char *text, double *value)
{
    char *end;

    if (text[0] == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0')
        return -1;
    errno = 0;
    double v = strtod(text, &end);
    if (*end != '\0' || end == text || !isfinite(v))
        return -1;
    *value = v;
    return 0;
}

/* Digits and decimal exponent of the shortest text: value = 0.DIGITS * 10^exponent. */
static void shortest_digits(double value, char digits[static 18], int *exponent)
{
    char text[NUMBER_TEXT];
    /* 15 digits always survive; a denormal has fewer, and wants the search from 1. */
    int precision = value < 2.3e-308 ? 1 : 15;

    for (; precision < 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, value);
        if (strtod(text, NULL) == value)
            break;
    }
    snprintf(text, sizeof text, "%.*e", precision - 1, value);
    size_t n = 0;
    const char *p = text;
    for (; *p != 'e'; p++)
        if (*p != '.' && n < 17)
            digits[n++] = *p;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    digits[n] = '\0';
    *exponent = (int)strtol(p + 1, NULL, 10) + 1;
}

const char *format_double(char text[static NUMBER_TEXT], double value)
{
    char digits[18];
    int point; /* where the decimal point stands, counted from the first digit */
    char *p = text;

    if (isnan(value))
        return memcpy(text, "nan", 4);
    if (isinf(value))
        return memcpy(text, value < 0 ? "-inf" : "inf\0", 5);
    if (value == 0)
        return memcpy(text, "0", 2);
    if (value < 0) {
        *p++ = '-';
        value = -value;
    }
    shortest_digits(value, digits, &point);
    int n = (int)strlen(digits);
    size_t room = NUMBER_TEXT - (size_t)(p - text);
    if (n <= point && point <= 21)
        snprintf(p, room, "%s%.*s", digits, point - n, "000000000000000000000");
    else if (0 < point && point <= 21)
        snprintf(p, room, "%.*s.%s", point, digits, digits + point);
    else if (-6 < point && point <= 0)
        snprintf(p, room, "0.%.*s%s", -point, "000000", digits);
    else
        snprintf(p, room, "%c%s%se%+d", digits[0], n > 1 ? "." : "", digits + 1, point - 1);
    return text;
}

/* A number followed by one of the units; NULL names end the table. */
struct unit {
    const char *name;
    double factor;
};

static int parse_with_unit(const char *text, const struct unit *units, double *value)
{
    char number[NUMBER_TEXT];
    size_t n = strspn(text, "0123456789.");

    if (n == 0 || n >= sizeof number)
        return -1;
    memcpy(number, text, n);
    number[n] = '\0';
    double v;
    if (parse_double(number, &v) < 0)
        return -1;
    const char *suffix = text + n + (text[n] == ' ');
    for (const struct unit *u = units; u->name; u++) {
        if (strcmp(suffix, u->name) == 0) {
            *value = v * u->factor;
            return 0;
        }
    }
    return -1;
}

int parse_size(const char *text, uint64_t *bytes)
{
    static const struct unit units[] = {
        {"", 1},
        {"B", 1},
        {"KiB", 1024.0},
        {"MiB", 1048576.0},
        {"GiB", 1073741824.0},
        {"TiB", 1099511627776.0},
        {"PiB", 1125899906842624.0},
        {"kB", 1e3},
        {"MB", 1e6},
        {"GB", 1e9},
        {"TB", 1e12},
        {"PB", 1e15},
        {NULL, 0},
    };
    double v;

    if (parse_with_unit(text, units, &v) < 0 || v > 9007199254740992.0 || v != floor(v))
        return -1;
    *bytes = (uint64_t)v;
    return 0;
}

int parse_duration(const char *text, double *seconds)
{
    static const struct unit units[] = {
        {"", 1}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}, {NULL, 0},
    };

    return parse_with_unit(text, units, seconds);
}

const char *format_size(char text[static NUMBER_TEXT], double bytes)
{
    static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    size_t i = 0;

    while (bytes >= 1024 && i < 5) {
        bytes /= 1024;
        i++;
    }
    snprintf(text, NUMBER_TEXT, i == 0 || bytes >= 100 ? "%.0f %s" : "%.1f %s", bytes, names[i]);
    return text;
}
