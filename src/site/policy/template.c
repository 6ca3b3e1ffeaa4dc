/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policy of a new centre, which denies everything and says what may stand in it. */
#include <time.h>

#include "site/policy/rules_inside.h"

static const char head[] =
    "# What this centre lets others compute over its data, and what may leave. What is not said "
    "here\n"
    "# is denied: as it stands, all is. After each change: metaneuron site policy check, then\n"
    "# metaneuron site policy accept; until then everything is denied. metaneuron site policy try "
    "RUN\n"
    "# tells what it says of a run. A rule is called as its key, with dots: data.wdbc.rows-min.\n"
    "policy: 1\n";

static const char tail[] =
    "\n"
    "# Who approves what the policy does not let start by itself: keys is a file beside this one, "
    "in\n"
    "# the form of ssh-keygen's allowed signers; quorum is how many of them have to sign. 0: "
    "whoever\n"
    "# gives the command.\n"
    "approvers: {keys: approvers, quorum: 1}\n"
    "\n"
    "# The centres whose runs are looked at: this one itself, too, if it is to compute its own.\n"
    "authors: []\n"
    "\n"
    "# The functions that may compute, an entry each:\n"
    "#   code     builtin:NAME@VERSION, or sha256: and the digest of its file\n"
    "#   params   what a parameter may be: a list of values, or {min: A, max: B}; one that is not\n"
    "#            named has to be what the function takes where none is given\n"
    "#   start    ask (a person approves each run) or auto\n"
    "#   release  ask (a person looks at the numbers before they leave) or auto\n"
    "# functions:\n"
    "#   - {code: builtin:moments@1, params: {order: [1, 2]}, start: ask, release: ask}\n"
    "functions: []\n"
    "\n"
    "# The data that may be asked about, by its name (metaneuron site data add):\n"
    "#   authors             centres that may, of those above\n"
    "#   columns             a list of names, or all\n"
    "#   expressions         deny or allow: conditions and columns that the contract derives, by\n"
    "#                       which a single row can be told from all others\n"
    "#   rows-min            rows that are needed, or that a condition leaves out, or by which the "
    "data\n"
    "#                       differs from what it was; 3 at least, whatever stands here\n"
    "#   rows-of-parameters  rows for each number that comes out\n"
    "#   result-max          numbers that come out, at most\n"
    "#   rounds-max          rounds of a run, at most\n"
    "#   sites-min           results that a run needs, at least\n"
    "#   cells-min           the smallest count in a result, besides 0; 0: counts are not looked "
    "at\n"
    "#   queries             distinct questions of one author in so many days\n"
    "#   disclose            what is published: aggregate, features or states of each centre\n"
    "# data:\n"
    "#   wdbc:\n"
    "#     {authors: [beta], columns: all, rows-min: 10, rows-of-parameters: 10, result-max: 256,\n"
    "#      rounds-max: 1, sites-min: 2, cells-min: 10, queries: {distinct: 7, days: 30},\n"
    "#      disclose: aggregate}\n"
    "data: {}\n"
    "\n"
    "# What a job may have, and how many computations may be under way at once.\n"
    "limits: {nodes: 1, cores: 4, memory: 4 GiB, time: 30 min, running: 1}\n"
    "\n"
    "# Whether programs and functions of others need one: required or optional.\n"
    "sandbox: required\n";

void rules_template(struct buf *b, const char *cluster, int64_t expires)
{
    time_t seconds = (time_t)expires;
    struct tm day = {0};

    gmtime_r(&seconds, &day);
    buf_adds(b, head);
    buf_addf(b, "\n# The last day on which it holds (UTC).\nexpires: %04d-%02d-%02d\n",
             day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
    buf_addf(b,
             "\n# Where jobs run, and nowhere else: a cluster of Slurm, or none.\ncluster: "
             "%s\n",
             cluster[0] ? cluster : "none");
    buf_adds(b, tail);
}
