/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows and verifies ledgers. */

#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "ledger/fold/accounts.h"
#include "report/ledger.h"

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

static int show_records(struct page *text, const char *directory, const struct words *w,
                        struct err *e)
{
    struct ledger *l = ledger_open_read(directory, e);
    int rc = l ? report_records(text, l, w->run, w->json, e) : -1;

    ledger_close(l);
    return rc;
}

/* The chain, and then whether the credits in it follow the rules. */
static int verify_ledger(struct page *text, const char *directory, struct err *e)
{
    struct chain_state state;
    struct accounts a;
    struct err why = {0};
    char hex[SHA256_HEX + 1];

    if (ledger_verify(directory, &state, e) < 0)
        return -1;
    struct ledger *l = ledger_open_read(directory, e);
    int rc = l ? accounts_fold(l, state.count, &a, &why) : -1;
    if (l && rc == 0 && a.odd.code != ERR_NONE)
        err_set(&why, ERR_VERIFY, "%s: %s", directory, a.odd.text);
    if (rc == 0)
        accounts_free(&a);
    ledger_close(l);
    if (why.code != ERR_NONE)
        return err_set(e, ERR_VERIFY, "%s", why.text);
    if (rc < 0)
        return -1;
    page_addf(text, "verified  %s: %" PRIu64 " records, %" PRIu64 " bytes, head %s\n", directory,
              state.count, state.bytes, hex_encode(hex, state.head, SHA256_LEN));
    return 0;
}

static int balance(struct page *text, const char *directory, bool json, struct err *e)
{
    struct accounts a;
    struct ledger *l = ledger_open_read(directory, e);
    int rc = l ? accounts_fold(l, UINT64_MAX, &a, e) : -1;

    ledger_close(l);
    if (rc < 0)
        return -1;
    if (json)
        report_balances_json(text, &a);
    else
        report_balances(text, &a);
    accounts_free(&a);
    return 0;
}

int cmd_ledger(int argc, char **argv)
{
    struct err e = {0};
    struct words w = {0};
    struct page text = print_page();
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
        rc = show_records(&text, directory, &w, &e);
    else if (strcmp(argv[optind], "verify") == 0)
        rc = verify_ledger(&text, directory, &e);
    else if (strcmp(argv[optind], "balance") == 0)
        rc = balance(&text, directory, w.json, &e);
    else
        return cli_usage("ledger", "'%s': expected show, verify or balance", argv[optind]);
    if (rc == 0)
        return cli_print(&text, 0);
    page_free(&text);
    return cli_fail(&e);
}
