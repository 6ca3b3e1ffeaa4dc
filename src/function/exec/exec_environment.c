/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The environment of a program. */
#include "function/exec/exec.h"

#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/interpreter.h"

enum origin {
    GIVEN = 1,     /* the value is this one */
    DIRECTORY = 2, /* the value is the program's directory */
    RANK = 3,      /* the value is that of this process, which owns one core and some devices */
};

static const char prefix[] = "METANEURON_"; /* of what we tell a program */

/* What is the same for every program. FORMAT has this list. */
static const struct {
    const char *name;
    enum origin origin;
    const char *value; /* RANK: where this process has none; NULL: then it is not set */
} fixed[] = {
    {"LC_ALL", GIVEN, "C.UTF-8"},         {"HOME", DIRECTORY, NULL},
    {"TMPDIR", DIRECTORY, NULL},          {"PWD", DIRECTORY, NULL}, /* as bubblewrap sets it */
    {"PATH", RANK, INTERPRETER_PATH},     {"OMP_NUM_THREADS", RANK, "1"},
    {"CUDA_VISIBLE_DEVICES", RANK, NULL}, {"ROCR_VISIBLE_DEVICES", RANK, NULL},
};

enum { FIXED = sizeof fixed / sizeof fixed[0] };

/* Returns where it stands in the list, or FIXED. */
static size_t find(const char *name)
{
    size_t i = 0;

    while (i < FIXED && strcmp(fixed[i].name, name) != 0)
        i++;
    return i;
}

static const char *of_rank(size_t i)
{
    const char *value = getenv(fixed[i].name);

    return value ? value : fixed[i].value;
}

bool exec_environment_sets(const char *name)
{
    size_t i = find(name);

    return strncmp(name, prefix, sizeof prefix - 1) == 0 || (i < FIXED && fixed[i].origin != RANK);
}

/* Adds a variable with its NUL, if there is a value. */
static void add(struct buf *b, const char *name, const char *value)
{
    if (!value)
        return;
    buf_addf(b, "%s=%s", name, value);
    buf_addc(b, '\0');
}

/* What the site passes, but for what stands in the list, and for what is named twice. */
static void add_passed(struct buf *b, const struct host *host)
{
    for (size_t i = 0; i < host->pass_env_count; i++) {
        const char *name = host->pass_env[i];
        size_t before = 0;
        while (before < i && strcmp(host->pass_env[before], name) != 0)
            before++;
        if (before == i && find(name) == FIXED && !exec_environment_sets(name))
            add(b, name, getenv(name));
    }
}

/* Returns the texts in b one by one, NULL at the end, in one piece of memory. */
static const char *const *split(const struct buf *b, struct err *e)
{
    size_t count = 0;

    for (size_t i = 0; i < b->len; i++)
        count += b->data[i] == '\0';
    const char **list = buf_failed(b) ? NULL : malloc((count + 1) * sizeof *list + b->len);
    if (!list) {
        err_memory(e, "an environment");
        return NULL;
    }
    char *p = memcpy((char *)(list + count + 1), b->data, b->len);
    for (size_t i = 0; i < count; i++) {
        list[i] = p;
        p += strlen(p) + 1;
    }
    list[count] = NULL;
    return list;
}

const char *const *exec_environment(const struct host *host, const char *directory,
                                    const char *const *more, struct err *e)
{
    struct buf b = {0};

    for (size_t i = 0; i < FIXED; i++)
        add(&b, fixed[i].name,
            fixed[i].origin == GIVEN       ? fixed[i].value
            : fixed[i].origin == DIRECTORY ? directory
                                           : of_rank(i));
    for (; more && *more; more++)
        buf_add(&b, *more, strlen(*more) + 1);
    add_passed(&b, host);
    const char *const *list = split(&b, e);
    buf_free(&b);
    return list;
}
