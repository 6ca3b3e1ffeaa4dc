/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search path of functions that are files: the directories of $METANEURON_FUNCTIONS,
 * separated by colons, then the user's, then the installation's.
 *
 * Convention: function NAME is the file NAME.so. Files are read, and nothing is loaded.
 */
#ifndef FUNCTION_SEARCH_H
#define FUNCTION_SEARCH_H

#include <limits.h>
#include <stdbool.h>

#include "util/err.h"
#include "util/hash.h"

/* A file, and the digest of its bytes when they were read. */
struct search_file {
    char path[PATH_MAX];
    char digest[DIGEST_TEXT]; /* sha256:… */
};

/* Effect: path is the next NAME.so on the search path; *i, 0 at first, says how far the
 * search is. Returns false when there is no other. */
bool search_next(size_t *i, const char *name, char path[static PATH_MAX]);

/* The same for a file of that very name, without .so. */
bool search_next_file(size_t *i, const char *name, char path[static PATH_MAX]);

/* Effect: e says that there is no NAME.so, or no such file, and where it was looked for. */
void search_complain(const char *name, struct err *e);
void search_complain_file(const char *name, struct err *e);

/* Effect: file tells of the one at path; *bytes, which the caller frees, are its len bytes. */
int search_read(const char *path, struct search_file *file, char **bytes, size_t *len,
                struct err *e);

/* The same without the bytes; and of the first NAME.so on the search path. */
int search_hash(const char *path, struct search_file *file, struct err *e);
int search_look(const char *name, struct search_file *file, struct err *e);

/* Calls visit with each NAME.so on the search path, directory by directory, by name, until
 * visit fails. A file that cannot be read has an empty digest. */
typedef int search_visit(void *context, const char *name, const struct search_file *file,
                         struct err *e);
int search_each(search_visit *visit, void *context, struct err *e);

#endif
