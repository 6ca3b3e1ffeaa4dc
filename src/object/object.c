/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls the function of a shared object, in a sandbox, for a process that does not. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "object/calls.h"

/* Fails for the reason that the function says, or else for ours. */
static int load(struct called *c)
{
    void *library = dlopen("./" OBJECT_FILE, RTLD_NOW | RTLD_LOCAL);
    const char *why = library ? NULL : dlerror();

    c->f = library ? dlsym(library, "metaneuron_function") : NULL;
    if (!library)
        return calls_fail(c, why ? why : "it cannot be loaded");
    if (!c->f)
        return calls_fail(c, "it exports no metaneuron_function, see metaneuron/function.h");
    if (c->f->abi != METANEURON_FUNCTION_ABI || c->f->size < METANEURON_FUNCTION_LEAST) {
        c->f = NULL;
        return calls_fail(c, "it was built with another metaneuron/function.h: build it again");
    }
    return 0;
}

/* Effect: the file that was put here is in memory that may be written, and is nobody else's. */
static bool map(const char *path, struct wire *w)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool mapped = fd >= 0 && fstat(fd, &st) == 0;

    *w = (struct wire){0};
    if (mapped && st.st_size > 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
        mapped = p != MAP_FAILED;
        *w = (struct wire){.data = mapped ? p : NULL, .len = mapped ? (size_t)st.st_size : 0};
    }
    if (fd >= 0)
        close(fd);
    return mapped;
}

static bool keep(const char *path, const struct buf *b)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t done = 0;

    while (fd >= 0 && done < b->len) {
        ssize_t n = write(fd, b->data + done, b->len - done);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    if (fd >= 0)
        close(fd);
    return fd >= 0 && done == b->len;
}

static bool serve_one(struct called *c, const char *line, FILE *answers)
{
    char *end;
    unsigned long number = strtoul(line, &end, 10), what = strtoul(end, NULL, 10);
    struct buf b = {0};
    struct wire ask;
    int rc = -1;

    c->why[0] = c->env.error[0] = '\0';
    if (c->f || load(c) == 0)
        rc = map(OBJECT_ASK, &ask) ? calls_make(c, (enum object_ask)what, &ask, &b)
                                   : calls_fail(c, "what is asked cannot be read");
    if (c->f && rc == 0 && buf_failed(&b))
        rc = calls_fail(c, "out of memory");
    if (rc != 0) {
        buf_free(&b);
        b = (struct buf){0};
        c->env.error[sizeof c->env.error - 1] = '\0';
        wire_add_text(&b, c->why[0] ? c->why : c->env.error);
    }
    if (c->f && ask.len > 0)
        munmap((void *)(uintptr_t)ask.data, ask.len);
    bool kept = keep(OBJECT_ANSWER, &b);
    buf_free(&b);
    return kept && fprintf(answers, "%lu %s\n", number, rc == 0 ? "yes" : "no") > 0 &&
           fflush(answers) == 0;
}

int main(void)
{
    FILE *asks = fdopen(3, "r"), *answers = fdopen(4, "w");
    struct called c = {0};
    char line[100];

    while (asks && answers && fgets(line, sizeof line, asks))
        if (!serve_one(&c, line, answers))
            return 1;
    return asks && answers ? 0 : 1;
}
