/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls the verbs of a ledger. */

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/ledger_verbs.h"
#include "cli/options.h"
#include "cli/print.h"

/* Bits of the verbs, in the table of options. */
enum {
    SHOW = 1 << 0,
    VERIFY = 1 << 1,
    BALANCE = 1 << 2,
};

#define LEDGER_WORD(field) .at = offsetof(struct ledger_words, field)

static const struct options_entry entries[] = {
    {"ledger", "DIR", CLI_LEDGER_HELP, options_text, LEDGER_WORD(ledger), .of = ~0u},
    {"run", "KEY", "only the records of that run", options_text, LEDGER_WORD(run), .of = SHOW},
    {"json", NULL, "one JSON document", options_flag, LEDGER_WORD(json), .of = SHOW | BALANCE},
    {0},
};

static const struct verb {
    const char *name;
    ledger_act *act;
    unsigned of;
    int least, most; /* words behind it … */
    bool place;      /* … the last of which may be the ledger's directory, besides */
    const char *usage;
} verbs[] = {
    {"show", ledger_show, SHOW, 0, 0, true,
     "Usage: metaneuron ledger show [DIR] [--run KEY] [--json]\n"
     "\n"
     "Prints the records.\n"},
    {"verify", ledger_check, VERIFY, 0, 0, true,
     "Usage: metaneuron ledger verify [DIR]\n"
     "\n"
     "Reads every byte and checks every link: exit code 0 or 3.\n"},
    {"balance", ledger_balance, BALANCE, 0, 0, true,
     "Usage: metaneuron ledger balance [DIR] [--json]\n"
     "\n"
     "Says who has earned what.\n"},
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

static const struct options all = {
    "ledger",
    "Usage: metaneuron ledger show    [DIR] [--run KEY] [--json]\n"
    "       metaneuron ledger verify  [DIR]\n"
    "       metaneuron ledger balance [DIR] [--json]\n"
    "\n"
    "show prints the records; verify reads every byte and checks every link (exit code\n"
    "0 or 3); balance says who has earned what. DIR may also be given by --ledger.\n"
    "`metaneuron ledger VERB --help` says more of each.\n"
    "\n",
    .list = entries,
};

static const struct verb *find(const char *name)
{
    for (size_t i = 0; i < VERBS; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* Says which verbs there are. */
static int no_verb(const char *given)
{
    char names[256] = "";

    for (size_t i = 0; i < VERBS; i++) {
        size_t n = strlen(names);
        const char *before = i == 0 ? "" : i + 1 == VERBS ? " or " : ", ";
        snprintf(names + n, sizeof names - n, "%s%s", before, verbs[i].name);
    }
    return given ? cli_usage("ledger", "'%s': expected %s", given, names)
                 : cli_usage("ledger", "expected %s", names);
}

/* Sets the call's words and directory. Returns -1, or the exit code. */
static int take_words(const struct verb *v, struct ledger_words *w, struct ledger_call *c,
                      struct err *e)
{
    if (v->place && c->count == v->most + 1 && !w->ledger)
        w->ledger = c->words[--c->count];
    if (c->count < v->least || c->count > v->most)
        return cli_usage("ledger", "%s: see metaneuron ledger %s --help for its words", v->name,
                         v->name);
    return cli_ledger(w->ledger, c->directory, NULL, e) < 0 ? cli_fail(e) : -1;
}

int cmd_ledger(int argc, char **argv)
{
    struct err e = {0};
    struct ledger_words w = {0};
    struct page text = print_page();
    struct ledger_call c = {.w = &w, .to = &text};
    const struct verb *v = argc > 1 ? find(argv[1]) : NULL;

    if (!v) {
        int code = options_read(&all, argc, argv, &w);
        return code >= 0 ? code : no_verb(optind < argc ? argv[optind] : NULL);
    }
    const struct options o = {"ledger", v->usage, .list = entries, .of = v->of};
    int code = options_read(&o, argc - 1, argv + 1, &w);
    c.words = argv + 1 + optind;
    c.count = argc - 1 - optind;
    if (code >= 0 || (code = take_words(v, &w, &c, &e)) >= 0)
        return code;
    if (v->act(&c, &e) == 0)
        return cli_print(&text, 0);
    page_free(&text);
    return cli_fail(&e);
}
