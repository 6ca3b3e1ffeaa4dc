/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line: a table of commands, one file each.
 *
 * Convention: a command gets its own words (argv[0] is its name) and returns
 * the exit code. Answers go to standard output, everything else to standard error, all of it
 * through print.h.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <limits.h>
#include <stdbool.h>

#include "engine/engine.h"
#include "ledger/proof/policy.h"
#include "util/err.h"
#include "util/key.h"
#include "util/page.h"

typedef int command(int argc, char **argv);

/* One file each. */
command cmd_contract, cmd_data, cmd_demo, cmd_doctor, cmd_explain, cmd_filter, cmd_function,
    cmd_launch, cmd_ledger, cmd_result, cmd_run, cmd_site, cmd_status, cmd_verify;

/* Effect: prints an error as "metaneuron: TEXT", once per job whatever the
 * number of ranks. Returns its code. */
int cli_fail(const struct err *e);

/* Effect: whoever runs the command learns something in one line on standard error. */
void cli_note(void *context, const char *line);

/* The same for a wrong command line: "metaneuron COMMAND: TEXT" and where help
 * is. Returns ERR_USAGE. */
int cli_usage(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Effect: prints the page, or the rest of it, on standard output, and frees it. What cannot be
 * written, main says. A page that could not be built is an error, which is told. Returns code; if
 * that is 0 after such an error, ERR_SOFTWARE. */
int cli_print(struct page *page, int code);

/* Whether this process is the one of the job that speaks: rank 0, as far as can
 * be told before MPI is there. */
bool cli_speaks(void);

/* Whether what is printed may have colours: standard output is a terminal, and
 * $NO_COLOR is not set. Under mpirun it always looks like a terminal, so none. */
bool cli_colour(void);

/* What help says of --ledger. */
#define CLI_LEDGER_HELP                               \
    "the ledger (default: $METANEURON_LEDGER, else\n" \
    "~/.local/share/metaneuron/ledger)"

/* Returns the ledger that $METANEURON_LEDGER names, or NULL. */
const char *cli_ledger_of_site(void);

/* Effect: dir is the ledger's directory: given (may be NULL), that of the site, or the
 * default, in which case *is_default (may be NULL) is set. */
int cli_ledger(const char *given, char dir[static PATH_MAX], bool *is_default, struct err *e);

/* Returns the contract in a file, a spec or a descriptor: its contents tell which. */
struct contract *cli_contract(const char *path, struct err *e);

/* Returns the result in a file, which the caller frees. */
struct result *cli_result(const char *path, struct err *e);

/* Effect: site is --site's value (may be NULL), $METANEURON_SITE, or the host's
 * name. */
char *cli_site(const char *given, char site[static 80]);

/* shared.c. Effect: path is that of a file of what is installed besides the program, as in
 * "jobs/README.md": beside the program, or where it was installed. */
int cli_find_shared(const char *name, char path[static PATH_MAX], struct err *e);

/* Effect: jobs is the directory of the examples: the given one (may be NULL), $METANEURON_JOBS, or
 * the installed one; it holds a file of that name. */
int cli_find_jobs(const char *given, const char *holds, char jobs[static PATH_MAX], struct err *e);

/* trusted.c. Returns the private key in a file, or with NULL the site's, which is made, if it is not
 * there, only with make. NULL: it could not be had. */
struct key *cli_key(const char *given, bool make, struct err *e);

/* The same of a trust policy: that in a file, or with NULL this user's. Returns 0; *policy is NULL
 * if none was given and this user has none. */
int cli_policy(const char *given, struct policy **policy, struct err *e);

/* The same where there must be one: if there is none, ERR_USAGE. */
int cli_need_policy(const char *given, struct policy **policy, struct err *e);

#endif
