/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collects what is to be known of the data of a run. */
#include "report/result_private.h"

#include <math.h>

#include "util/text.h"

/* Standard errors from the middle that are no chance. */
static const double far = 5;

/* Returns how many slaves are far from the middle in feature j. */
static size_t count_far(const struct result *r, size_t j)
{
    size_t n = 0;

    for (size_t k = 0; k < r->slaves; k++) {
        double error = r->errors[k * r->features + j];
        double from = fabs(r->values[k * r->features + j] - r->centre[j]);
        n += r->slave[k].answered && isfinite(error) && error > 0 && from > far * error;
    }
    return n;
}

/* A line if slaves, each of which has rows of one file that follow each other, seem to have
 * different kinds of rows; or if one was rejected. */
static void add_blocks(struct page *to, const struct result *r)
{
    size_t answered, rejected, most = 0, worst = 0;

    result_count(r, &answered, &rejected);
    for (size_t j = 0; r->values && r->errors && r->centre && j < r->features; j++) {
        size_t n = count_far(r, j);
        if (n > most) {
            most = n;
            worst = j;
        }
    }
    if (most < 2 && rejected == 0)
        return;
    if (most >= 2)
        page_addf(to,
                  "blocks differ in kind: %zu of %zu slaves are more than %g standard errors from "
                  "the middle in %s",
                  most, answered, far, r->feature_names[worst]);
    else
        page_addf(to, "what was rejected is a block of the file, and may be one of another kind");
    page_addf(to,
              ": slaves have rows that follow each other (deal: blocks), and in an ordered file "
              "that makes honest ones differ. 'deal: turn' in the contract's data gives every "
              "slave rows of the whole file\n");
}

void report_notes_of(struct page *to, const struct engine_report *report)
{
    const char *notes = report->result->notes ? report->result->notes : "";
    size_t len;

    for (const char *line; (line = text_line(&notes, &len));)
        page_addf(to, "%.*s\n", (int)len, line);
    if (report->blocks)
        add_blocks(to, report->result);
}
