/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts what a verification finds wrong, and what it can only believe. */
#include "engine/verify/complain.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "engine/judge/recorded.h"

void verify_complain(struct verify *v, const char *format, ...)
{
    char text[1500];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    v->problems++;
    v->complain(v->context, text);
}

void verify_believe(struct verify *v, const char *what, const char *why)
{
    buf_addf(&v->believed, "%s: %s\n", what, why);
}

enum distance verify_distance(double a, double b)
{
    if (a == b || (isnan(a) && isnan(b)))
        return DISTANCE_NONE;
    if (!isfinite(a) || !isfinite(b))
        return DISTANCE_LARGE;
    if (fabs(a - b) <= JUDGE_WITHIN * fmax(fabs(a), fabs(b)))
        return DISTANCE_NONE;
    return fabs(a - b) <= JUDGE_WITHIN ? DISTANCE_SMALL : DISTANCE_LARGE;
}

bool verify_close(double a, double b)
{
    return verify_distance(a, b) != DISTANCE_LARGE;
}

void verify_apart(struct verify *v, const char *what, const char *why)
{
    v->apart++;
    verify_believe(v, what, why);
}
