/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mount that a path is in. */
#include "util/mounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "util/store.h"
#include "util/text.h"

/* As a rule some kilobytes; a node of many containers has some thousand mounts, of some hundred
 * bytes each. */
enum { FEW_LINES = 32 << 10, MOST_LINES = 16 << 20 };

/* Effect: \040 and the like are the characters that they stand for. */
static void unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from; to++) {
        bool is_octal = from[0] == '\\' && strspn(from + 1, "01234567") >= 3;
        *to =
            is_octal ? (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0')) : *from;
        from += is_octal ? 4 : 1;
    }
    *to = '\0';
}

/* Copies the next word, and returns what follows it, or NULL: there is none, or it is too long. */
static const char *take(const char *from, char *word, size_t size)
{
    size_t len = from ? strcspn(from, " \n") : 0;

    if (len == 0 || len >= size)
        return NULL;
    memcpy(word, from, len);
    word[len] = '\0';
    unescape(word);
    return from[len] == ' ' ? from + len + 1 : from + len;
}

/* Effect: adds a word of options. An overlay has a path for each layer among them. */
static void add_options(struct mount *m, const char *from)
{
    size_t used = strlen(m->options), len = strcspn(from, " \n");

    m->cut |= snprintf(m->options + used, sizeof m->options - used, "%s%.*s", used ? "," : "",
                       (int)len, from) >= (int)(sizeof m->options - used);
}

/* ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAG…] - TYPE SOURCE OPTIONS, the source of which may
 * be empty. Returns false of a line that is none, or whose point is longer than a path. */
static bool parse(const char *line, size_t len, struct mount *m)
{
    char skipped[PATH_MAX];
    const char *end = line + len, *p, *dash = memmem(line, len, " - ", 3);
    int n = 0;

    *m = (struct mount){0};
    if (!dash || sscanf(line, "%9ld %9ld %n", &m->id, &m->parent, &n) != 2 || n == 0)
        return false;
    p = take(line + n, skipped, sizeof skipped);
    p = take(p, skipped, sizeof skipped);
    p = take(p, m->point, sizeof m->point);
    if (!p || p > dash)
        return false;
    add_options(m, p);
    p = take(dash + 3, m->type, sizeof m->type);
    if (!p || p > end || !(p = memchr(p, ' ', (size_t)(end - p))))
        return false;
    add_options(m, p + 1);
    return true;
}

/* Whether path is point, or below it. */
static bool is_below(const char *path, const char *point)
{
    size_t len = strcmp(point, "/") == 0 ? 0 : strlen(point);

    return strncmp(path, point, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/* What is found while the lines are read once. */
struct step {
    const char *path;
    const struct mount *upon; /* NULL: the root is looked for */
    struct mount *best;
    bool found;
};

/* Upon a mount, the kernel crosses what is mounted nearest to its point; and of those on one
 * point each is mounted upon the one before. */
static void consider(struct step *s, const struct mount *m)
{
    if (!s->upon) {
        /* The line of the root whose parent is not seen from here. */
        if (strcmp(m->point, "/") != 0 || (s->found && m->parent == s->best->id))
            return;
    } else if (m->parent != s->upon->id || m->id == s->upon->id || !is_below(s->path, m->point) ||
               strlen(m->point) < strlen(s->upon->point) ||
               (s->found && strlen(m->point) >= strlen(s->best->point))) {
        return;
    }
    *s->best = *m;
    s->found = true;
}

static void read_lines(const char *lines, struct step *s, struct mount *scratch)
{
    size_t len;

    for (const char *line; (line = text_line(&lines, &len));)
        if (parse(line, len, scratch))
            consider(s, scratch);
}

bool mounts_find(const char *lines, const char *path, struct mount *m)
{
    enum { DEEPEST = 64 };
    struct mount *room = err_alloc(2, sizeof *room, "mounts", NULL);
    bool any = false, more = room != NULL;

    for (int i = 0; more && i < DEEPEST; i++) {
        struct step s = {.path = path, .upon = any ? m : NULL, .best = &room[0]};
        read_lines(lines, &s, &room[1]);
        any |= s.found;
        more = s.found;
        if (more)
            *m = room[0];
    }
    free(room);
    return any && !more;
}

bool mounts_see(const char *path, struct mount *m)
{
    char real[PATH_MAX];
    bool found = false, cut = true;

    if (!realpath(path, real))
        return false;
    for (size_t size = FEW_LINES; cut && size <= MOST_LINES; size *= 8) {
        char *lines = err_alloc(size, 1, "mounts", NULL);
        if (!lines || !file_lines("/proc/self/mountinfo", lines, size))
            cut = false;
        else if (!(cut = strlen(lines) + 1 == size))
            found = mounts_find(lines, real, m);
        free(lines);
    }
    return found;
}
