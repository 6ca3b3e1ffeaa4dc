/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the command. */

#include <string.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "util/file.h"
#include "util/lock.h"

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
    {"site", cmd_site, "compute with other centres, through a directory of files", false},
    {"data", cmd_data, "say what a file of data holds, for who writes a contract", false},
    {"filter", cmd_filter, "find outliers among the rows of any matrix", false},
    {"function", cmd_function, "list functions, check those of others, begin a new one", false},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

/* How it is printed: as an answer, or as what is wrong. */
typedef void printer(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void print_help(printer *print)
{
    print("Usage: metaneuron COMMAND …\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        print("  %-10s %s\n", commands[i].name, commands[i].summary);
    print("\n`metaneuron COMMAND --help` says more; so does `man metaneuron`.\n"
          "Exit codes: 0 success, 2 usage, 3 verification failed, 65 bad input, 66 cannot open,\n"
          "70 software, 74 input/output, 75 not complete (run it again), 76 permanent failure,\n"
          "77 refused by policy, 78 settled, with too little of the data in the answer,\n"
          "79 stopped before it is settled, as --on-reject stop asks.\n");
}

/* Returns the exit code. */
static int dispatch(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    char help[] = "--help", *asked[] = {argv[0], argc > 2 ? argv[2] : help, help, NULL};

    if (strcmp(word, "help") == 0) {
        argc = 3;
        argv = asked;
        word = argv[1];
    }
    if (argc < 2) {
        if (cli_speaks())
            print_help(print_error);
        return ERR_USAGE;
    }
    if (strcmp(word, "--version") == 0) {
        if (cli_speaks())
            print_answer("metaneuron " PACKAGE_VERSION "\n%s\n", MN_LIBRARIES);
        return 0;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        if (cli_speaks())
            print_help(print_answer);
        return 0;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(word, commands[i].name) == 0)
            return commands[i].parallel || cli_speaks() ? commands[i].run(argc - 1, argv + 1) : 0;
    if (cli_speaks())
        print_error("metaneuron: '%s' is no command; see metaneuron --help\n", word);
    return ERR_USAGE;
}

int main(int argc, char **argv)
{
    file_fill_standard();
    lock_tell(cli_note, NULL);
    int code = dispatch(argc, argv);

    if (print_end())
        return code;
    print_error("metaneuron: standard output cannot be written\n");
    return code ? code : ERR_IO;
}
