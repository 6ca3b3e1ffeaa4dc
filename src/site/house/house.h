/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A house: the private directory of a centre, in which all is that it must not lose.
 *
 * It has the centre's name, its keys, its policy, its federation ledger, a ledger of its own
 * runs, and what it has fetched. FORMAT of this layer has its files. What others see of it, the
 * centre's part of the exchange, is a publication that can be made again from it at any time.
 *
 * Convention: a handle belongs to one process, which holds the house's lock while it is open for
 * changing: so two commands of one centre at once come one after the other. A computation holds
 * none.
 */
#ifndef SITE_HOUSE_HOUSE_H
#define SITE_HOUSE_HOUSE_H

#include <limits.h>
#include <stdbool.h>

#include "ledger/ledger.h"
#include "ledger/proof/note.h"
#include "util/age.h"
#include "util/key.h"

enum {
    HOUSE_NAME = 32,    /* bytes of a centre's name, with its NUL: [a-z][a-z0-9-]{0,30} */
    HOUSE_CLUSTER = 65, /* bytes of a cluster's name, with its NUL */
};

/* What a new house is to be. */
struct house_plan {
    const char *name, *exchange;
    const char *cluster; /* of Slurm, on which its jobs run; NULL: none */
};

struct house {
    char directory[PATH_MAX]; /* absolute */
    char name[HOUSE_NAME];
    char exchange[PATH_MAX];     /* absolute */
    char cluster[HOUSE_CLUSTER]; /* "": none */
    struct ledger *ledger;       /* of the federation: for appending, if it is open for changing */
    char origin[NOTE_NAME];      /* its identity */
    bool exclusive;              /* its user has promised that no other node writes here */
    int lock;                    /* held; -1: open for reading only */
};

/* Whether a text is the name of a centre. */
bool house_is_name(const char *name);

/* Effect: directory is that of the house: the given one, else $METANEURON_SITE_DIR, else site in
 * the user's data directory. */
int house_find(const char *given, char directory[static PATH_MAX], struct err *e);

/* Effect: makes a house with its keys (mode 0600), its first identity and its ledgers, or goes on
 * with one that an interruption has left unfinished. One that is there: ERR_OPEN. The exchange is
 * made if its parent is there. */
int house_make(const char *directory, const struct house_plan *plan, bool exclusive, struct err *e);

/* Effect: opens it; for changing it waits for the lock, a minute at most (ERR_INCOMPLETE). None
 * there: ERR_OPEN, which names the verb that makes one. */
int house_open(struct house *h, const char *directory, bool change, bool exclusive, struct err *e);
void house_close(struct house *h);

/* Effect: path is that of a file in the house. */
int house_path(const struct house *h, const char *name, char path[static PATH_MAX], struct err *e);

/* The same of a file in the directory of a run, which is made. */
int house_run_path(const struct house *h, const char *run, const char *name,
                   char path[static PATH_MAX], struct err *e);

/* Returns the key with which the centre signs now, or NULL; the caller closes it. */
struct key *house_key(const struct house *h, struct err *e);

/* Effect: path is that of its file. */
int house_key_path(const struct house *h, char path[static PATH_MAX], struct err *e);

/* Whether there is the key after the present one (next), as a rotation makes it first, or that before
 * it; public is that key's. */
bool house_other_key(const struct house *h, bool next, uint8_t public[static KEY_PUBLIC_LEN]);

/* Effect: i is the identity to which results are sealed. */
int house_seal_key(const struct house *h, struct age_identity *i, struct err *e);

#endif
