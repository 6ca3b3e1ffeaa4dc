/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "ledger/accounts.h"
#include "ledger/credits.h"
#include "util/text.h"

struct words {
    const char *ledger, *run;
    bool json;
};

static const struct options_entry entries[] = {
    {"ledger", "DIR", NULL, options_text, WORD(ledger)},
    {"run", "KEY", NULL, options_text, WORD(run)},
    {"json", NULL, NULL, options_flag, WORD(json)},
    {0},
};

static const struct options options = {
    "ledger",
    "Usage: metaneuron ledger show    [DIR] [--run KEY] [--json]\n"
    "       metaneuron ledger verify  [DIR]\n"
    "       metaneuron ledger balance [DIR] [--json]\n"
    "\n"
    "show prints the records; verify reads every byte and checks every link (exit code\n"
    "0 or 3); balance says who has earned what. DIR may also be given by --ledger.\n",
    .list = entries,
};

/* What is shown of a ledger. */
struct show {
    const char *run; /* only records of that run; or NULL */
    json_t *list;    /* NULL: print */
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
    printf("%" PRIu64 " %" PRId64 ".%06" PRId64 " %s", r->seq, r->time_us / 1000000,
           r->time_us % 1000000, r->type);
    for (size_t i = 0; i < r->count; i++)
        printf(" %s=%s", r->fields[i].key, value_text(r, i, text));
    printf(" sum=%.16s…\n", hex);
    return 0;
}

static int show(const char *directory, const char *run, bool json, struct err *e)
{
    struct show s = {run, json ? json_array() : NULL};
    struct ledger *l = ledger_open_read(directory, e);
    int rc = l ? ledger_scan(l, show_record, &s, e) : -1;

    ledger_close(l);
    if (rc == 0 && json)
        cli_print_json(s.list);
    else
        json_decref(s.list);
    return rc;
}

/* The chain, and then whether the credits in it follow the rules. */
static int verify(const char *directory, struct err *e)
{
    struct chain_state state;
    struct accounts a;
    struct err why = {0};
    char hex[SHA256_HEX + 1];

    if (ledger_verify(directory, &state, e) < 0)
        return -1;
    struct ledger *l = ledger_open_read(directory, e);
    int rc = l ? accounts_fold(l, state.count, &a, &why) : -1;
    if (l && rc < 0)
        err_set(e, ERR_VERIFY, "%s", why.text);
    ledger_close(l);
    if (rc < 0)
        return -1;
    accounts_free(&a);
    printf("verified  %s: %" PRIu64 " records, %" PRIu64 " bytes, head %s\n", directory,
           state.count, state.bytes, hex_encode(hex, state.head, SHA256_LEN));
    return 0;
}

static void print_balances(const struct accounts *a)
{
    char text[CREDITS_TEXT], name[RECORD_MOST];
    uint64_t held = 0;

    printf("%-40s %18s %16s %9s %11s\n", "account", "MNT", "items", "rejected", "node-hours");
    for (size_t i = 0; i < a->count; i++) {
        const struct account *x = &a->list[i];
        held += x->credits;
        printf("%-40s %18s %16" PRIu64 " %9" PRIu64 " %11.4f\n",
               text_printable(name, sizeof name, x->name), credits_format(text, x->credits),
               x->items, x->rejections, x->seconds / 3600);
    }
    printf("%-40s %18s\n", "held by all", credits_format(text, held));
    printf("%-40s %18s\n", "still to be earned", credits_format(text, a->left));
    printf("%-40s %18s%s\n", "supply", credits_format(text, a->supply),
           held + a->left == a->supply ? "" : "  DOES NOT ADD UP");
}

static json_t *balances_json(const struct accounts *a)
{
    json_t *list = json_array();
    char name[RECORD_MOST];

    for (size_t i = 0; i < a->count; i++) {
        const struct account *x = &a->list[i];
        json_array_append_new(list, json_pack("{s:s,s:I,s:I,s:I,s:o}", "account",
                                              text_printable(name, sizeof name, x->name), "credits",
                                              (json_int_t)x->credits, "items", (json_int_t)x->items,
                                              "rejections", (json_int_t)x->rejections, "node_hours",
                                              cli_json_number(x->seconds / 3600)));
    }
    return json_pack("{s:o,s:I,s:I}", "accounts", list, "left", (json_int_t)a->left, "supply",
                     (json_int_t)a->supply);
}

static int balance(const char *directory, bool json, struct err *e)
{
    struct accounts a;
    struct ledger *l = ledger_open_read(directory, e);
    int rc = l ? accounts_fold(l, UINT64_MAX, &a, e) : -1;

    ledger_close(l);
    if (rc < 0)
        return -1;
    if (json)
        cli_print_json(balances_json(&a));
    else
        print_balances(&a);
    accounts_free(&a);
    return 0;
}

int cmd_ledger(int argc, char **argv)
{
    struct err e = {0};
    struct words w = {0};
    char directory[PATH_MAX];
    int code = options_read(&options, argc, argv, &w), rc;

    if (code >= 0)
        return code;
    int words = argc - optind;
    if (words < 1 || words > 2 || (words == 2 && w.ledger))
        return cli_usage("ledger", "expected show, verify or balance, and at most one directory");
    if (words == 2)
        w.ledger = argv[optind + 1];
    if (cli_ledger(w.ledger, directory, NULL, &e) < 0)
        return cli_fail(&e);
    if (strcmp(argv[optind], "show") == 0)
        rc = show(directory, w.run, w.json, &e);
    else if (strcmp(argv[optind], "verify") == 0)
        rc = verify(directory, &e);
    else if (strcmp(argv[optind], "balance") == 0)
        rc = balance(directory, w.json, &e);
    else
        return cli_usage("ledger", "'%s': expected show, verify or balance", argv[optind]);
    return rc < 0 ? cli_fail(&e) : 0;
}
