/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that a contract may give to PETSc. */

/*
 * A contract may come from elsewhere, so its options can choose how a system is solved,
 * and nothing else. Their form is fixed, their values are plain words, and what would
 * print, draw, read, write or run something has a name that is refused; beyond that PETSc
 * is kept silent (petsc.c).
 */
#include "function/pde/poisson_private.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "function/common/tell.h"

#define SMALL  "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* Parts of names and values of what does more than to solve. */
static const char *const refused[] = {
    "ascii", "binary", "check",   "compute", "debug", "draw",  "dump",    "file", "info",   "load",
    "log",   "matlab", "monitor", "output",  "plot",  "print", "python",  "rate", "reason", "save",
    "shell", "socket", "spy",     "stack",   "test",  "trace", "verbose", "view", "write",
};

static bool is_refused(const char *word)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (strcasestr(word, refused[i]))
            return true;
    return false;
}

/* Skips prefix, where the name begins with it. */
static const char *skip(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(name, prefix, length) == 0 ? name + length : name;
}

/* -[mg_levels_[NUMBER_] | mg_coarse_][sub_](ksp|pc)_NAME */
static bool is_name(const char *name)
{
    const char *word = skip(name, "-"), *after = skip(word, "mg_levels_");

    if (word == name)
        return false;
    if (after != word) {
        size_t digits = strspn(after, DIGITS);
        word = digits > 0 && after[digits] == '_' ? after + digits + 1 : after;
    } else {
        word = skip(word, "mg_coarse_");
    }
    word = skip(word, "sub_");
    after = skip(word, "ksp_");
    after = after != word ? after : skip(word, "pc_");
    return after != word && *after && after[strspn(after, SMALL DIGITS "_")] == '\0' &&
           !is_refused(after);
}

static bool is_value(const char *value)
{
    return value[strspn(value, SMALL "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "_+-.,")] == '\0' &&
           !is_refused(value);
}

/* Effect: copies the word at *text, and moves that to the next word. */
static bool take_word(const char **text, char word[static POISSON_WORD])
{
    size_t length = strcspn(*text, " ");

    if (length >= POISSON_WORD)
        return false;
    memcpy(word, *text, length);
    word[length] = '\0';
    *text += length + strspn(*text + length, " ");
    return true;
}

/* A word that begins so is a name; a negative number is a value. */
static bool begins_name(const char *text)
{
    return text[0] == '-' && !isdigit((unsigned char)text[1]) && text[1] != '.';
}

int poisson_option(const char **text, char name[static POISSON_WORD],
                   char value[static POISSON_WORD])
{
    const char *next = *text + strspn(*text, " "), *begin = next;

    value[0] = '\0';
    *text = next;
    if (!*next)
        return 0;
    if (!take_word(&next, name) || !is_name(name))
        return -1;
    if (*next && !begins_name(next)) {
        begin = next;
        if (!take_word(&next, value) || !is_value(value)) {
            *text = begin;
            return -1;
        }
    }
    *text = next;
    return 1;
}

int poisson_options_check(struct function_env *env, const char *options)
{
    char name[POISSON_WORD], value[POISSON_WORD];
    int got;

    while ((got = poisson_option(&options, name, value)) > 0)
        ;
    return got == 0 ? 0
                    : tell_error(env,
                                 "options: '%.*s' is not allowed; expected -ksp_NAME or -pc_NAME, "
                                 "after mg_levels_, mg_coarse_ or sub_ if need be, with a plain "
                                 "value, of what solves and does nothing else",
                                 (int)strcspn(options, " ") < 60 ? (int)strcspn(options, " ") : 60,
                                 options);
}
