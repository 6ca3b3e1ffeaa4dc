/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options of a command: one table says what they are called, what help says of them,
 * and where their values go.
 *
 * Convention: a command's words are a struct of its own, and each option fills in a field of
 * it. Commands may share a table, and take a part of it each.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <getopt.h>
#include <stddef.h>

#include "util/page.h"

struct options;
struct options_entry;

/* An option as it was given. */
struct options_given {
    const struct options *o;
    const struct options_entry *x;
    char *value; /* NULL where it has none */
    void *words; /* of the command */
    void *field; /* of these, where the value goes */
};

/* Puts an option's value into the words. Returns 0, or the exit code of a wrong one, after
 * saying what is wrong. */
typedef int options_take(const struct options_given *g);

/* An option. */
struct options_entry {
    const char *name;     /* as in --NAME */
    const char *argument; /* what help calls its value; NULL: it has none */
    const char *help;     /* lines; NULL: it stands in the usage only */
    options_take *take;
    size_t at;      /* offset of its field in the words */
    unsigned of;    /* bits of the commands that take it, where they share a table */
    unsigned place; /* for them to use */
    char letter;    /* its short name, or 0 */
};

enum { OPTIONS_MOST = 48 }; /* in a table */

/* What a command takes. */
struct options {
    const char *command;
    const char *usage;                /* its help, as far as the list of options */
    const struct options_entry *list; /* ends with an empty one */
    unsigned of;                      /* the entries that have one of these bits; 0: all */
    unsigned unlisted;                /* of these, those with one of these bits are not listed */
    int width;                        /* of the options in the list, at least */
    void (*add)(struct page *help);   /* adds what stands behind the list; or NULL */
    const char *end;                  /* what stands behind that */
    /* Sees every option first. Returns -1 to have it taken, else what take() does. NULL: none */
    options_take *see;
};

/* Effect: takes all options of a command line, and leaves optind at the first other word.
 * Returns -1, or the exit code that the command ends with: a wrong option has been told
 * of, or help was asked for, and given. */
int options_read(const struct options *o, int argc, char **argv, void *words);

/* The field is a bool: it becomes true. */
options_take options_flag;

/* The field is a const char *: the value, which stays argv's. */
options_take options_text;

/* In an entry: the field of the file's own struct words. */
#define WORD(field) .at = offsetof(struct words, field)

/* Effect: says that the value is not as expected, as "--NAME VALUE: TEXT". Returns ERR_USAGE. */
int options_wrong(const struct options_given *g, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
