/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what became of a slave. */

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "engine/view/view.h"
#include "util/alike.h"

struct words {
    const char *ledger;
};

static const struct options_entry entries[] = {
    {"ledger", "DIR", CLI_LEDGER_HELP, options_text, WORD(ledger)},
    {0},
};

static const struct options options = {
    "explain",
    "Usage: metaneuron explain RUN SLAVE [--ledger DIR]\n"
    "\n"
    "Says what became of a slave of a run, why, and what to do about it; then its\n"
    "history, record by record. RUN is a run's key or its first 4 digits or more; SLAVE\n"
    "a name (SITE/DATA/k) or the number k of a partition.\n"
    "\n",
    .list = entries,
};

static int not_there(const struct view *v, const char *key, const char *slave, struct err *e)
{
    char hint[ALIKE_HINT] = "";
    bool found = false;

    for (size_t i = 0; i < v->count && !found; i++)
        found = alike_hint(hint, slave, v->slaves[i].name);
    return err_set(e, ERR_INPUT, "run %s has no slave %.200s: expected 1 to %zu, or a name%s", key,
                   slave, v->count, hint);
}

static int explain(struct page *to, struct ledger *l, const char *run, const char *slave,
                   struct err *e)
{
    struct view v;
    char key[RUN_HEX + 1];

    if (runs_choose(l, run, key, e) < 0 || view_read(l, key, &v, e) < 0)
        return -1;
    const struct view_slave *s = view_find(&v, slave);
    int rc = s ? view_explain(l, &v, s, to, e) : not_there(&v, key, slave, e);
    view_free(&v);
    return rc;
}

int cmd_explain(int argc, char **argv)
{
    struct err e = {0};
    struct words w = {0};
    struct page text = print_page();
    char directory[PATH_MAX];
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (argc - optind != 2)
        return cli_usage("explain", "expected a run and a slave");
    if (cli_ledger(w.ledger, directory, NULL, &e) < 0)
        return cli_fail(&e);
    struct ledger *l = ledger_open_read(directory, &e);
    int rc = l ? explain(&text, l, argv[optind], argv[optind + 1], &e) : -1;
    ledger_close(l);
    if (rc == 0)
        return cli_print(&text, 0);
    page_free(&text);
    return cli_fail(&e);
}
