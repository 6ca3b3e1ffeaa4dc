/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a receipt proves. */
#include "report/receipt.h"

#include <inttypes.h>
#include <string.h>

#include "report/ledger.h"
#include "util/clock.h"

enum { MICROSECONDS = 1000000 }; /* in a second */

/* What has become of a slave by a record, where the record does not say it in a word. */
static const char *fate(const struct record *r)
{
    static const char *const fates[][2] = {
        {"claim", "claimed"}, {"decline", "declined"},   {"submit", "submitted"},
        {"lost", "lost"},     {"withdraw", "withdrawn"}, {"check", "checked"},
    };
    const char *decision = record_get(r, "decision");

    if (decision)
        return decision;
    for (size_t i = 0; i < sizeof fates / sizeof fates[0]; i++)
        if (strcmp(fates[i][0], r->type) == 0)
            return fates[i][1];
    return r->type;
}

static void add_record(struct page *to, const struct record *r, const char *origin)
{
    const char *run = record_get(r, "run"), *slave = record_get(r, "slave");
    bool of_slave = r->known && run && slave;
    char time[CLOCK_ISO];

    page_addf(to, "proved      record %" PRIu64 " of %s: ", r->seq, origin);
    if (of_slave)
        page_addf(to, "slave %s of run %s: %s, ", slave, run, fate(r));
    else
        page_addf(to, "%s, ", r->type);
    page_addf(to, "at %s\n", clock_iso(time, r->time_us));
    for (size_t i = 0; i < r->count; i++) {
        const char *key = r->fields[i].key, *value = r->text + r->fields[i].value;
        if (!of_slave || (value != run && value != slave && strcmp(key, "decision") != 0))
            page_addf(to, "  %-9s %s\n", key, value);
    }
}

void report_receipt(struct page *to, const struct record *r, const struct policy_verdict *v)
{
    char hex[SHA256_HEX + 1], time[CLOCK_ISO];

    add_record(to, r, v->checkpoint.origin);
    page_addf(to, "checkpoint  of %" PRIu64 " records, root %s\n", v->checkpoint.size,
              hex_encode(hex, v->checkpoint.root, SHA256_LEN));
    page_addf(to, "signed      by %s, key %s\n", v->log.name,
              hex_encode(hex, v->log.public, KEY_PUBLIC_LEN));
    if (v->cosigned > 0)
        page_addf(to,
                  "cosigned    by %zu of the trust policy's witnesses, of whom %zu %s needed; "
                  "last at %s\n",
                  v->cosigned, v->needed, v->needed == 1 ? "is" : "are",
                  clock_iso(time, v->last < INT64_MAX / MICROSECONDS
                                      ? (int64_t)v->last * MICROSECONDS
                                      : INT64_MAX));
    else
        page_addf(to, "cosigned    by nobody: the trust policy needs no witness\n");
}

void report_receipt_json(struct page *to, const struct record *r, const struct policy_verdict *v)
{
    struct json_page j = {.to = to};
    char hex[SHA256_HEX + 1];

    json_page_object(&j, NULL);
    json_page_boolean(&j, "proved", true);
    json_page_text(&j, "origin", v->checkpoint.origin);
    report_record_json(&j, "record", r);
    json_page_object(&j, "checkpoint");
    json_page_count(&j, "size", v->checkpoint.size);
    json_page_text(&j, "root", hex_encode(hex, v->checkpoint.root, SHA256_LEN));
    json_page_text(&j, "key", hex_encode(hex, v->log.public, KEY_PUBLIC_LEN));
    json_page_count(&j, "cosigned", v->cosigned);
    json_page_count(&j, "needed", v->needed);
    if (v->cosigned > 0)
        json_page_count(&j, "last", v->last);
    else
        json_page_null(&j, "last");
    json_page_end(&j);
    json_page_end(&j);
}
