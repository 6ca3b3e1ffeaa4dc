/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts what a verification finds wrong. */
#include "engine/verify/complain.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

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

bool verify_close(double a, double b)
{
    return a == b || (isnan(a) && isnan(b)) ||
           fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}
