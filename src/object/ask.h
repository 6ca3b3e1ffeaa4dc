/* SPDX-License-Identifier: MIT */
/*
 * What a process and the one that calls a shared object for it say to each other.
 *
 * Each call is a line on descriptor 3, "NUMBER WHAT", with a file OBJECT_ASK, and its answer a
 * line on descriptor 4, "NUMBER yes", with a file OBJECT_ANSWER; or "NUMBER no", with a file
 * that has the reason as a text. Files are as in util/wire.h. Whoever is asked keeps the last
 * environment that it was told, and nothing else.
 */
#ifndef OBJECT_ASK_H
#define OBJECT_ASK_H

#define OBJECT_PROGRAM "metaneuron-object"
#define OBJECT_FILE    "function.so"
#define OBJECT_ASK     "ask"
#define OBJECT_ANSWER  "answer"

/* WHAT, with what is told > and what is answered <. n, f and m are the doubles of a state, of
 * features and of a model. */
enum object_ask {
    OBJECT_TABLE = 1,           /* < the table */
    OBJECT_ENVIRONMENT = 2,     /* > columns, their names, parameters, round, model */
    OBJECT_LENGTH = 3,          /* < n */
    OBJECT_ACCUMULATE = 4,      /* > n, state, rows, columns, first, whether there is data, data;
                                  * < state */
    OBJECT_MERGE = 5,           /* > n, into, from; < into */
    OBJECT_FINISH = 6,          /* > state; < arrays */
    OBJECT_FEATURES_LENGTH = 7, /* < f */
    OBJECT_FEATURES = 8,        /* > state, f; < values, errors */
    OBJECT_FEATURE_NAME = 9,    /* > i, bytes; < a text */
    OBJECT_UPDATE = 10,         /* > m, model, state; < model, whether it has converged */
    OBJECT_MODEL_LENGTH = 11,   /* < m */
    OBJECT_START = 12,          /* > m; < model */
    OBJECT_READY = 13,          /* */
    OBJECT_COUNTS = 14,         /* > n; < n numbers, 1 of what counts rows */
};

/* What a table has besides texts and parameters, as bits. */
enum object_has {
    OBJECT_HAS_MERGE = 1,
    OBJECT_HAS_UPDATE = 2,
    OBJECT_HAS_MODEL_LENGTH = 4,
    OBJECT_HAS_START = 8,
    OBJECT_HAS_READY = 16,
    OBJECT_HAS_ROUNDS = 32,
    OBJECT_IS_WITHOUT_DATA = 64,
    OBJECT_IS_COLLECTIVE = 128,
    OBJECT_IS_WHOLE_UNITS = 256,
    OBJECT_LACKS = 512, /* a callback that none may lack */
    OBJECT_HAS_COUNTS = 1024,
};

#endif
