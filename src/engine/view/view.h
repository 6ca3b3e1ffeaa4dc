/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A view of a run, from files only: its records, and the status file as long as the
 * run is being worked on. Looking takes no lock and changes nothing.
 *
 * Convention: not collective; no part of a running job is asked.
 */
#ifndef ENGINE_VIEW_H
#define ENGINE_VIEW_H

#include <stdbool.h>

#include "engine/view/agreement.h"
#include "engine/view/declines.h"
#include "engine/view/document.h"
#include "ledger/fold/history.h"
#include "ledger/fold/runs.h"
#include "util/page.h"

enum view_state {
    VIEW_SETTLED = 1,
    VIEW_RUNNING = 2,     /* its lock is held */
    VIEW_INTERRUPTED = 3, /* it is neither settled nor being worked on */
    VIEW_PRUNED = 5,      /* it was abandoned, and its files were removed */
    VIEW_CLOSED = 6,      /* of centres: it was ended without an answer */
    VIEW_FAILED = 4,      /* nor would the same command go on: see the document's why */
    VIEW_STOPPED = 7,     /* somebody was rejected, and is to be looked at before it is settled */
};

enum view_part {
    VIEW_WAITING = 1,
    VIEW_OFFERED = 2,
    VIEW_CLAIMED = 3,
    VIEW_COMPUTING = 4,
    VIEW_ANSWERED = 5,
    VIEW_DECLINED = 6,
    VIEW_LOST = 7,
    VIEW_ACCEPTED = 8,
    VIEW_REJECTED = 9,
};

/* Texts are the run's or the document's. */
struct view_slave {
    enum view_part part;
    uint64_t partition;                /* from 1; 0: has none */
    const char *name;                  /* or "", as long as nobody has named it */
    const char *node;                  /* or "" */
    const char *why;                   /* of a decline, a loss or a decision; or "" */
    const struct run_slave *known;     /* what the ledger says, or NULL */
    const struct status_slave *live;   /* what the status file says, or NULL */
    uint64_t items, units_done, units; /* 0: not known */
    double seconds;                    /* of computing; NaN: not known */
    double silent;                     /* seconds since the last sign; NaN: none is due */
    struct history_earlier earlier; /* of one that was rejected: what was settled before the run */
};

struct view {
    enum view_state state;
    struct run run;
    struct status_document document; /* count 0: there is none, or it is not used */
    struct declines *said;           /* by slaves that declined; or NULL */
    struct agreed agreed;            /* which of the rejected agree, as far as that was kept */
    struct err damage;               /* why it is not used, if there is one */
    size_t count;
    struct view_slave *slaves;
    size_t parts[VIEW_REJECTED + 1]; /* how many slaves there are of each */
    double elapsed;                  /* seconds, from publication to now or to the end */
    double time_left;                /* seconds; NaN: not known */
};

/* Effect: fills *v with that run of the ledger, as of ledger_state(). */
int view_read(struct ledger *l, const char *key, struct view *v, struct err *e);
void view_free(struct view *v);

/* Returns the word for it. */
const char *view_state_name(enum view_state state);
const char *view_part_name(enum view_part part);

/* Returns the command that goes on with the run. */
const char *view_command(const struct view *v);

/* Returns the run's stage: that of the document if it is running, or its state. */
const char *view_stage(const struct view *v);

/* Whether somebody ought to look at this slave. */
bool view_is_trouble(const struct view_slave *s);

/* Returns units per second, or items where units are not counted; NaN: not known. */
double view_rate(const struct view_slave *s);

/* Returns the accepted slave whose score was nearest the threshold, or NULL; *part is its score as a
 * part of that. */
const struct view_slave *view_nearest(const struct view *v, double *part);

/* Returns the slave of that name or partition, or NULL. */
const struct view_slave *view_find(const struct view *v, const char *slave);

/* judgement.c. Appends lines: what a person needs beside the decision on the slave to judge it, the
 * history of slave and node among it. */
int view_judgement(struct ledger *l, const struct view *v, const struct view_slave *s,
                   struct page *text, struct err *e);

/* Effect: the rejected slaves of the view have their earlier history. */
int view_look_back(struct ledger *l, struct view *v, struct err *e);

/* explain.c. Appends lines: what became of the slave, what to do about it, and its
 * history in the ledger. */
int view_explain(struct ledger *l, const struct view *v, const struct view_slave *s,
                 struct page *text, struct err *e);

#endif
