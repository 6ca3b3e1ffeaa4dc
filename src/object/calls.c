/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The callbacks of a shared object, as they are asked for. */
#include "object/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int calls_fail(struct called *c, const char *why)
{
    snprintf(c->why, sizeof c->why, "%s", why);
    return -1;
}

static int take_environment(struct called *c, struct wire *ask)
{
    struct function_env env = {.ranks = 1};

    free(c->told);
    if (!(c->told = malloc(ask->len + 1)))
        return calls_fail(c, "out of memory");
    memcpy(c->told, ask->data, ask->len);
    struct wire w = {.data = c->told, .len = ask->len};
    env.round = wire_number(&w);
    env.columns = wire_number(&w);
    c->names = realloc(c->names, (env.columns + 1) * sizeof *c->names);
    c->params = realloc(c->params, (c->f->params_count + 1) * sizeof *c->params);
    if (!c->names || !c->params)
        return calls_fail(c, "out of memory");
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
    return wire_read_all(&w) ? 0 : calls_fail(c, "the environment is not what it should be");
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
                           (lacks ? OBJECT_LACKS : 0u) |
                           (METANEURON_FUNCTION_COUNTS(f) ? OBJECT_HAS_COUNTS : 0u));
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
        return calls_fail(c, "a block is not what it should be");
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
        return calls_fail(c, "states are not what they should be");
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

    return ask->failed ? calls_fail(c, "a state is not what it should be")
                       : c->f->finish(&c->env, state, &out.base);
}

static int features(struct called *c, struct wire *ask, struct buf *b)
{
    const double *state = wire_doubles(ask, wire_number(ask));
    size_t n = wire_number(ask);
    double *found = ask->failed ? NULL : calloc(2 * n + 1, sizeof *found);

    if (!found)
        return calls_fail(c, "there is no memory for features");
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
        return calls_fail(c, "out of memory");
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
        return calls_fail(c, "a model is not what it should be");
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
        return calls_fail(c, "out of memory");
    int rc = c->f->start(&c->env, model);
    wire_add_doubles(b, model, m);
    free(model);
    return rc;
}

static int counts(struct called *c, struct wire *ask, struct buf *b)
{
    size_t n = wire_number(ask);
    unsigned char *is_count = calloc(n + 1, 1);

    if (!is_count)
        return calls_fail(c, "out of memory");
    is_count[0] = 1;
    int rc = c->f->counts(&c->env, is_count);
    for (size_t i = 0; i < n; i++)
        wire_add_doubles(b, &(double){is_count[i] != 0}, 1);
    free(is_count);
    return rc;
}

int calls_make(struct called *c, enum object_ask what, struct wire *ask, struct buf *b)
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
    case OBJECT_COUNTS:
        return counts(c, ask, b);
    }
    return calls_fail(c, "no such call");
}
