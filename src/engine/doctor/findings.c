/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collects what the doctor found. */
#include "engine/doctor/findings.h"

#include <stdarg.h>
#include <stdio.h>

/* Returns a new finding; the last one is used again when there are too many. */
static struct doctor_finding *add(struct doctor_report *r, const char *topic,
                                  enum doctor_verdict verdict, const char *advice)
{
    struct doctor_finding *x = &r->finding[r->count < DOCTOR_FINDINGS ? r->count : r->count - 1];

    if (r->count < DOCTOR_FINDINGS)
        r->count++;
    *x = (struct doctor_finding){.topic = topic, .verdict = verdict, .advice = advice};
    return x;
}

void doctor_ok(struct doctor_report *r, const char *topic, const char *format, ...)
{
    struct doctor_finding *x = add(r, topic, DOCTOR_OK, NULL);
    va_list ap;

    va_start(ap, format);
    vsnprintf(x->text, sizeof x->text, format, ap);
    va_end(ap);
}

void doctor_note(struct doctor_report *r, const char *topic, const char *advice, const char *format,
                 ...)
{
    struct doctor_finding *x = add(r, topic, DOCTOR_NOTE, advice);
    va_list ap;

    va_start(ap, format);
    vsnprintf(x->text, sizeof x->text, format, ap);
    va_end(ap);
}

void doctor_problem(struct doctor_report *r, const char *topic, enum err_code code,
                    const char *advice, const char *format, ...)
{
    struct doctor_finding *x = add(r, topic, DOCTOR_PROBLEM, advice);
    va_list ap;

    x->code = code;
    va_start(ap, format);
    vsnprintf(x->text, sizeof x->text, format, ap);
    va_end(ap);
}

enum err_code doctor_code(const struct doctor_report *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->finding[i].verdict == DOCTOR_PROBLEM)
            return r->finding[i].code;
    return ERR_NONE;
}
