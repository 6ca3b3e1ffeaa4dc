/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifies a result. */

#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "engine/verify/verify.h"
#include "util/blas.h"
#include "report/verdict.h"
#include "util/parse.h"

/* The states that must be there for all to be verified. */
enum wanted {
    WANTED_ALL = 0,  /* those of all rounds */
    WANTED_LAST = 1, /* those of the last */
};

struct words {
    const char *ledger, *policy;
    enum wanted rounds;
    bool no_states;
    struct engine_known known;
};

static int take_rounds(const struct options_given *g)
{
    enum wanted *rounds = g->field;

    *rounds = strcmp(g->value, "last") == 0 ? WANTED_LAST : WANTED_ALL;
    if (*rounds == WANTED_LAST || strcmp(g->value, "all") == 0)
        return 0;
    return options_wrong(g, "expected all or last");
}

/* HEX or SIZE:HEX, as the line "ledger" of this command says it. */
static int take_head(const struct options_given *g)
{
    struct engine_known *known = g->field;
    char *colon = strchr(g->value, ':');
    const char *hex = colon ? colon + 1 : g->value;

    if (colon)
        *colon = '\0';
    bool right = !colon || (parse_u64(g->value, &known->size) == 0 && known->size > 0);
    if (colon)
        *colon = ':';
    known->has_head = true;
    if (right && hex_decode(hex, known->head, SHA256_LEN) == 0)
        return 0;
    return options_wrong(g, "expected 64 hexadecimal digits, or SIZE:DIGITS");
}

static int take_key(const struct options_given *g)
{
    static const char kind[] = "ed25519:";
    struct engine_known *known = g->field;

    known->has_key = true;
    if (strncmp(g->value, kind, strlen(kind)) == 0 &&
        hex_decode(g->value + strlen(kind), known->key, KEY_PUBLIC_LEN) == 0)
        return 0;
    return options_wrong(g, "expected ed25519: and 64 hexadecimal digits, as in key.pub");
}

static const struct options_entry entries[] = {
    {"ledger", "DIR", CLI_LEDGER_HELP, options_text, WORD(ledger)},
    {"origin", "ORIGIN", "fail unless that is the ledger's origin", options_text,
     WORD(known.origin)},
    {"head", "[SIZE:]HEX", "fail unless the ledger has had that head (after SIZE\nrecords)",
     take_head, WORD(known)},
    {"key", "KEY", "fail unless that key has signed the ledger with the run in it", take_key,
     WORD(known)},
    {"policy", "FILE", "fail unless that trust policy believes the ledger with the\nrun in it",
     options_text, WORD(policy)},
    {"rounds", "all|last", "last: states of the last round are enough for exit code 0", take_rounds,
     WORD(rounds)},
    {"no-states", NULL, "a result without states is enough for exit code 0", options_flag,
     WORD(no_states)},
    {0},
};

static const struct options options = {
    "verify",
    "Usage: metaneuron verify RESULT.h5 [OPTION...]\n"
    "\n"
    "Computes what the result must be anew from contract, states and ledger, and compares\n"
    "all that is in the file with it. Prints everything that is wrong; else which ledger\n"
    "the result agrees with, and what it believes. Exit code 0, 3 (something is wrong), or\n"
    "4 (nothing is wrong, but not all could be verified: as states were not kept).\n"
    "\n",
    .list = entries,
};

static void print_problem(void *context, const char *text)
{
    (void)context;
    print_answer("WRONG  %s\n", text);
}

/* What was not kept may be what nobody wants to see again. */
static int code_of(const struct words *w, const struct engine_verdict *v)
{
    if (v->problems > 0)
        return ERR_VERIFY;
    bool kept = v->unkept == 0 ||
                (result_is_stateless(v->result) ? w->no_states : w->rounds == WANTED_LAST);
    return kept && v->apart == 0 ? 0 : ERR_PART;
}

int cmd_verify(int argc, char **argv)
{
    struct err e = {0};
    struct engine_verdict verdict = {0};
    struct words w = {0};
    struct page text = print_page();
    struct policy *policy = NULL;
    char ledger[PATH_MAX];
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (argc - optind != 1)
        return cli_usage("verify", "expected one result");
    struct reader *reader = reader_start(&e);
    /* This user's own policy may be for other ledgers: it counts only if it is named. */
    if (w.policy && cli_policy(w.policy, &policy, &e) == 0)
        w.known.policy = policy;
    if (e.code != ERR_NONE || !reader || blas_prepare(&e) < 0 ||
        cli_ledger(w.ledger, ledger, NULL, &e) < 0 ||
        engine_verify(reader, argv[optind], ledger, &w.known, print_problem, NULL, &verdict, &e) <
            0) {
        code = cli_fail(&e);
    } else {
        code = code_of(&w, &verdict);
        report_verdict(&text, argv[optind], &verdict);
    }
    engine_verdict_free(&verdict);
    policy_free(policy);
    reader_stop(reader);
    return cli_print(&text, code);
}
