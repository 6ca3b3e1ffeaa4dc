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

#include "util/err.h"
#include "util/page.h"

/* The values of all options. */
struct ledger_words {
    const char *ledger, *run;
    bool json;
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

/* ledger_read.c */
ledger_act ledger_show, ledger_balance;

/* ledger_trust.c */
ledger_act ledger_check;

#endif
