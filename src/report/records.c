/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows the records of a ledger. */
#include "report/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/types.h"
#include "util/json_page.h"
#include "util/lookup.h"

/* What is shown of a ledger. */
struct show {
    struct page *to;
    struct json_page *json; /* NULL: lines */
    const struct report_filter *f;
    struct lookup runs; /* of the contract that is asked for */
};

/* Effect: hex is the key of the run that the record is of; "" of none. */
static void run_of(const struct record *r, char hex[static SHA256_HEX + 1])
{
    const char *value = record_get(r, "run");

    if (strcmp(r->type, "publish") == 0)
        hex_encode(hex, r->sum, RUN_HEX / 2);
    else
        snprintf(hex, SHA256_HEX + 1, "%s", value ? value : "");
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* The slave itself, or one of its ranges. */
static bool is_of_slave(const char *name, const char *slave)
{
    size_t len = strlen(slave);

    return name && begins(name, slave) && (name[len] == '\0' || name[len] == '#');
}

static bool is_of_type(const struct report_filter *f, const char *type)
{
    size_t i = 0;

    while (i < f->types_count && strcmp(f->types[i], type) != 0)
        i++;
    return f->types_count == 0 || i < f->types_count;
}

/* Sets *wanted. What is published of a contract comes before what is said of its runs. */
static int look(struct show *s, const struct record *r, bool *wanted, struct err *e)
{
    const struct report_filter *f = s->f;
    char run[SHA256_HEX + 1];

    run_of(r, run);
    if (f->contract && strcmp(r->type, "publish") == 0 &&
        begins(record_get(r, "contract"), f->contract) && lookup_add(&s->runs, run, 0, e) < 0)
        return -1;
    *wanted = is_of_type(f, r->type) && (!f->run || strcmp(run, f->run) == 0) &&
              (!f->contract || lookup_find(&s->runs, run) != LOOKUP_NONE) &&
              (!f->slave || is_of_slave(record_get(r, "slave"), f->slave)) &&
              r->time_us >= f->since_us && (f->until_us == 0 || r->time_us <= f->until_us);
    return 0;
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
    bool wanted;

    if (look(s, r, &wanted, e) < 0)
        return -1;
    if (!wanted)
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

/* Which of the types that are asked for the ledger has. */
struct types {
    const struct report_filter *f;
    bool seen[REPORT_TYPES];
};

static int see_type(const struct record *r, void *context, struct err *e)
{
    struct types *t = context;

    (void)e;
    for (size_t i = 0; i < t->f->types_count; i++)
        t->seen[i] |= strcmp(t->f->types[i], r->type) == 0;
    return 0;
}

/* A ledger may have types of a newer version. */
static int check_types(struct ledger *l, const struct report_filter *f, struct err *e)
{
    struct types t = {.f = f};
    bool unknown = false;

    for (size_t i = 0; i < f->types_count; i++)
        unknown |= !(t.seen[i] = types_keys(f->types[i]) != NULL);
    if (unknown && ledger_scan(l, see_type, &t, e) < 0)
        return -1;
    for (size_t i = 0; i < f->types_count; i++)
        if (!t.seen[i])
            return err_set(e, ERR_USAGE, "--type %.40s: there is no such type of records",
                           f->types[i]);
    return 0;
}

int report_records(struct page *to, struct ledger *l, const struct report_filter *f, bool json,
                   struct err *e)
{
    struct json_page j = {.to = to};
    struct show s = {to, json ? &j : NULL, f, {0}};

    if (check_types(l, f, e) < 0)
        return -1;
    if (json)
        json_page_list(&j, NULL);
    int rc = ledger_scan(l, show_record, &s, e);
    if (json)
        json_page_end(&j);
    if (rc == 0 && f->contract && !s.runs.table)
        rc = err_set(e, ERR_INPUT, "%s: has no contract whose id begins with %s",
                     ledger_directory(l), f->contract);
    lookup_free(&s.runs);
    return rc;
}
