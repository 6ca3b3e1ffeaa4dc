/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls the function of a shared object, in a sandbox, for a process that does not. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <metaneuron/function.h>

#include "object/ask.h"
#include "util/wire.h"

/* What is called: all of it is what was told last. */
struct called {
    const struct function *f;
    struct function_env env;
    char *told; /* of the environment; what it points to lies there, or in lists */
    const char **names;
    struct function_value *params;
    double *model;
    char why[300]; /* if a call fails for our own reasons */
};

static int fail(struct called *c, const char *why)
{
    snprintf(c->why, sizeof c->why, "%s", why);
    return -1;
}

static int take_environment(struct called *c, struct wire *ask)
{
    struct function_env env = {.ranks = 1};

    free(c->told);
    if (!(c->told = malloc(ask->len + 1)))
        return fail(c, "out of memory");
    memcpy(c->told, ask->data, ask->len);
    struct wire w = {.data = c->told, .len = ask->len};
    env.round = wire_number(&w);
    env.columns = wire_number(&w);
    c->names = realloc(c->names, (env.columns + 1) * sizeof *c->names);
    c->params = realloc(c->params, (c->f->params_count + 1) * sizeof *c->params);
    if (!c->names || !c->params)
        return fail(c, "out of memory");
    for (size_t i = 0; i < env.columns; i++)
        c->names[i] = wire_text(&w);
    for (size_t i = 0; i < c->f->params_count; i++) {
        c->params[i].integer = wire_signed(&w);
        memcpy(&c->params[i].number, wire_doubles(&w, 1), sizeof(double));
        c->params[i].string = wire_text(&w);
    }
    env.column_names = c->names;
    env.params = c->params;
    env.model_length = wire_number(&w);
    env.model = wire_number(&w) ? wire_doubles(&w, env.model_length) : NULL;
    c->env = env;
    ask->at = ask->len;
    return wire_read_all(&w) ? 0 : fail(c, "the environment is not what it should be");
}

static void tell_param(const struct function_param *p, struct buf *b)
{
    wire_add_text(b, p->name);
    wire_add_number(b, p->type);
    wire_add_number(b, (uint64_t)p->fallback.integer);
    wire_add_doubles(b, &p->fallback.number, 1);
    wire_add_text(b, p->type == FUNCTION_STRING ? p->fallback.string : NULL);
    wire_add_number(b, (uint64_t)p->required);
    wire_add_doubles(b, &p->min, 1);
    wire_add_doubles(b, &p->max, 1);
    wire_add_text(b, p->choices);
    wire_add_text(b, p->help);
}

static int tell_table(struct called *c, struct buf *b)
{
    const struct function *f = c->f;
    bool lacks = !f->length || !f->accumulate || !f->finish || !f->features_length ||
                 !f->features || !f->feature_name;

    wire_add_text(b, f->name);
    wire_add_text(b, f->version);
    wire_add_text(b, f->summary);
    wire_add_number(b, (f->merge ? OBJECT_HAS_MERGE : 0u) | (f->update ? OBJECT_HAS_UPDATE : 0u) |
                           (f->model_length ? OBJECT_HAS_MODEL_LENGTH : 0u) |
                           (f->start ? OBJECT_HAS_START : 0u) | (f->ready ? OBJECT_HAS_READY : 0u) |
                           (f->rounds ? OBJECT_HAS_ROUNDS : 0u) |
                           (f->without_data ? OBJECT_IS_WITHOUT_DATA : 0u) |
                           (f->collective ? OBJECT_IS_COLLECTIVE : 0u) |
                           (f->whole_units ? OBJECT_IS_WHOLE_UNITS : 0u) |
                           (lacks ? OBJECT_LACKS : 0u));
    wire_add_number(b, f->params_count);
    for (size_t i = 0; i < f->params_count; i++)
        tell_param(&f->params[i], b);
    return 0;
}

/* Asks for a length. */
static int ask_length(struct called *c, int (*callback)(struct function_env *env, size_t *n),
                      struct buf *b)
{
    size_t n = 0;
    int rc = callback(&c->env, &n);

    wire_add_number(b, n);
    return rc;
}

/* Returns count doubles that a callback may write. What was asked lies in memory of our own. */
static double *own_doubles(struct wire *ask, size_t count)
{
    return (double *)(uintptr_t)wire_doubles(ask, count);
}

static int accumulate(struct called *c, struct wire *ask, struct buf *b)
{
    size_t n = wire_number(ask);
    double *state = own_doubles(ask, n);
    struct block block = {0};

    block.rows = wire_number(ask);
    block.columns = wire_number(ask);
    block.first = wire_number(ask);
    if (wire_number(ask))
        block.data = wire_doubles(ask, block.rows * block.columns);
    if (ask->failed)
        return fail(c, "a block is not what it should be");
    int rc = c->f->accumulate(&c->env, state, &block);
    wire_add_doubles(b, state, n);
    return rc;
}

static int merge(struct called *c, struct wire *ask, struct buf *b)
{
    size_t n = wire_number(ask);
    double *into = own_doubles(ask, n);
    const double *from = wire_doubles(ask, n);

    if (ask->failed)
        return fail(c, "states are not what they should be");
    int rc = c->f->merge(&c->env, into, from);
    wire_add_doubles(b, into, n);
    return rc;
}

/* Where finish puts its arrays. */
struct arrays {
    struct function_output base;
    struct buf *b;
};

static void tell_labels(const char *const *labels, size_t count, struct buf *b)
{
    wire_add_number(b, labels ? count : 0);
    for (size_t i = 0; labels && i < count; i++)
        wire_add_text(b, labels[i]);
}

static int put(struct function_output *base, const struct function_array *a)
{
    struct buf *b = ((struct arrays *)base)->b;

    wire_add_text(b, a->name);
    wire_add_text(b, a->help);
    wire_add_number(b, a->rows);
    wire_add_number(b, a->columns);
    tell_labels(a->row_labels, a->rows, b);
    tell_labels(a->column_labels, a->columns, b);
    wire_add_number(b, a->values != NULL);
    if (a->values)
        wire_add_doubles(b, a->values, a->rows * a->columns);
    return buf_failed(b) ? -1 : 0;
}

static int finish(struct called *c, struct wire *ask, struct buf *b)
{
    struct arrays out = {.base = {.put = put}, .b = b};
    const double *state = wire_doubles(ask, wire_number(ask));

    return ask->failed ? fail(c, "a state is not what it should be")
                       : c->f->finish(&c->env, state, &out.base);
}

static int features(struct called *c, struct wire *ask, struct buf *b)
{
    const double *state = wire_doubles(ask, wire_number(ask));
    size_t n = wire_number(ask);
    double *found = ask->failed ? NULL : calloc(2 * n + 1, sizeof *found);

    if (!found)
        return fail(c, "there is no memory for features");
    int rc = c->f->features(&c->env, state, found, found + n);
    wire_add_doubles(b, found, 2 * n);
    free(found);
    return rc;
}

static int feature_name(struct called *c, struct wire *ask, struct buf *b)
{
    size_t i = wire_number(ask), size = wire_number(ask);
    char *text = calloc(size + 1, 1);

    if (!text)
        return fail(c, "out of memory");
    c->f->feature_name(&c->env, i, text, size);
    wire_add_text(b, text);
    free(text);
    return 0;
}

static int update(struct called *c, struct wire *ask, struct buf *b)
{
    size_t m = wire_number(ask);
    double *model = own_doubles(ask, m);
    const double *state = wire_doubles(ask, wire_number(ask));
    int converged = 0;

    if (ask->failed)
        return fail(c, "a model is not what it should be");
    int rc = c->f->update(&c->env, model, state, &converged);
    wire_add_doubles(b, model, m);
    wire_add_number(b, converged != 0);
    return rc;
}

static int start(struct called *c, struct wire *ask, struct buf *b)
{
    size_t m = wire_number(ask);
    double *model = calloc(m + 1, sizeof *model);

    if (!model)
        return fail(c, "out of memory");
    int rc = c->f->start(&c->env, model);
    wire_add_doubles(b, model, m);
    free(model);
    return rc;
}

static int call(struct called *c, enum object_ask what, struct wire *ask, struct buf *b)
{
    switch (what) {
    case OBJECT_TABLE:
        return tell_table(c, b);
    case OBJECT_ENVIRONMENT:
        return take_environment(c, ask);
    case OBJECT_LENGTH:
        return ask_length(c, c->f->length, b);
    case OBJECT_ACCUMULATE:
        return accumulate(c, ask, b);
    case OBJECT_MERGE:
        return merge(c, ask, b);
    case OBJECT_FINISH:
        return finish(c, ask, b);
    case OBJECT_FEATURES_LENGTH:
        return ask_length(c, c->f->features_length, b);
    case OBJECT_FEATURES:
        return features(c, ask, b);
    case OBJECT_FEATURE_NAME:
        return feature_name(c, ask, b);
    case OBJECT_UPDATE:
        return update(c, ask, b);
    case OBJECT_MODEL_LENGTH:
        return ask_length(c, c->f->model_length, b);
    case OBJECT_START:
        return start(c, ask, b);
    case OBJECT_READY:
        return c->f->ready(&c->env);
    }
    return fail(c, "no such call");
}

/* Fails for the reason that the function says, or else for ours. */
static int load(struct called *c)
{
    void *library = dlopen("./" OBJECT_FILE, RTLD_NOW | RTLD_LOCAL);
    const char *why = library ? NULL : dlerror();

    c->f = library ? dlsym(library, "metaneuron_function") : NULL;
    if (!library)
        return fail(c, why ? why : "it cannot be loaded");
    if (!c->f)
        return fail(c, "it exports no metaneuron_function, see metaneuron/function.h");
    if (c->f->abi != METANEURON_FUNCTION_ABI || c->f->size < sizeof *c->f) {
        c->f = NULL;
        return fail(c, "it was built with another metaneuron/function.h: build it again");
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
        rc = map(OBJECT_ASK, &ask) ? call(c, (enum object_ask)what, &ask, &b)
                                   : fail(c, "what is asked cannot be read");
    if (c->f && rc == 0 && buf_failed(&b))
        rc = fail(c, "out of memory");
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
