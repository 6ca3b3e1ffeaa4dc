/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the doctor found: a verdict on each thing that it looked at.
 *
 * A problem is what would end a run or make its records wrong; a note is what a run
 * survives.
 */
#ifndef ENGINE_DOCTOR_FINDINGS_H
#define ENGINE_DOCTOR_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum doctor_verdict {
    DOCTOR_OK = 1,      /* as it should be */
    DOCTOR_NOTE = 2,    /* a run works, but there is something to know */
    DOCTOR_PROBLEM = 3, /* a run would not work */
};

enum { DOCTOR_FINDINGS = 48 };

struct doctor_finding {
    const char *topic; /* a word */
    enum doctor_verdict verdict;
    enum err_code code; /* of a problem */
    char text[700];
    const char *advice; /* what to do; NULL when it is ok */
};

struct doctor_report {
    struct doctor_finding finding[DOCTOR_FINDINGS];
    size_t count;
};

/* Effect: one more finding. The advice is a text that stays. */
void doctor_ok(struct doctor_report *r, const char *topic, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void doctor_note(struct doctor_report *r, const char *topic, const char *advice, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));
void doctor_problem(struct doctor_report *r, const char *topic, enum err_code code,
                    const char *advice, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Returns the code of the first problem, or ERR_NONE. */
enum err_code doctor_code(const struct doctor_report *r);

#endif
