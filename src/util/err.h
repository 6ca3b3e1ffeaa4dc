/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one error type: a code, which is also the exit code, and a text.
 *
 * Convention: a function that can fail takes a struct err * as its last
 * parameter, which may be NULL; it returns -1 or NULL and says in the text
 * which object, what was found, what was expected. The first error wins: a
 * second err_set() on the same struct changes nothing. What others have said
 * is shown in it (util/show.h): a text is one line, and harmless.
 *
 * Nor has a text a value of the data, as it may get out of the site: it is sent, recorded, written
 * into results. What of the data is at fault is in here, which only those are shown who hold it.
 */
#ifndef UTIL_ERR_H
#define UTIL_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The complete set of exit codes. */
enum err_code {
    ERR_NONE = 0,        /* success */
    ERR_USAGE = 2,       /* the command line is wrong */
    ERR_VERIFY = 3,      /* a verification found something wrong */
    ERR_PART = 4,        /* a verification found nothing wrong, but could not look at all */
    ERR_INPUT = 65,      /* bad contents of a file */
    ERR_OPEN = 66,       /* a file cannot be opened */
    ERR_SOFTWARE = 70,   /* a fault or a limit of this program, or no memory */
    ERR_IO = 74,         /* reading or writing failed */
    ERR_INCOMPLETE = 75, /* not enough answered; the same command may be run again */
    ERR_PERMANENT = 76,  /* nor can the same command go on: it ends so every time */
    ERR_REFUSED = 77,    /* refused by policy */
    ERR_SHARE = 78,      /* settled, but too little of the data is in the answer */
    ERR_STOPPED = 79,    /* stopped before it was settled, as somebody wants to look first */
};

/* Bytes of a text and of what is told here only, with their NUL; what is longer is cut. */
enum { ERR_TEXT = 1200, ERR_HERE = 400, ERR_WHOLE = ERR_TEXT + ERR_HERE + 2 };

struct err {
    enum err_code code;
    char text[ERR_TEXT];
    char here[ERR_HERE]; /* or "" */
};

/* Whether a number from elsewhere is the code of a failure. */
bool err_is_code(uint64_t code);

/* Effect: sets code and text, if e has none yet. Returns -1, always. */
int err_set(struct err *e, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, with ": " and the text of errno at the end. Returns -1. */
int err_errno(struct err *e, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, with what is told to those only who hold the data. Returns -1. */
int err_set_here(struct err *e, enum err_code code, const char *here, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Effect: e is that error, with all that is in it, if it has none yet. Returns -1. */
int err_pass(struct err *e, const struct err *from);

/* Effect: whole is the text and, behind it, what is told here only. Returns it. */
const char *err_whole(const struct err *e, char whole[static ERR_WHOLE]);

/* Effect: puts the words and ": " before the text of an error. Returns -1. */
int err_context(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Effect: "out of memory for WHAT". Returns -1. */
int err_memory(struct err *e, const char *what);

/* Effect: what was taken for bad contents, ERR_INPUT, is ERR_PERMANENT: no file is at fault.
 * Returns -1. */
int err_for_good(struct err *e);

/* Whether the same command would fail so again, unless something is mended first. */
bool err_is_permanent(enum err_code code);

/* Returns the code that a message or a status from elsewhere has; ERR_SOFTWARE if it is none. */
enum err_code err_code_of(uint64_t code);

/* Returns NULL: for functions that return pointers, return err_null(err_set(e, …)). */
static inline void *err_null(int failed)
{
    (void)failed;
    return NULL;
}

/* Effect: empties e, so that it can be used again. */
void err_clear(struct err *e);

/* Returns zeroed memory for count objects of size bytes, which the caller
 * frees; NULL and an error when there is none. A count of 0 gives one object. */
void *err_alloc(size_t count, size_t size, const char *what, struct err *e);

/* Returns the array, which may have moved, with room for one more than count objects of size
 * bytes; NULL and an error when there is none, and then the array is what it was. */
void *err_grow(void *array, size_t count, size_t *capacity, size_t size, const char *what,
               struct err *e);

#endif
