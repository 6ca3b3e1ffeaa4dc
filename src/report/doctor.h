/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The doctor's findings on paper.
 */
#ifndef REPORT_DOCTOR_H
#define REPORT_DOCTOR_H

#include "engine/doctor/doctor.h"
#include "util/page.h"

/* Appends a line per finding, and what they come to: that it works, or fails. */
void report_doctor(struct page *to, const struct doctor_report *r, const char *works,
                   const char *fails);

/* Appends the findings of that many ranks as one document; 0: they are of no run. */
void report_doctor_json(struct page *to, const struct doctor_report *r, int ranks);

#endif
