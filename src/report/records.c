/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows the records of a ledger. */
#include "report/ledger.h"

#include <inttypes.h>
#include <string.h>

/* What is shown of a ledger. */
struct show {
    struct page *to;
    struct json_page *json; /* NULL: lines */
    const char *run;        /* only records of that run; or NULL */
};

static bool is_of_run(const struct record *r, const char *run)
{
    char hex[SHA256_HEX + 1];
    const char *value = record_get(r, "run");

    if (strcmp(r->type, "publish") == 0)
        value = hex_encode(hex, r->sum, RUN_HEX / 2);
    return !run || (value && strcmp(value, run) == 0);
}

/* A record of a type that is not known may have any keys, and so those that all have: they are
 * apart from these. */
void report_record_json(struct json_page *j, const char *key, const struct record *r)
{
    char hex[SHA256_HEX + 1];

    json_page_object(j, key);
    json_page_count(j, "seq", r->seq);
    json_page_number(j, "time", (double)r->time_us * 1e-6);
    json_page_text(j, "type", r->type);
    if (!r->known)
        json_page_object(j, "fields");
    for (size_t i = 0; i < r->count; i++)
        json_page_text(j, r->fields[i].key, r->text + r->fields[i].value);
    if (!r->known)
        json_page_end(j);
    json_page_text(j, "sum", hex_encode(hex, r->sum, SHA256_LEN));
    json_page_end(j);
}

static int show_record(const struct record *r, void *context, struct err *e)
{
    struct show *s = context;
    char hex[SHA256_HEX + 1];

    (void)e;
    if (!is_of_run(r, s->run))
        return 0;
    if (s->json) {
        report_record_json(s->json, NULL, r);
        return 0;
    }
    page_addf(s->to, "%" PRIu64 " %" PRId64 ".%06" PRId64 " %s", r->seq, r->time_us / 1000000,
              r->time_us % 1000000, r->type);
    for (size_t i = 0; i < r->count; i++)
        page_addf(s->to, " %s=%s", r->fields[i].key, r->text + r->fields[i].value);
    page_addf(s->to, " sum=%.16s…\n", hex_encode(hex, r->sum, SHA256_LEN));
    return 0;
}

int report_records(struct page *to, struct ledger *l, const char *run, bool json, struct err *e)
{
    struct json_page j = {.to = to};
    struct show s = {to, json ? &j : NULL, run};

    if (json)
        json_page_list(&j, NULL);
    if (ledger_scan(l, show_record, &s, e) < 0)
        return -1;
    if (json)
        json_page_end(&j);
    return 0;
}
