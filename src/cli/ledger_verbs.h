/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the verbs of `metaneuron ledger` share: one table of options, a bit per verb.
 *
 * Convention: private to cmd_ledger.c, which has the tables, and the ledger_*.c beside it.
 */
#ifndef CLI_LEDGER_VERBS_H
#define CLI_LEDGER_VERBS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/options.h"
#include "report/ledger.h"
#include "util/err.h"
#include "util/page.h"

enum { LEDGER_FILES = 64 }; /* checkpoints that may be given */

/* The values of all options. */
struct ledger_words {
    const char *ledger, *run, *slave;
    const char *site, *group, *key, *name, *reason, *policy, *out, *add, *compare;
    const char *files[LEDGER_FILES]; /* checkpoints that were kept elsewhere */
    size_t files_count;
    uint64_t record;
    bool has_record, submitted, accept_keys, exclusive, json;
    struct report_filter filter; /* but for run and slave */
    const char *by;              /* slave, node or account; NULL: slave */
    int64_t at_us;               /* as it was then; 0: as it is */
    double age;                  /* seconds without a record that make a run abandoned … */
    bool has_age, yes, dry_run;  /* … if they are given */
};

/* A verb as it was called. */
struct ledger_call {
    const struct ledger_words *w;
    char directory[PATH_MAX]; /* the ledger's */
    char **words;             /* behind the verb, without that directory */
    int count;
    struct page *to; /* the answer, which is printed if the verb succeeds */
};

/* Returns 0, or -1 with the code that the command ends with. */
typedef int ledger_act(struct ledger_call *c, struct err *e);

/* ledger_words.c */
options_take ledger_take_types, ledger_take_time, ledger_take_contract, ledger_take_by;

/* ledger_read.c */
ledger_act ledger_show, ledger_balance;

/* ledger_receipt.c */
ledger_act ledger_check_receipt;

/* ledger_history.c */
ledger_act ledger_history;

/* ledger_prune.c */
ledger_act ledger_prune;
options_take ledger_take_days;

/* ledger_trust.c */
ledger_act ledger_init, ledger_check, ledger_checkpoint, ledger_keys;

/* ledger_prove.c */
ledger_act ledger_prove_verb, ledger_cosign, ledger_check_evidence;

#endif
