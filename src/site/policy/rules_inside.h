/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A policy as it was read, and what a rule is.
 *
 * Convention: private to this room.
 */
#ifndef SITE_POLICY_RULES_INSIDE_H
#define SITE_POLICY_RULES_INSIDE_H

#include "site/policy/rules.h"

/* A number that the policy does not say: what needs it is denied. */
#define RULES_UNSAID UINT64_MAX

/* What a parameter of a function may be. */
struct rules_param {
    char *name;
    bool range; /* low to high, both ends allowed; else one of the values */
    double low, high;
    char **values;
    size_t count;
};

/* An entry of functions. */
struct rules_function {
    char *code;
    struct rules_param *params;
    size_t count, capacity;
    uint64_t start, release; /* 1: auto */
};

/* An entry of data. */
struct rules_data {
    char *name;
    char **authors, **columns;
    size_t authors_count, columns_count;
    bool all_columns;
    uint64_t expressions; /* 1: allowed */
    uint64_t rows_min, rows_of_parameters, result_max, rounds_max, sites_min, cells_min;
    uint64_t distinct;
    double days;       /* 0: not said */
    uint64_t disclose; /* enum disclose */
};

struct rules {
    uint64_t version;
    int64_t expires; /* seconds: the first that it does not hold */
    char *cluster;   /* NULL: not said; "none": on none */
    char *keys;      /* a file of the house */
    uint64_t quorum;
    char **authors;
    size_t authors_count;
    struct rules_function *functions;
    size_t functions_count, functions_capacity;
    struct rules_data *data;
    size_t data_count, data_capacity;
    uint64_t nodes, cores, memory, running;
    double time;      /* 0: not said */
    uint64_t sandbox; /* 1: optional */
};

/* What a question is looked at by. */
struct rules_look {
    const struct rules *r;
    const struct question *q;
    enum rules_stage stage;
    const struct rules_data *data;         /* the place of the contract's data, or NULL */
    const struct rules_function *function; /* the place of its function: one that fits, else one of
                                            * its code, else one of its name; or NULL */
    bool is_code, fits;                    /* it is of its code; its parameters fit, too */
    const struct rules_function *starter;  /* one that fits and says start: auto; or NULL */
    const struct rules_function *releaser; /* the same of release */
    char param[64 + 1];                    /* the first parameter that does not fit function */
    char why[RULES_TEXT];                  /* and why */
};

/* Fills in the finding, which is allowed so far and has its rule's name. Returns false if there is
 * nothing to look at. */
typedef bool rules_look_at(const struct rules_look *l, struct rules_finding *f);

struct rule {
    const char *name; /* * for what is looked at */
    enum rules_stage since;
    bool of_data;
    rules_look_at *look;
};

/* Each in the order of the checks; ends with a name of NULL. */
extern const struct rule rules_of_claim[], rules_of_data[], rules_of_job[], rules_of_result[];

/* rules_function.c. Effect: l->function and what is about it. */
void rules_find_function(struct rules_look *l);

/* finding.c. Effect: the finding has that text. Each returns true. */
bool finding_allow(struct rules_finding *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, and it denies. change: what would change it. */
bool finding_deny(struct rules_finding *f, const char *change, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Effect: it denies, as the policy does not say this number. */
bool finding_unsaid(struct rules_finding *f, const char *what);

/* Effect: text holds a list of names, cut to fit: "a, b and 3 more"; "nothing" of none. */
const char *finding_list(char *text, size_t size, char *const *names, size_t count);

/* Whether a name is one of a list. */
bool finding_has(char *const *names, size_t count, const char *name);

/* Effect: it is whether that centre may ask, by a list of those that may. Returns true. */
bool finding_author(struct rules_finding *f, char *const *authors, size_t count,
                    const char *author);

#endif
