/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process may do with a ledger: the scenarios of the laboratory. */
#include "lab.h"

static void begin(struct lab *lab)
{
    ledger_close(lab_open(lab));
}

/* Batches of one and of several records. */
static void append(struct lab *lab)
{
    struct ledger *l = lab_open(lab);

    if (l && lab_append(lab, l, 1) && lab_append(lab, l, 3))
        lab_append(lab, l, 1);
    ledger_close(l);
}

/* A batch of many sectors, and of two pages. */
static void append_long(struct lab *lab)
{
    struct ledger *l = lab_open(lab);

    if (l)
        lab_append(lab, l, 14);
    ledger_close(l);
}

/* Two handles, as of two processes: each reads what the other has written. The second goes on
 * also when the first has failed. */
static void share(struct lab *lab)
{
    struct ledger *one = lab_open(lab), *two = one ? lab_open(lab) : NULL;

    bool first = two && lab_append(lab, one, 1), second = two && lab_append(lab, two, 4);
    if (first && second)
        lab_append(lab, one, 1);
    ledger_close(one);
    ledger_close(two);
}

/* What another has torn, while this one had the ledger open, is found at the next batch. */
static void repair(struct lab *lab)
{
    struct ledger *l = lab_open(lab);

    if (l)
        lab_append(lab, l, 1);
    ledger_close(l);
}

/* Signs, and signs what came later; a snapshot is in between. */
static void sign(struct lab *lab)
{
    struct ledger *l = lab_open(lab);

    if (l && lab_sign(lab, l) && lab_append(lab, l, 1) && lab_snapshot(lab, l))
        lab_sign(lab, l);
    ledger_close(l);
}

/* What is torn lies behind what was signed. */
static void repair_and_sign(struct lab *lab)
{
    struct ledger *l = lab_open(lab);

    if (l)
        lab_sign(lab, l);
    ledger_close(l);
}

static void prepare_some(struct lab *lab)
{
    append(lab);
}

static void prepare_torn_genesis(struct lab *lab)
{
    char log[120];

    begin(lab);
    snprintf(log, sizeof log, "%s/log", lab->dir);
    struct bytes b = log_read(log);
    log_put(log, "", 0);
    lab_tear(lab, b.data, b.len / 2);
    free(b.data);
}

/* Half of a batch of two, of which the first is whole. */
static void prepare_torn(struct lab *lab)
{
    char log[120];

    append(lab);
    snprintf(log, sizeof log, "%s/log", lab->dir);
    struct bytes before = log_read(log);
    struct ledger *l = lab_open(lab);
    lab_append(lab, l, 2);
    ledger_close(l);
    struct bytes after = log_read(log);
    log_put(log, before.data, before.len);
    lab_tear(lab, after.data + before.len, (after.len - before.len) * 3 / 4);
    free(before.data);
    free(after.data);
}

static void prepare_signed(struct lab *lab)
{
    append(lab);
    sign(lab);
}

static void prepare_signed_and_torn(struct lab *lab)
{
    sign(lab);
    prepare_torn(lab);
}

static void prepare_zeros(struct lab *lab)
{
    static const char zeros[300];

    append(lab);
    lab_tear(lab, zeros, sizeof zeros);
}

void scenario_resume(struct lab *lab)
{
    append(lab);
}

const struct scenario scenarios[] = {
    {"begin", NULL, begin},
    {"begin and append", NULL, append},
    {"begin after a torn genesis", prepare_torn_genesis, begin},
    {"append", prepare_some, append},
    {"append a long batch", prepare_some, append_long},
    {"append in turns", prepare_some, share},
    {"repair", prepare_torn, repair},
    {"repair zeros", prepare_zeros, repair},
    {"sign", prepare_some, sign},
    {"sign again", prepare_signed, sign},
    {"repair and sign", prepare_signed_and_torn, repair_and_sign},
};
const size_t scenarios_count = sizeof scenarios / sizeof scenarios[0];
