/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows the records of a ledger. */
#include "report/ledger.h"

#include <inttypes.h>
#include <string.h>

#include "report/json.h"
#include "util/text.h"

/* What is shown of a ledger. */
struct show {
    struct buf *to;
    const struct report_drain *drain;
    const char *run; /* only records of that run; or NULL */
    json_t *list;    /* NULL: lines */
};

static bool is_of_run(const struct record *r, const char *run)
{
    char hex[SHA256_HEX + 1];
    const char *value = record_get(r, "run");

    if (strcmp(r->type, "publish") == 0)
        value = hex_encode(hex, r->sum, RUN_HEX / 2);
    return !run || (value && strcmp(value, run) == 0);
}

/* Returns the value of field i as text that a terminal, and JSON, can take. */
static const char *value_text(const struct record *r, size_t i, char text[static RECORD_MOST])
{
    return text_printable(text, RECORD_MOST, record_get(r, r->fields[i].key));
}

static int show_record(const struct record *r, void *context, struct err *e)
{
    struct show *s = context;
    char hex[SHA256_HEX + 1], text[RECORD_MOST];

    (void)e;
    if (!is_of_run(r, s->run))
        return 0;
    hex_encode(hex, r->sum, SHA256_LEN);
    if (s->list) {
        json_t *object = json_pack("{s:I,s:f,s:s}", "seq", (json_int_t)r->seq, "time",
                                   (double)r->time_us * 1e-6, "type", r->type);
        for (size_t i = 0; i < r->count; i++)
            json_object_set_new(object, r->fields[i].key, json_string(value_text(r, i, text)));
        json_object_set_new(object, "sum", json_string(hex));
        json_array_append_new(s->list, object);
        return 0;
    }
    buf_addf(s->to, "%" PRIu64 " %" PRId64 ".%06" PRId64 " %s", r->seq, r->time_us / 1000000,
             r->time_us % 1000000, r->type);
    for (size_t i = 0; i < r->count; i++)
        buf_addf(s->to, " %s=%s", r->fields[i].key, value_text(r, i, text));
    buf_addf(s->to, " sum=%.16s…\n", hex);
    report_flow(s->drain, s->to);
    return 0;
}

int report_records(struct buf *to, struct ledger *l, const char *run, bool json,
                   const struct report_drain *drain, struct err *e)
{
    struct show s = {to, drain, run, json ? json_array() : NULL};
    int rc = ledger_scan(l, show_record, &s, e);

    if (rc == 0 && json)
        report_add_json(to, s.list, drain);
    else
        json_decref(s.list);
    return rc;
}
