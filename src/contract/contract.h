/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A contract: what is to be computed, over which data or how much work without
 * any, and how results are judged. FORMAT in this directory gives its two forms (a YAML spec, an HDF5
 * file), its canonical text and its id.
 *
 * Convention: the fields are for reading. A contract that one of the functions
 * here returned is complete and consistent: defaults are filled in, and every
 * value is in the range that schema.c gives. Parameters and plausible ranges are
 * in the order of their names. All strings are owned by it.
 */
#ifndef CONTRACT_CONTRACT_H
#define CONTRACT_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "h5/reader.h"
#include "recipe/recipe.h"
#include "util/err.h"
#include "util/flat.h"
#include "util/hash.h"

enum {
    CONTRACT_FORMAT = 2,           /* the newest version of the format; older ones are read, too */
    CONTRACT_FILE_MOST = 64 << 20, /* bytes of a contract's file */
    CONTRACT_BUILTIN = 128,        /* of builtin:NAME@VERSION, with its NUL */
};

/* A parameter of the function. */
struct contract_param {
    char *name;
    enum flat_type type; /* FLAT_INTEGER, FLAT_NUMBER, FLAT_STRING, FLAT_BOOLEAN */
    int64_t integer;     /* of an integer or boolean */
    double number;       /* of a number */
    char *string;        /* of a string, else NULL */
};

/* A range that a feature must be in to be plausible. */
struct contract_range {
    char *feature;
    double lower, upper;
};

/* An earlier contract that this one builds on. */
struct contract_input {
    char *contract;  /* its id */
    char *aggregate; /* digest of its aggregate, sha256:… */
};

struct contract {
    /* /contract */
    int64_t format, rounds, budget;
    int64_t part; /* 0: whole; r: a centre's part of round r of a contract over sites */
    char *title, *description, *author, *created, *nonce, *order, *author_key;
    /* /function */
    char *function, *digest;
    int64_t version;
    struct contract_param *params;
    size_t params_count;
    /* /aggregate */
    char *aggregate;
    char *robust; /* estimate of the features beside it */
    double robust_share;
    /* /filter; threshold and ratio are NaN when not given */
    char *filter, *scale, *few, *cut;
    double threshold, ratio, kappa, target_fpr;
    int64_t k;
    /* /filter/weight; times in seconds */
    char *weight;
    double t_min, t_max, half_life, penalty, lambda;
    /* /resources; 0: nothing asked for. ranks_per_slave is not part of the id */
    int64_t ranks_per_slave, memory;
    double gpus; /* of a slave on each of its nodes: whole, or 1/n of one */
    double time; /* seconds */
    /* /data */
    char *data, *split, *deal, *missing, *commit;
    int64_t slaves, unit_rows;
    char **columns;
    size_t columns_count; /* 0: all */
    struct recipe recipe; /* how columns of the file become those; its expressions are canonical */
    struct recipe_plan *plan; /* of recipe and columns; NULL: columns are read as they are */
    /* /work, instead of /data: units 0 to work_units - 1. A contract over data has
     * work_units == 0; one over work has data "work", and slaves is the number of
     * its ranges, each of range_units units but the last, which may be shorter */
    int64_t work_units, work_range; /* work_range as given: 0 when it was not */
    int64_t range_units;            /* a power of two */
    double work_check, work_tolerance;
    /* /limits */
    int64_t state_length, items_per_slave, slaves_min, retries;
    double count_ratio, share_min, deadline;
    struct contract_range *plausible;
    size_t plausible_count;
    /* /inputs */
    struct contract_input *inputs;
    size_t inputs_count;
    /* /model: the initial model of an iterative contract, or NULL */
    double *model;
    size_t model_length;
    /* whether a spec has left the version of its function open, as none other can */
    bool any_version;
    /* the SHA-256 of the canonical text, in hexadecimal */
    char id[SHA256_HEX + 1];
};

/* Returns the units of range k (from 0) of a contract over work. */
uint64_t contract_range_items(const struct contract *c, uint64_t k);

/* Whether centres compute it, each over data of its own ("split: sites"), and their results are
 * collected. A part of such a contract is computed as any other, and is not over sites. */
bool contract_over_sites(const struct contract *c);

/* Returns the names of the columns that the function sees, and how many there are; NULL and 0: all
 * that the file has. */
const char *const *contract_columns(const struct contract *c, size_t *count);

/* Returns how many columns of the file are read, of a contract that names its columns; else 0. And
 * the name of one, in the order in which they are read. */
size_t contract_reads(const struct contract *c);
const char *contract_read(const struct contract *c, size_t i);

/* Returns the rounds that a run of the contract has at most: those that it allows its function, and
 * before them one that learns what columns are filled in with and standardised by, if any is. A part
 * has one. */
int64_t contract_rounds(const struct contract *c);

/* Returns the round that the contract's function is in, in that round (from 1) of its run: of a
 * part, that of the contract which it is a part of. */
uint64_t contract_round(const struct contract *c, uint64_t round);

/* Effect: *part is what one centre computes in that round of a contract over sites, as a contract
 * of its own: the same function over the same columns, with one slave, one round and no filter.
 * model: of the round, of that many doubles; NULL: the contract's own, or none. Round 0, more than
 * the contract has, and a contract that is not over sites are ERR_INPUT. */
int contract_part(const struct contract *c, uint64_t round, const double *model,
                  size_t model_length, struct contract **part, struct err *e);

/* Returns the contract in a YAML spec. Anything unknown, of a wrong type or out
 * of range is ERR_INPUT with file, line, key, and what was expected. */
struct contract *contract_from_spec(const char *path, struct err *e);

/* Returns the contract in the len bytes of an HDF5 file; name is for errors. */
struct contract *contract_from_bytes(struct reader *r, const char *name, const void *bytes,
                                     size_t len, struct err *e);

/* The same for the file at path; digest (may be NULL) gets its SHA-256. */
struct contract *contract_open(struct reader *r, const char *path, uint8_t *digest, struct err *e);
void contract_destroy(struct contract *c);

/* Effect: writes it as an HDF5 file, atomically. */
int contract_write(const struct contract *c, const char *path, struct err *e);

/* Appends the canonical text, whose SHA-256 is the id. */
int contract_canonical(const struct contract *c, struct buf *b, struct err *e);

/* Effect: the version of the built-in function, its digest, and the id. */
int contract_set_version(struct contract *c, int64_t version, struct err *e);

/* Effect: the nonce is that, and the id is computed anew. */
int contract_set_nonce(struct contract *c, const char *nonce, struct err *e);

/* Effect: replaces the parameters (as when defaults are filled in by who knows
 * the function), and computes the id anew. Copies them. */
int contract_set_params(struct contract *c, const struct contract_param *params, size_t count,
                        struct err *e);

#endif
