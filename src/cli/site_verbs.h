/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the verbs of `metaneuron site` share: one table of options, a bit per verb, and a centre
 * that is opened.
 *
 * Convention: private to cmd_site.c, which has the tables, and the site_*.c beside it.
 */
#ifndef CLI_SITE_VERBS_H
#define CLI_SITE_VERBS_H

#include "cli/options.h"
#include "report/site.h"
#include "site/site.h"

enum { SITE_CENTRES = 256 }; /* that may be named */

/* The values of all options. */
struct site_words {
    const char *dir, *exchange, *cluster, *fingerprint, *signature, *out, *code, *jobs;
    const char *identity, *policy;
    const char *sites[SITE_CENTRES];
    size_t sites_count;
    const char *auditors[AGE_RECIPIENTS];
    size_t auditors_count;
    uint64_t min, centres;
    double claims, deadline; /* seconds; 0: not given */
    enum disclose disclose;
    enum rules_stage stage;
    struct host_sandbox sandbox;
    bool local, yes, again, exclusive, json, stop_rejected;
};

/* A verb as it was called. */
struct site_call {
    const struct site_words *w;
    char directory[PATH_MAX]; /* of the house */
    struct report_how how;    /* what is typed next */
    char **words;             /* behind the verb */
    int count;
    struct engine_options base; /* of all that is computed */
    struct reader *reader;      /* these two are there once the centre was opened */
    struct runner *runner;
    struct page *to; /* the answer, which is printed if the verb succeeds */
    int code;        /* with which the command ends then */
};

/* Returns 0, or -1 with the code that the command ends with. */
typedef int site_act(struct site_call *c, struct err *e);

/* site_call.c. Returns the verb's word behind it of that number, or NULL: it was left out. */
const char *verb_word(const struct site_call *c, int number);

/* Effect: the centre is open; the caller closes it with site_close(), also after a failure. */
enum verb_use { VERB_LOOKS = 1, VERB_CHANGES = 2, VERB_COMPUTES = 3 };
int verb_open(struct site_call *c, struct site *s, enum verb_use use, struct err *e);

/* Effect: ends what was started for it. */
void verb_end(struct site_call *c);

/* Effect: key is that of the run that the verb's first word names. */
int verb_run(const struct site_call *c, const struct site *s, char key[static RUN_HEX + 1],
             struct err *e);

/* Effect: *list has what comes next of each run with which this centre has something to do; the
 * caller frees it. */
int verb_items(struct site *s, struct site_item **list, size_t *count, struct err *e);

/* A verb of two words. */
struct verb_second {
    const char *name;
    site_act *act;
    int least, most; /* words behind it */
};

/* Effect: calls the one that the first word names, without that word; the first of the table if
 * there is none. The table ends with an empty one. */
int verb_second(struct site_call *c, const char *verb, const struct verb_second *table,
                struct err *e);

/* Effect: the answer is that this was done to a run, or to what the name says. */
void verb_done(struct site_call *c, const char *what, const char *name);

/* Whether somebody sits there who can be asked; and whether they say yes. */
bool verb_can_ask(const struct site_call *c);
bool verb_ask(struct site_call *c, const char *question);

/* site_words.c */
options_take site_take_sites, site_take_min, site_take_span, site_take_disclose, site_take_auditor,
    site_take_stage, site_take_centres;

/* site_centre.c */
site_act verb_overview, verb_init, verb_id, verb_key;

/* site_doctor.c */
site_act verb_doctor;

/* site_peer.c */
site_act verb_peer, verb_data, verb_sync;

/* site_policy.c */
site_act verb_policy;

/* site_collect.c */
site_act verb_publish, verb_collect, verb_close;

/* site_answer.c */
site_act verb_inbox, verb_show, verb_approve, verb_refuse, verb_claim, verb_withdraw;

/* site_compute.c */
site_act verb_compute, verb_step;

/* Effect: computes a part in this process, as run does. */
int verb_compute_here(const struct site_call *c, const struct site_part *p, const char *site,
                      struct err *e);

/* site_submit.c */
site_act verb_review, verb_submit;

/* site_audit.c */
site_act verb_audit, verb_check_evidence;

/* site_demo.c */
site_act verb_demo;

#endif
