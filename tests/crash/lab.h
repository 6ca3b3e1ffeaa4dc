/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The laboratory: a ledger on a watched disk, what somebody was told of it, and whether that still
 * holds in a state that a crash may leave.
 *
 * A scenario is what one process does. A new one is a function and a line in scenario.c; new rules
 * for what must be there, of other files of a ledger, stand in state.c.
 */
#ifndef TESTS_CRASH_LAB_H
#define TESTS_CRASH_LAB_H

#include "../unit/ledger_fixture.h"
#include "states.h"
#include "watch.h"

enum { LAB_SUMS = 200, LAB_SAID = 40, LAB_TORN = 600 };

/* What somebody was told: so many records are there, and so many of them are signed. */
struct said {
    size_t records, signed_records;
};

struct lab {
    struct place place;
    char root[80], dir[90];                      /* of the disk, and of the ledger on it */
    struct disk *disk;                           /* NULL while the scenario is prepared */
    char acknowledged[LAB_SUMS][SHA256_HEX + 1]; /* sums of records that are there, we were told */
    char tried[LAB_SUMS][SHA256_HEX + 1];        /* and of all that may be */
    size_t acknowledged_count, tried_count;
    struct said said[LAB_SAID]; /* the first: nothing */
    size_t said_count;
    struct key *key; /* of the site */
    uint8_t public[KEY_PUBLIC_LEN];
    bool signs;          /* the scenario does */
    char torn[LAB_TORN]; /* bytes that must not be lost, as they are to be moved to torn/ */
    size_t torn_len;
    struct err e;  /* why the scenario ended */
    bool dies;     /* the process does, and sees nothing of what fails then */
    size_t states; /* that were looked at … */
    size_t every;  /* … of so many one; 0 is 1 */
    size_t met;    /* all that there were */
};

struct scenario {
    const char *name;
    void (*prepare)(struct lab *lab); /* what is there before; NULL: nothing */
    void (*run)(struct lab *lab);     /* ends when something fails */
};

extern const struct scenario scenarios[];
extern const size_t scenarios_count;

/* What another process does after one has died. */
void scenario_resume(struct lab *lab);

/* The calls of a scenario in which nothing fails. */
struct calls {
    long count;
    enum watch_call made[400];
};
struct calls scenario_calls(const struct scenario *s);

/* Nothing happens. */
extern const struct watch_plan lab_honest;

/* Returns a laboratory in which a scenario is prepared; the clock and what is drawn are the same
 * each time. */
struct lab *lab_create(const struct scenario *s);
void lab_destroy(struct lab *lab);

/* Effect: runs it, watched, and goes on with the disk's list. Returns the number of calls. */
long lab_watch(struct lab *lab, void (*run)(struct lab *lab), const struct watch_plan *plan);

/* These do what the ledger's functions do, and note what was acknowledged. NULL, or false: it
 * failed, lab->e says why; a handle that could not write or sync its log refuses to go on. */
struct ledger *lab_open(struct lab *lab);
bool lab_append(struct lab *lab, struct ledger *l, size_t count);
bool lab_sign(struct lab *lab, struct ledger *l);

/* Effect: the ledger's snapshot is of all its records, however few. */
bool lab_snapshot(struct lab *lab, struct ledger *l);

/* Effect: what a user has seen of ledgers stands below that directory; whether a path is of that,
 * of which no failure is told. */
void lab_home(const char *root);
bool lab_is_home(const char *path);

/* Returns what genesis of the ledger says. */
struct ledger_genesis lab_genesis(const struct lab *lab);

/* Effect: the ledger's log holds these bytes behind its end. */
void lab_tear(struct lab *lab, const char *bytes, size_t len);

/* state.c. Looks at a state: 0, or -1 and e says what is wrong with it. */
int lab_check(struct lab *lab, const struct disk *d, const struct disk_image *i, size_t said,
              struct err *e);

/* Sums of the whole lines of a log; returns their number. */
size_t lab_sums(const char *log, char sums[][SHA256_HEX + 1], size_t room);

/* The clock, in place of the system's: what it says next, in microseconds; each time it is asked
 * it goes on by some. */
extern int64_t lab_now;

#endif
