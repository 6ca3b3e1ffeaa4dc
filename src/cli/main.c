/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the command. */

#include <string.h>

#include "cli/cli.h"
#include "util/file.h"
#include "util/text.h"

static const struct {
    const char *name;
    command *run;
    const char *summary;
    bool parallel; /* every rank runs it; of the others only the one that speaks */
} commands[] = {
    {"demo", cmd_demo, "run the example on real data: who is rejected, and why", true},
    {"doctor", cmd_doctor, "say whether a run would work here, and what to do", true},
    {"contract", cmd_contract, "build, show or check a contract", false},
    {"run", cmd_run, "run a contract to its settled result", true},
    {"launch", cmd_launch, "run a contract under an MPI launcher, and again after a failure",
     false},
    {"status", cmd_status, "show how a run stands, live", false},
    {"explain", cmd_explain, "say what became of one slave of a run, and why", false},
    {"result", cmd_result, "show or export a result", false},
    {"verify", cmd_verify, "recompute a result from its states, against the ledger", false},
    {"ledger", cmd_ledger, "show or verify a ledger; balances", false},
    {"filter", cmd_filter, "find outliers among the rows of any matrix", false},
    {"function", cmd_function, "list functions, check those of others, begin a new one", false},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_help(FILE *to)
{
    fprintf(to, "Usage: metaneuron COMMAND …\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fprintf(to,
            "\n`metaneuron COMMAND --help` says more; so does `man metaneuron`.\n"
            "Exit codes: 0 success, 2 usage, 3 verification failed, 65 bad input, 66 cannot open,\n"
            "70 software, 74 input/output, 75 not complete (run it again), 76 permanent failure,\n"
            "77 refused by policy, 78 settled, with too little of the data in the answer.\n");
}

/* Returns the exit code. */
static int dispatch(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    char safe[200];

    if (argc < 2) {
        if (cli_speaks())
            print_help(stderr);
        return ERR_USAGE;
    }
    if (strcmp(word, "--version") == 0) {
        if (cli_speaks())
            printf("metaneuron " PACKAGE_VERSION "\n%s\n", MN_LIBRARIES);
        return 0;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        if (cli_speaks())
            print_help(stdout);
        return 0;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(word, commands[i].name) == 0)
            return commands[i].parallel || cli_speaks() ? commands[i].run(argc - 1, argv + 1) : 0;
    if (cli_speaks())
        fprintf(stderr, "metaneuron: '%s' is no command; see metaneuron --help\n",
                text_printable(safe, sizeof safe, word));
    return ERR_USAGE;
}

int main(int argc, char **argv)
{
    file_fill_standard();
    int code = dispatch(argc, argv);

    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "metaneuron: standard output cannot be written\n");
    return code ? code : ERR_IO;
}
