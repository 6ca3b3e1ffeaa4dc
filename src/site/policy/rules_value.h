/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys of a policy, and their values.
 *
 * Convention: private to this room. What is wrong is ERR_INPUT with file, line and key.
 */
#ifndef SITE_POLICY_RULES_VALUE_H
#define SITE_POLICY_RULES_VALUE_H

#include "contract/events.h"
#include "site/policy/rules_inside.h"

enum rules_kind {
    RULES_COUNT = 1,    /* uint64_t from min to max */
    RULES_BYTES = 2,    /* uint64_t, with a unit */
    RULES_TIME = 3,     /* double: seconds, with a unit */
    RULES_DAYS = 4,     /* double: seconds, given in days without a unit */
    RULES_WORD = 5,     /* uint64_t: which of the words, from min on */
    RULES_DAY = 6,      /* int64_t: the end of a day, in seconds */
    RULES_FILE = 7,     /* char *: name of a file in the house */
    RULES_CLUSTER = 8,  /* char *: name of a cluster, or none */
    RULES_CODE = 9,     /* char *: builtin:NAME@VERSION, or digests as a contract has them */
    RULES_SITES = 10,   /* char ** and size_t: names of centres */
    RULES_COLUMNS = 11, /* char ** and size_t, then bool: or the word all */
    RULES_BELOW = 12,   /* a map of the keys in below */
    RULES_OTHER = 13,   /* what read reads */
};

/* A key of a map. */
struct rules_key {
    const char *name;
    enum rules_kind kind;
    size_t at, count_at; /* in what the map becomes; of a list its number; of columns, all is at
                          * all_at */
    uint64_t min, max;
    const char *words; /* with spaces between */
    const struct rules_key *below;
    int (*read)(struct events *in, void *object, const char *key);
    bool required;
    size_t all_at;
};

/* Effect: object has the value of a key at which the events stand; path is its dotted path. */
int rules_value(struct events *in, const struct rules_key *key, void *object, const char *path);

#endif
