/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Functions from shared objects: the table that one exports, of a file whose bytes are
 * known by their digest.
 *
 * Convention: functions live as long as the process, and their names with them.
 */
#ifndef FUNCTION_LOADER_H
#define FUNCTION_LOADER_H

#include <metaneuron/function.h>

#include "function/search.h"
#include "util/err.h"

/* Returns the function of that name from the first NAME.so on the search path whose
 * digest is one of digests (separated by one space); file tells which one. NULL: no
 * such file is there, or it is not what it should be. A file with another digest is
 * not loaded. */
const struct function *loader_find(const char *name, const char *digests, struct search_file *file,
                                   struct err *e);

/* Effect: from now on a shared object is not loaded into this process: make returns a function
 * that stands for the one in these bytes. Both live as long as the process. */
typedef const struct function *loader_make(const void *context, const struct search_file *file,
                                           const char *bytes, size_t len, struct err *e);
void loader_make_by(loader_make *make, const void *context);

/* Returns the function in the file at path, whatever its digest: for who asks for that
 * very file. file tells of it. */
const struct function *loader_open(const char *path, struct search_file *file, struct err *e);

/* Returns a library of the system's that is too slow to load for every start of the
 * program, or NULL. It stays until the process ends. */
void *loader_library(const char *name, struct err *e);

/* Returns the address of what the library exports by that name, or NULL. */
void *loader_symbol(void *library, const char *name, struct err *e);

#endif
