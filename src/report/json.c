/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a JSON document as text. */
#include "report/json.h"

#include <math.h>

struct target {
    struct buf *to;
    const struct report_drain *drain;
};

json_t *report_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static int add(const char *text, size_t len, void *data)
{
    const struct target *t = data;

    buf_add(t->to, text, len);
    report_flow(t->drain, t->to);
    return 0;
}

void report_add_json(struct buf *to, json_t *document, const struct report_drain *drain)
{
    struct target t = {to, drain};

    json_dump_callback(document, add, &t, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    buf_addc(to, '\n');
    json_decref(document);
}
