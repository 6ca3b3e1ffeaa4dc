/* SPDX-License-Identifier: MIT */
/*
 * A distributed computing function, as the one table of callbacks that it is.
 *
 * A function's state is a vector of doubles of fixed length, and results are
 * states. Three rules make everything else simple:
 *
 *   1. A state of all zeros is the empty state.
 *   2. state[0] is the number of items that were accumulated: rows, or units.
 *   3. merge(empty, s) gives s; the callbacks keep no memory of their own.
 *
 * A function is over data, whose rows it accumulates, or without data
 * (without_data is 1): then it accumulates units of work, each known by its number
 * alone. A unit's contribution depends on that number and the parameters, never on
 * which units came before it, on which rank, or when.
 *
 * A shared object NAME.so holds one function, in a variable that it exports:
 *
 *   const struct function metaneuron_function = {
 *       .abi = METANEURON_FUNCTION_ABI, .size = sizeof(struct function), …
 *   };
 *
 * A variable, and no function that returns it: so its ABI and size are read before any
 * of its code is called. A contract names the SHA-256 of the file; nothing else that
 * the file needs is hashed, so it had better need libc and libm only.
 *
 * Convention: callbacks that return int return 0, or -1 after writing one
 * sentence into env->error. They neither print nor exit.
 */
#ifndef METANEURON_FUNCTION_H
#define METANEURON_FUNCTION_H

#include <stddef.h>
#include <stdint.h>

#include <metaneuron/block.h>

/* Raised whenever a field of a struct in this header changes meaning. New
 * fields are added at the end of struct function, which size then shows, and of struct
 * function_env, where they are for built-in functions only. */
#define METANEURON_FUNCTION_ABI 1

enum function_param_type {
    FUNCTION_INTEGER = 1, /* int64_t */
    FUNCTION_NUMBER = 2,  /* finite double */
    FUNCTION_STRING = 3,  /* UTF-8 text */
    FUNCTION_BOOLEAN = 4, /* 0 or 1, in integer */
};

struct function;

struct function_value {
    int64_t integer;    /* of FUNCTION_INTEGER and FUNCTION_BOOLEAN */
    double number;      /* of FUNCTION_NUMBER */
    const char *string; /* of FUNCTION_STRING */
};

/* One parameter of a function: the command line, the contract and the
 * documentation are made from it. */
struct function_param {
    const char *name; /* [a-z][a-z0-9_]* */
    enum function_param_type type;
    struct function_value fallback; /* the default, if not required */
    int required;                   /* 1: a contract must give it; 2: it came later than others,
                                     * and a contract that does not give it is built without it,
                                     * so that specs of before keep their id */
    double min, max;                /* range of integers and numbers, both ends allowed;
                                     * -INFINITY or INFINITY where it is open */
    const char *choices;            /* strings: the allowed ones, separated by spaces; or NULL */
    const char *help;               /* one sentence, with the unit */
};

/* What a callback is called with. */
struct function_env {
    size_t columns;                      /* columns of every block */
    const char *const *column_names;     /* columns names */
    const struct function_value *params; /* one for each of the function's params, in order */
    const double *model;                 /* model of this round, or NULL */
    size_t model_length;                 /* doubles in it */
    char error[256];                     /* what a callback says when it fails */
    uint64_t round;                      /* from 1; which pass over the data this is */
    const void *communicator;            /* collective functions: the MPI_Comm of the slave's
                                          * ranks; NULL: this rank is alone */
    int rank, ranks;                     /* this one of them, and how many; 0 and 1 if alone */
    const void *host;                    /* what built-in functions need of this program */

    /* Returns a built-in function by NAME or NAME@VERSION, for those of them that call others; or NULL,
     * after writing why into size bytes of text. NULL where functions cannot be looked up.
     * This field was appended, and METANEURON_FUNCTION_ABI stayed: the struct of a program
     * that is older ends before it, so functions of shared objects leave it alone. */
    const struct function *(*find)(const char *name, char *text, size_t size);
    int version; /* of the function that is called, as one callback may serve several; appended
                  * in the same way, as are the next ones */
    const struct function *self;          /* the table that is called */
    size_t state_length, features_length; /* what its callbacks of that name have said */
};

/* One named array of a finished result. Labels may be NULL. */
struct function_array {
    const char *name;                 /* [a-z][a-z0-9_]* */
    const char *help;                 /* one sentence for people, with the unit */
    size_t rows, columns;             /* a vector has 1 column */
    const char *const *row_labels;    /* rows names, or NULL */
    const char *const *column_labels; /* columns names, or NULL */
    const double *values;             /* rows x columns, row-major */
};

/* Where finish puts its arrays; put() copies what it is given. */
struct function_output {
    int (*put)(struct function_output *out, const struct function_array *array);
};

/* Of a state that is taken apart: its items, and count of its other doubles. */
struct function_part {
    double items;         /* state[0] */
    size_t first, count;  /* from state[1 + first] on */
    const double *values; /* count */
};

/* What rounds a function has. */
enum function_rounds {
    FUNCTION_ONE_ROUND = 0, /* one, without a model; update and start are not called */
    FUNCTION_REPLAYED = 1,  /* a verification computes each model again */
    FUNCTION_RECORDED = 2,  /* it takes the models as they are recorded: update needs what
                             * may not be there, or must not be started */
};

struct function {
    uint32_t abi;        /* METANEURON_FUNCTION_ABI */
    uint32_t size;       /* sizeof(struct function) */
    const char *name;    /* [a-z][a-z0-9_]*, as in the contract */
    const char *version; /* decimal number; a change of any result's bits raises it */
    const char *summary; /* one sentence */
    const struct function_param *params;
    size_t params_count;

    /* Sets *length to the doubles in a state, 1 to 2^30; the place to refuse
     * parameters that do not fit the columns. */
    int (*length)(struct function_env *env, size_t *length);

    /* Adds a block of rows into the state, and their number to state[0]. A state
     * is lost when this fails. Without data, the block is one unit: rows 1,
     * columns 0, data NULL, first the unit's number; state[0] counts units. */
    int (*accumulate)(struct function_env *env, double *state, const struct block *block);

    /* Adds a state into another; associative and commutative up to rounding.
     * Neither is empty. Without BLAS, LAPACK, or libm beyond sqrt, so that all
     * processors give the same bits. NULL: the plain sum. */
    int (*merge)(struct function_env *env, double *into, const double *from);

    /* Puts named arrays for people. */
    int (*finish)(struct function_env *env, const double *state, struct function_output *out);

    /* Sets *length to the number of features, 1 to 2^30. */
    int (*features_length)(struct function_env *env, size_t *length);

    /* What the filter compares: value must not depend on how many rows the
     * slave had (a mean, never a sum); error is its standard error, 0 where
     * it is not known, INFINITY where the value says nothing (too few rows, or a
     * column that is constant in them), NaN values where the result is unusable, which
     * rejects it whatever the contract says. Both have features_length doubles. */
    int (*features)(struct function_env *env, const double *state, double *value, double *error);

    /* Writes the name of feature i, such as "mean(x)", into size bytes. */
    void (*feature_name)(const struct function_env *env, size_t i, char *text, size_t size);

    /* Iterative functions: turns the model of this round, which env->model is too,
     * into the next one, by the merged state of all that was accepted; and says
     * whether it has converged. NULL: one round, without a model. After the last
     * update, finish sees the final model, and the state that led to it. */
    int (*update)(struct function_env *env, double *model, const double *state, int *converged);

    /* 1: without data, it accumulates units of work; contracts over work name such
     * a function, and no others do. 0: over data. */
    int without_data;

    /* Iterative functions, and only they: sets *length to the doubles of a model, 1 to
     * 2^31. */
    int (*model_length)(struct function_env *env, size_t *length);

    /* Writes the model of round 1, where the contract gives none. NULL: zeros. */
    int (*start)(struct function_env *env, double *model);

    /* 1: all ranks of a slave call accumulate together for each unit, with the same
     * block, and may talk over env->communicator; the state of rank 0 is the unit's, the
     * others' are dropped. A failure of any rank is one of all, so none may return early
     * while others wait for it. Bits may then depend on the number of ranks per slave.
     * 0: each unit is computed by one rank. */
    int collective;

    /* 1: accumulate gets each unit as one block, for functions whose every call costs
     * much; a unit has as many rows as the contract's unit_rows says. 0: in blocks of
     * 256 KiB, or one row. */
    int whole_units;

    /* Looks whether this node has what accumulate needs, before the slave claims: one that
     * has not declines, and another may serve its partition. NULL: nothing is needed. */
    int (*ready)(struct function_env *env);

    /* Iterative functions: what they are with these parameters. NULL: FUNCTION_REPLAYED. */
    enum function_rounds (*rounds)(const struct function_value *params);

    /* Functions over data: sets is_count[i] to 1 for each double i of a state of this round
     * that counts rows: those with something in common, as a class, a bin, or a value in some
     * column. All are 0 before, but that of state[0], which counts all rows. Who is to hand
     * a state on may ask whether it tells of a few. -1: that cannot be said with these
     * parameters. NULL: the function does not declare it. */
    int (*counts)(struct function_env *env, unsigned char *is_count);

    /* Functions whose states can be taken apart, as no double behind state[0] has to do with
     * another: merge is the plain sum, there are as many features as there are others, and feature
     * i is state[1 + i] / state[0], whose error is not known. Puts what finish puts, as if there was
     * but that part: an array with a row for each double has those of the part, others are
     * as they are. part NULL: says only whether it is so with these parameters. -1: it is
     * not. NULL: the function does not declare it. */
    int (*finish_part)(struct function_env *env, const struct function_part *part,
                       struct function_output *out);
};

/* The fewest bytes that a table may have: those of before it had counts. What a table is too
 * short for is as if it was NULL, and must not be read otherwise than by this. */
#define METANEURON_FUNCTION_LEAST offsetof(struct function, counts)
#define METANEURON_FUNCTION_HAS(f, field) \
    ((f)->size >= offsetof(struct function, field) + sizeof((f)->field))
#define METANEURON_FUNCTION_COUNTS(f) (METANEURON_FUNCTION_HAS(f, counts) ? (f)->counts : NULL)
#define METANEURON_FUNCTION_FINISH_PART(f) \
    (METANEURON_FUNCTION_HAS(f, finish_part) ? (f)->finish_part : NULL)

/* What a shared object exports. Built-in functions have names of their own. */
extern const struct function metaneuron_function;

#endif
