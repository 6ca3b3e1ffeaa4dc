/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a directory to begin a function with. */
#include "cli/skeleton.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "function/params.h"
#include "function/registry.h"
#include "util/buf.h"
#include "util/directory.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

/* What is written, from which text: of a function over data, and over work. */
static const struct {
    const char *name; /* NULL: that of the function, with .c */
    const char *text[2];
    unsigned mode;
} files[] = {
    {NULL, {"data.c", "work.c"}, 0666},
    {"Makefile", {"make.in", "make.in"}, 0666},
    {"contract.yaml", {"data.yaml", "work.yaml"}, 0666},
    {"test.sh", {"data.sh", "work.sh"}, 0777},
    {"README.md", {"README.md", "README.md"}, 0666},
};

enum { FILES = sizeof files / sizeof files[0], NAME_MOST = 64 };

static int check_name(const char *name, struct err *e)
{
    if (!params_is_name(name) || strlen(name) > NAME_MOST)
        return err_set(e, ERR_USAGE,
                       "'%.100s' is no name of a function: [a-z][a-z0-9_]*, at most %d characters",
                       name, NAME_MOST);
    for (size_t i = 0; registry_at(i); i++)
        if (strcmp(registry_at(i)->name, name) == 0)
            return err_set(e, ERR_USAGE, "function '%s' is built in; take another name", name);
    if (file_exists(name))
        return err_set(e, ERR_INPUT, "%s: is there already, and is left as it is", name);
    return 0;
}

/* Adds one line, with the name in its places. */
static void add_line(struct buf *b, const char *line, const char *name)
{
    static const char place[] = "@NAME@";
    const char *p;

    for (; (p = strstr(line, place)); line = p + strlen(place)) {
        buf_add(b, line, (size_t)(p - line));
        buf_adds(b, name);
    }
    buf_adds(b, line);
    buf_addc(b, '\n');
}

static int write_one(const char *name, size_t i, bool work, struct err *e)
{
    char file[NAME_MOST + 16], path[PATH_MAX];
    struct buf b = {0};

    for (const struct skeleton_line *l = skeleton_lines; l->file; l++)
        if (strcmp(l->file, files[i].text[work]) == 0)
            add_line(&b, l->text, name);
    snprintf(file, sizeof file, "%s%s", files[i].name ? files[i].name : name,
             files[i].name ? "" : ".c");
    int rc =
        buf_failed(&b) ? err_memory(e, "a skeleton") : paths_join(path, sizeof path, name, file, e);
    if (rc == 0 && b.len == 0)
        rc = err_set(e, ERR_SOFTWARE, "%s: there is no text for it", path);
    if (rc == 0)
        rc = file_write(path, b.data, b.len, files[i].mode, e);
    buf_free(&b);
    return rc;
}

int skeleton_write(const char *name, bool work, struct err *e)
{
    if (check_name(name, e) < 0 || file_mkdir_public(name, e) < 0)
        return -1;
    for (size_t i = 0; i < FILES; i++)
        if (write_one(name, i, work, e) < 0)
            return -1;
    return 0;
}
