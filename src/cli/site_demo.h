/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The demonstration of a federation: centres of one machine, in a directory of its own.
 *
 * Convention: private to site_demo.c, which has the story, and the site_demo_*.c beside it.
 */
#ifndef CLI_SITE_DEMO_H
#define CLI_SITE_DEMO_H

#include "cli/site_verbs.h"

/* At most; those of which each is told of; the one where a person is asked. */
enum { DEMO_CENTRES = 8, DEMO_FEW = 4, DEMO_ASKS = 1 };

/* What takes time. */
enum demo_part {
    DEMO_SETUP,
    DEMO_CLAIMS,
    DEMO_COMPUTING,
    DEMO_COLLECTING,
    DEMO_CHECKING,
    DEMO_PARTS
};

struct demo {
    struct site_call *c;
    char directory[PATH_MAX], exchange[PATH_MAX], jobs[PATH_MAX], contract[PATH_MAX];
    char result[PATH_MAX]; /* as the last centre has fetched it */
    size_t count;
    bool again;      /* a demo was here before */
    struct page *to; /* the story; with --json it is thrown away */
    char run[RUN_HEX + 1];
    char denied[RULES_NAME]; /* the rule that denied */
    size_t problems;         /* of the verification */
    double seconds[DEMO_PARTS], since;
};

/* Returns the name of a centre. */
const char *demo_name(size_t i);

/* site_demo_place.c. Effect: the demo's directory is there, with a contract; one that no demo has
 * made is ERR_USAGE. */
int demo_begin(struct demo *d, struct err *e);

/* Effect: from here on, all is of that centre: its house, and its own user's directories. */
int demo_enter(struct demo *d, size_t i, struct err *e);

/* The same, and it is open; the caller closes it, also after a failure. */
int demo_open(struct demo *d, size_t i, struct site *s, enum verb_use use, struct err *e);

/* Effect: the centre has a file with rows of its own; rows is how many. */
int demo_data(struct demo *d, size_t i, char path[static PATH_MAX], size_t *rows, struct err *e);

/* Effect: its policy is that of the examples, without the author if it forgets. */
int demo_policy(struct demo *d, size_t i, bool forgets, struct err *e);

/* Effect: another step of the story, a line with its topic; it is printed at once. */
void demo_tell(struct demo *d, const char *topic, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Effect: the time since the last call was that part's. */
void demo_took(struct demo *d, enum demo_part part);

/* site_demo_centres.c. Effect: all centres are there, know each other, have data and a policy. */
int demo_centres(struct demo *d, struct err *e);

/* site_demo_run.c. Effect: the run is published, claimed, computed, submitted and settled. */
int demo_run(struct demo *d, struct err *e);

/* Effect: what was published is verified by another centre; and what each has of the others. */
int demo_check(struct demo *d, struct err *e);

#endif
