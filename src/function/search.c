/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search path of files that are functions. */
#include "function/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/params.h"
#include "util/buf.h"
#include "util/directory.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

enum { FILE_MOST = 256 << 20 }; /* bytes of a shared object */

/* The part of $METANEURON_FUNCTIONS with number *i; else *i becomes less by all. */
static bool chosen_directory(size_t *i, char path[static PATH_MAX])
{
    const char *p = getenv("METANEURON_FUNCTIONS");

    for (; p && *p; p += strcspn(p, ":"), p += *p == ':') {
        size_t n = strcspn(p, ":");
        if (n == 0 || n >= PATH_MAX)
            continue;
        if ((*i)-- > 0)
            continue;
        memcpy(path, p, n);
        path[n] = '\0';
        return true;
    }
    return false;
}

/* Directory i: of $METANEURON_FUNCTIONS, the user's, the installation's. */
static bool directory_at(size_t i, char path[static PATH_MAX])
{
    if (chosen_directory(&i, path))
        return true;
    if (paths_find(PATHS_DATA, "functions", path, PATH_MAX, NULL) == 0 && i-- == 0)
        return true;
    snprintf(path, PATH_MAX, "%s/functions", PKGLIBDIR);
    return i == 0;
}

int search_read(const char *path, struct search_file *file, char **bytes, size_t *len,
                struct err *e)
{
    if (strlen(path) >= sizeof file->path)
        return err_set(e, ERR_OPEN, "%s: the path is too long", path);
    if (file_read(path, FILE_MOST, bytes, len, e) < 0)
        return -1;
    if (hash_text(*bytes, *len, file->digest, e) < 0) {
        free(*bytes);
        return -1;
    }
    memmove(file->path, path, strlen(path) + 1); /* which it may be already */
    return 0;
}

int search_hash(const char *path, struct search_file *file, struct err *e)
{
    char *bytes;
    size_t len;

    if (search_read(path, file, &bytes, &len, e) < 0)
        return -1;
    free(bytes);
    return 0;
}

/* Returns whether the directory has a file of that name and ending, whose path is written. */
static bool file_of(const char *directory, const char *name, const char *ending,
                    char path[static PATH_MAX])
{
    int n = snprintf(path, PATH_MAX, "%s/%s%s", directory, name, ending);

    return n > 0 && n < PATH_MAX && file_is_regular(path);
}

static bool next(size_t *i, const char *name, const char *ending, char path[static PATH_MAX])
{
    char directory[PATH_MAX];

    while (directory_at((*i)++, directory))
        if (file_of(directory, name, ending, path))
            return true;
    return false;
}

bool search_next(size_t *i, const char *name, char path[static PATH_MAX])
{
    return next(i, name, ".so", path);
}

bool search_next_file(size_t *i, const char *name, char path[static PATH_MAX])
{
    return next(i, name, "", path);
}

static void complain(const char *name, const char *ending, struct err *e)
{
    char directory[PATH_MAX];
    struct buf list = {0};

    for (size_t i = 0; directory_at(i, directory); i++)
        buf_addf(&list, "%s%s", i > 0 ? ", " : "", directory);
    if (buf_failed(&list))
        err_memory(e, "a search path");
    else
        err_set(e, ERR_INPUT,
                "there is no %s%s in %s: put it into one of these, or set METANEURON_FUNCTIONS",
                name, ending, list.data);
    buf_free(&list);
}

void search_complain(const char *name, struct err *e)
{
    complain(name, ".so", e);
}

void search_complain_file(const char *name, struct err *e)
{
    complain(name, "", e);
}

int search_look(const char *name, struct search_file *file, struct err *e)
{
    char path[PATH_MAX];
    size_t i = 0;

    if (search_next(&i, name, path))
        return search_hash(path, file, e);
    search_complain(name, e);
    return -1;
}

/* The names of functions of one directory. */
struct names {
    char **name;
    size_t count;
};

/* Adds NAME if the file is called NAME.so. */
static int add_name(void *context, const char *file_name, struct err *e)
{
    struct names *n = context;
    size_t len = strlen(file_name);

    if (len < 4 || strcmp(file_name + len - 3, ".so") != 0)
        return 0;
    char **more = realloc(n->name, (n->count + 1) * sizeof *more);
    if (!more)
        return err_memory(e, "the names of files");
    n->name = more;
    if (!(n->name[n->count] = strndup(file_name, len - 3)))
        return err_memory(e, "the names of files");
    n->count++;
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Visits the names, in their order. */
static int visit_names(const struct names *n, const char *directory, search_visit *visit,
                       void *context, struct err *e)
{
    struct search_file file;

    for (size_t i = 0; i < n->count; i++) {
        if (!params_is_name(n->name[i]) || !file_of(directory, n->name[i], ".so", file.path))
            continue;
        if (search_hash(file.path, &file, NULL) < 0)
            file.digest[0] = '\0';
        if (visit(context, n->name[i], &file, e) < 0)
            return -1;
    }
    return 0;
}

int search_each(search_visit *visit, void *context, struct err *e)
{
    char directory[PATH_MAX];
    int rc = 0;

    for (size_t i = 0; rc == 0 && directory_at(i, directory); i++) {
        struct names n = {0};
        rc = file_each(directory, "", add_name, &n, e);
        if (rc == 0 && n.count > 0) {
            qsort(n.name, n.count, sizeof *n.name, compare_names);
            rc = visit_names(&n, directory, visit, context, e);
        }
        for (size_t k = 0; k < n.count; k++)
            free(n.name[k]);
        free(n.name);
    }
    return rc;
}
