/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows how a run stands. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "engine/view/view.h"
#include "report/view.h"
#include "util/clock.h"

struct words {
    const char *ledger;
    bool watch, all, json;
};

static const struct options_entry entries[] = {
    {"ledger", "DIR", CLI_LEDGER_HELP, options_text, WORD(ledger)},
    {"watch", NULL,
     "again every second until the run is settled; not on a terminal: a\nline whenever something "
     "has changed",
     options_flag, WORD(watch)},
    {"all", NULL, "all slaves, however many they are", options_flag, WORD(all)},
    {"json", NULL, "everything as one JSON document", options_flag, WORD(json)},
    {0},
};

static const struct options options = {
    "status",
    "Usage: metaneuron status [RUN] [OPTION…]\n"
    "\n"
    "Shows how a run stands, from its ledger and status file: nothing is locked, asked\n"
    "or changed. RUN is a run's key or its first 4 digits or more; default: the last one.\n"
    "\n",
    .list = entries,
};

/* Looks until the run is settled. Returns the exit code. */
static int watch(struct ledger *l, const char *key, bool all)
{
    bool terminal = print_is_terminal(PRINT_OUTPUT), first = true, settled = false;
    size_t before[VIEW_REJECTED + 1] = {0};
    char stage[64] = "";
    struct err e = {0};

    while (!settled) {
        struct view v;
        struct page text = print_page();
        if (view_read(l, key, &v, &e) < 0)
            return cli_fail(&e);
        settled = v.state == VIEW_SETTLED;
        if (terminal) {
            page_addf(&text, "\033[H\033[2J");
            report_view(&text, &v, ledger_directory(l), all, cli_colour());
        } else if (first || strcmp(stage, view_stage(&v)) != 0 ||
                   memcmp(before, v.parts, sizeof before) != 0) {
            report_view_line(&text, &v);
        }
        int code = cli_print(&text, 0);
        first = false;
        memcpy(before, v.parts, sizeof before);
        snprintf(stage, sizeof stage, "%s", view_stage(&v));
        view_free(&v);
        if (!print_end() || code)
            return code; /* main says so */
        if (!settled)
            clock_pause(1);
        if (ledger_refresh(l, &e) < 0)
            return cli_fail(&e);
    }
    return 0;
}

/* Returns the exit code: a status file that cannot be used is told of, after what
 * the ledger says. */
static int show_view(struct ledger *l, const char *key, bool all, bool json)
{
    struct view v;
    struct page text = print_page();
    struct err e = {0};

    if (view_read(l, key, &v, &e) < 0)
        return cli_fail(&e);
    if (json)
        report_view_json(&text, &v);
    else
        report_view(&text, &v, ledger_directory(l), all, cli_colour());
    int code = cli_print(&text, 0);
    if (v.damage.code != ERR_NONE)
        code = cli_fail(&v.damage);
    view_free(&v);
    return code;
}

int cmd_status(int argc, char **argv)
{
    struct err e = {0};
    struct words w = {0};
    char directory[PATH_MAX], key[RUN_HEX + 1];
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (argc - optind > 1)
        return cli_usage("status", "expected one run at most");
    if (w.watch && w.json)
        return cli_usage("status", "--watch and --json exclude each other");
    if (cli_ledger(w.ledger, directory, NULL, &e) < 0)
        return cli_fail(&e);
    struct ledger *l = ledger_open_read(directory, &e);
    if (!l || runs_choose(l, argv[optind], key, &e) < 0)
        code = cli_fail(&e);
    else
        code = w.watch ? watch(l, key, w.all) : show_view(l, key, w.all, w.json);
    ledger_close(l);
    return code;
}
