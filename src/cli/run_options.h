/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options of a run: of metaneuron run, of its dry run, and of launch, which hands most
 * of them on to the run that it starts.
 *
 * Convention: a new one is an entry of the table in run_options.c, and a field here or in
 * the engine's options. What launch only hands on is left for run to check.
 */
#ifndef CLI_RUN_OPTIONS_H
#define CLI_RUN_OPTIONS_H

#include "cli/options.h"
#include "engine/engine.h"
#include "engine/launch/launch.h"

/* How often these may be given. */
enum { RUN_DATA = 16, RUN_SKIP_NODES = 64, RUN_PASS_ENV = 64, RUN_BINDS = 64 };

/* The words of the command line. */
struct run_words {
    struct engine_options o;
    struct launch_options launch; /* o is put into it in the end */
    struct engine_data data[RUN_DATA];
    const char *skip_nodes[RUN_SKIP_NODES];
    const char *pass_env[RUN_PASS_ENV];
    const char *binds[RUN_BINDS];
    uint32_t *skip_slaves; /* as o.skip_slaves */
    const char *ledger, *site;
    int ranks;
    bool dry_run, json, quiet, spin;
    char **handed; /* of launch: the options that run gets; room for all of argv */
    size_t handed_count;
};

extern const struct options run_options, run_options_of_launch;

/* The option --pass-env, as in the table, and those of a sandbox. */
options_take run_take_pass_env;
options_take run_take_on_reject; /* into a bool: stop */
options_take run_take_bind, run_take_sandbox_user, run_take_sandbox_space;

/* Effect: --again holds for the first start of a batch job only: one that was requeued goes on
 * with the run that it has begun, and says so. */
void run_words_resolve_again(struct run_words *w);

/* Effect: frees what the options have filled in, and handed. */
void run_words_free(struct run_words *w);

#endif
