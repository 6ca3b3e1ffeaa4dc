/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls the verbs of a ledger. */

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/ledger_verbs.h"
#include "cli/options.h"
#include "cli/print.h"
#include "util/parse.h"

/* Bits of the verbs, in the table of options. */
enum {
    SHOW = 1 << 0,
    VERIFY = 1 << 1,
    BALANCE = 1 << 2,
    INIT = 1 << 3,
    CHECKPOINT = 1 << 4,
    KEYS = 1 << 5,
    PROVE = 1 << 6,
    COSIGN = 1 << 7,
    EVIDENCE = 1 << 8,
    RECEIPT = 1 << 9,
    HISTORY = 1 << 10,
    PRUNE = 1 << 11,
};

#define LEDGER_WORD(field) .at = offsetof(struct ledger_words, field)

static options_take take_file, take_record;

static const struct options_entry entries[] = {
    {"ledger", "DIR", CLI_LEDGER_HELP, options_text, LEDGER_WORD(ledger),
     .of = ~(unsigned)(EVIDENCE | RECEIPT)},
    {"site", "NAME",
     "name of the site that keeps it (default: $METANEURON_SITE,\n"
     "else the host's)",
     options_text, LEDGER_WORD(site), .of = INIT},
    {"group", "GROUP", "a ledger of that group: its members may all write in it", options_text,
     LEDGER_WORD(group), .of = INIT},
    {"run", "KEY", "that run: its key, or the first digits of it", options_text, LEDGER_WORD(run),
     .of = SHOW | PROVE},
    {"slave", "NAME", "that slave, and show: with all of its ranges", options_text,
     LEDGER_WORD(slave), .of = SHOW | PROVE},
    {"contract", "ID", "all runs of that contract: its id, or the first digits of it",
     ledger_take_contract, LEDGER_WORD(filter.contract), .of = SHOW},
    {"type", "TYPE[,TYPE…]", "records of these types (may be repeated)", ledger_take_types,
     LEDGER_WORD(filter), .of = SHOW},
    {"since", "TIME",
     "not earlier: 2026-11-27, 2026-11-27T12:00:00Z, or seconds since\n1970, all UTC",
     ledger_take_time, LEDGER_WORD(filter.since_us), .of = SHOW},
    {"until", "TIME", "not later", ledger_take_time, LEDGER_WORD(filter.until_us), .of = SHOW},
    {"by", "WHAT", "sums by slave, node or account", ledger_take_by, LEDGER_WORD(by),
     .of = HISTORY},
    {"at", "TIME",
     "as it was then: 2026-11-27, 2026-11-27T12:00:00Z, or seconds\nsince 1970, all UTC",
     ledger_take_time, LEDGER_WORD(at_us), .of = HISTORY | BALANCE},
    {"submitted", NULL, "that it submitted a result, and not what became of it", options_flag,
     LEDGER_WORD(submitted), .of = PROVE},
    {"record", "N", "record N", take_record, LEDGER_WORD(record), .of = PROVE},
    {"name", "WHO", "add: who signs with the key", options_text, LEDGER_WORD(name), .of = KEYS},
    {"reason", "WORD", "revoke: lost, stolen, replaced or left", options_text, LEDGER_WORD(reason),
     .of = KEYS},
    {"accept-keys", NULL, "also if it changes who may sign", options_flag, LEDGER_WORD(accept_keys),
     .of = CHECKPOINT},
    {"key", "KEY",
     "a private key's file (default: this user's, site.key in\n"
     "$XDG_CONFIG_HOME/metaneuron); verify: a public key that must\n"
     "have signed",
     options_text, LEDGER_WORD(key), .of = INIT | CHECKPOINT | KEYS | COSIGN | VERIFY},
    {"checkpoint", "FILE", "a checkpoint that was kept elsewhere (may be repeated)", take_file,
     LEDGER_WORD(files), .of = VERIFY},
    {"policy", "FILE",
     "the trust policy: whose signatures are believed (default:\n"
     "trust-policy in $XDG_CONFIG_HOME/metaneuron)",
     options_text, LEDGER_WORD(policy), .of = VERIFY | PROVE | COSIGN | EVIDENCE | RECEIPT},
    {"compare", "FILE", "compare what another peer has cosigned with what was cosigned here",
     options_text, LEDGER_WORD(compare), .of = COSIGN},
    {"add", "FILE", "keep what a peer has cosigned", options_text, LEDGER_WORD(add), .of = COSIGN},
    {"out", "FILE", "write the answer there", options_text, LEDGER_WORD(out), .of = PROVE | COSIGN,
     .letter = 'o'},
    {"days", "N", "without a record for so long (default: 30)", ledger_take_days, LEDGER_WORD(age),
     .of = PRUNE},
    {"yes", NULL, "do not ask", options_flag, LEDGER_WORD(yes), .of = PRUNE},
    {"dry-run", NULL, "only say what would be removed", options_flag, LEDGER_WORD(dry_run),
     .of = PRUNE},
    {"exclusive", NULL,
     "where locks do not hold between nodes: no other node writes to the\n"
     "ledger meanwhile, which you promise",
     options_flag, LEDGER_WORD(exclusive), .of = INIT | CHECKPOINT | KEYS | PRUNE},
    {"json", NULL, "one JSON document", options_flag, LEDGER_WORD(json), .of = ~0u},
    {0},
};

static const struct verb {
    const char *name;
    ledger_act *act;
    unsigned of;
    int least, most; /* words behind it … */
    bool place;      /* … the last of which may be the ledger's directory, besides */
    bool none;       /* it needs no ledger */
    const char *usage;
} verbs[] = {
    {"init", ledger_init, INIT, 0, 0, true, false,
     "Usage: metaneuron ledger init [DIR] [--site NAME] [--group GROUP] [--json]\n"
     "\n"
     "Makes a ledger, and this user's key if there is none, and signs it.\n\n"},
    {"show", ledger_show, SHOW, 0, 0, true, false,
     "Usage: metaneuron ledger show [DIR] [OPTION…]\n"
     "\n"
     "Prints the records, or those that fit all that is asked for.\n\n"},
    {"verify", ledger_check, VERIFY, 0, 0, true, false,
     "Usage: metaneuron ledger verify [DIR] [--policy FILE] [--checkpoint FILE …] [--key KEY]\n"
     "                                [--json]\n"
     "\n"
     "Reads every byte, and compares it with all that is known of it: its checkpoints, what\n"
     "this user has seen of it, and what is given. Exit code 0, or 3: something is wrong.\n\n"},
    {"checkpoint", ledger_checkpoint, CHECKPOINT, 0, 0, true, false,
     "Usage: metaneuron ledger checkpoint [DIR] [--accept-keys] [--json]\n"
     "\n"
     "Signs the ledger as it stands.\n\n"},
    {"prove", ledger_prove_verb, PROVE, 0, 0, true, false,
     "Usage: metaneuron ledger prove [DIR] --slave NAME [--run KEY] [--submitted] [-o FILE]\n"
     "       metaneuron ledger prove [DIR] --record N [-o FILE]\n"
     "\n"
     "Writes a receipt: that the slave's result was accepted or rejected, or that it was\n"
     "submitted. Who has a trust policy needs nothing else to check it.\n\n"},
    {"check-receipt", ledger_check_receipt, RECEIPT, 1, 1, false, true,
     "Usage: metaneuron ledger check-receipt RECEIPT [--policy FILE] [--json]\n"
     "\n"
     "Says what a receipt proves to who trusts the keys in the policy: exit code 0, or 3 if\n"
     "nothing. It needs no ledger.\n\n"},
    {"cosign", ledger_cosign, COSIGN, 0, 1, false, false,
     "Usage: metaneuron ledger cosign OTHER [--ledger DIR] [--policy FILE] [-o FILE]\n"
     "       metaneuron ledger cosign --compare FILE [--ledger DIR] [--policy FILE]\n"
     "       metaneuron ledger cosign --add FILE [--ledger DIR] [--policy FILE]\n"
     "\n"
     "Copies the other ledger, and vouches that it only grew since it was cosigned last.\n"
     "--compare finds out whether another peer was shown another ledger. --add keeps beside\n"
     "one's own checkpoint what a peer has written so.\n\n"},
    {"check-evidence", ledger_check_evidence, EVIDENCE, 1, 1, false, true,
     "Usage: metaneuron ledger check-evidence FILE [--policy FILE]\n"
     "\n"
     "Says whether a file proves that a ledger has signed two histories.\n\n"},
    {"balance", ledger_balance, BALANCE, 0, 0, true, false,
     "Usage: metaneuron ledger balance [DIR] [--at TIME] [--json]\n"
     "\n"
     "Says who has earned what.\n\n"},
    {"history", ledger_history, HISTORY, 0, 1, false, false,
     "Usage: metaneuron ledger history [SLAVE] [--ledger DIR] [--by WHAT] [--at TIME] [--json]\n"
     "\n"
     "Says what each slave has computed, and what that counts as its weight, and why; of one\n"
     "slave, run by run.\n\n"},
    {"prune", ledger_prune, PRUNE, 0, 0, true, false,
     "Usage: metaneuron ledger prune [DIR] [--days N] [--dry-run] [--yes]\n"
     "\n"
     "Removes the files of runs that were begun, are not settled, and that nobody works on or\n"
     "has gone on with for long, after asking. The same command then begins a new run.\n\n"},
    {"keys", ledger_keys, KEYS, 0, 2, false, false,
     "Usage: metaneuron ledger keys [--json]\n"
     "       metaneuron ledger keys add KEY --name WHO\n"
     "       metaneuron ledger keys revoke KEY --reason lost|stolen|replaced|left\n"
     "\n"
     "Says who may sign, and changes that; who does needs a key that is in force.\n\n"},
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

static const struct options all = {
    "ledger",
    "Usage: metaneuron ledger VERB [WORD …] [OPTION …]\n"
    "\n"
    "  init            make a ledger, and sign it\n"
    "  show            print the records\n"
    "  verify          compare it with all that is known of it\n"
    "  checkpoint      sign it as it stands\n"
    "  prove           write a receipt of a record\n"
    "  check-receipt   say what a receipt proves\n"
    "  cosign          vouch for somebody else's ledger\n"
    "  check-evidence  say whether a ledger has signed two histories\n"
    "  balance         say who has earned what\n"
    "  history         say who has computed what, and what that counts\n"
    "  prune           remove the files of abandoned runs\n"
    "  keys            say who may sign, and change that\n"
    "\n"
    "`metaneuron ledger VERB --help` says more of each, and which options it takes:\n"
    "\n",
    .list = entries,
};

static int take_file(const struct options_given *g)
{
    struct ledger_words *w = g->words;

    if (w->files_count == LEDGER_FILES)
        return options_wrong(g, "at most %d can be given", LEDGER_FILES);
    w->files[w->files_count++] = g->value;
    return 0;
}

static int take_record(const struct options_given *g)
{
    struct ledger_words *w = g->words;

    w->has_record = true;
    return parse_u64(g->value, &w->record) == 0 ? 0 : options_wrong(g, "expected a number");
}

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

static int wrong_count(const struct verb *v, int count, bool place)
{
    char name[32], expected[32] = "none";

    snprintf(name, sizeof name, "ledger %s", v->name);
    if (v->most > 0)
        snprintf(expected, sizeof expected, v->least == v->most ? "%d" : "at most %d", v->most);
    return cli_usage(name, "%d word%s where %s%s expected", count, count == 1 ? "" : "s", expected,
                     place ? ", or the ledger's directory, is" : " is");
}

/* Sets the call's words and directory. Returns -1, or the exit code. */
static int take_words(const struct verb *v, struct ledger_words *w, struct ledger_call *c,
                      struct err *e)
{
    if (v->place && c->count == v->most + 1 && !w->ledger)
        w->ledger = c->words[--c->count];
    if (c->count < v->least || c->count > v->most)
        return wrong_count(v, c->count, v->place && !w->ledger);
    if (v->none)
        return -1;
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
    char name[32];
    snprintf(name, sizeof name, "ledger %s", v->name);
    const struct options o = {name, v->usage, .list = entries, .of = v->of};
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
