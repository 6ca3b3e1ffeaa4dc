/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The callbacks that stand for those of a shared object in a sandbox. */
#include "function/exec/exec_object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "util/text.h"

enum {
    FINISH_EXTRA = 1 << 20, /* doubles that arrays may have, with names and labels, */
    FINISH_DOUBLES = 64,    /* and for each of the state */
};

static struct exec_object *object_of(const struct function_env *env)
{
    return (struct exec_object *)(uintptr_t)env->self; /* f is the first of it */
}

/* doubles: that the answer has. */
static int ask(struct function_env *env, enum object_ask what, struct buf *b, size_t doubles,
               struct exec_answer *answer)
{
    answer->most = doubles * sizeof(double);
    return exec_object_ask(object_of(env), env, what, b, answer, NULL);
}

/* Ends a call: what was answered must be all that was to be answered. */
static int end(struct function_env *env, struct exec_answer *a)
{
    bool good = wire_read_all(&a->w);

    free(a->bytes);
    return good ? 0 : tell_error(env, "in its sandbox it has given an answer that is none");
}

static void copy(double *to, struct exec_answer *a, size_t count)
{
    const double *from = wire_doubles(&a->w, count);

    if (from)
        memcpy(to, from, count * sizeof *to);
}

static int ask_length(struct function_env *env, enum object_ask what, size_t *n)
{
    struct exec_answer a;
    struct buf b = {0};

    if (ask(env, what, &b, 1, &a) < 0)
        return -1;
    *n = wire_number(&a.w);
    return end(env, &a);
}

static int length(struct function_env *env, size_t *n)
{
    return ask_length(env, OBJECT_LENGTH, n);
}

static int features_length(struct function_env *env, size_t *n)
{
    return ask_length(env, OBJECT_FEATURES_LENGTH, n);
}

static int model_length(struct function_env *env, size_t *n)
{
    return ask_length(env, OBJECT_MODEL_LENGTH, n);
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct exec_answer a;
    struct buf b = {0};

    wire_add_number(&b, env->state_length);
    wire_add_doubles(&b, state, env->state_length);
    wire_add_number(&b, block->rows);
    wire_add_number(&b, block->columns);
    wire_add_number(&b, block->first);
    wire_add_number(&b, block->data != NULL);
    if (block->data)
        wire_add_doubles(&b, block->data, block->rows * block->columns);
    if (ask(env, OBJECT_ACCUMULATE, &b, env->state_length, &a) < 0)
        return -1;
    copy(state, &a, env->state_length);
    return end(env, &a);
}

static int merge(struct function_env *env, double *into, const double *from)
{
    struct exec_answer a;
    struct buf b = {0};

    wire_add_number(&b, env->state_length);
    wire_add_doubles(&b, into, env->state_length);
    wire_add_doubles(&b, from, env->state_length);
    if (ask(env, OBJECT_MERGE, &b, env->state_length, &a) < 0)
        return -1;
    copy(into, &a, env->state_length);
    return end(env, &a);
}

static void add_state(struct buf *b, const struct function_env *env, const double *state)
{
    wire_add_number(b, env->state_length);
    wire_add_doubles(b, state, env->state_length);
}

/* Returns the labels that were answered, or NULL: there are none, or they are wrong. */
static const char **take_labels(struct wire *w, size_t wanted)
{
    size_t count = wire_number(w);

    if (count == 0)
        return NULL;
    const char **labels = count == wanted && count <= w->len ? calloc(count, sizeof *labels) : NULL;
    w->failed |= !labels;
    for (size_t i = 0; labels && i < count; i++) {
        labels[i] = wire_text(w);
        w->failed |= !labels[i];
    }
    return labels;
}

static int put_next(struct wire *w, struct function_output *out)
{
    struct function_array array = {0};

    array.name = wire_text(w);
    array.help = wire_text(w);
    array.rows = wire_number(w);
    array.columns = wire_number(w);
    const char **rows = take_labels(w, array.rows), **columns = take_labels(w, array.columns);
    array.row_labels = rows;
    array.column_labels = columns;
    if (array.rows > w->len || array.columns > w->len)
        w->failed = true;
    else if (wire_number(w))
        array.values = wire_doubles(w, array.rows * array.columns);
    int rc = w->failed ? -1 : out->put(out, &array);
    free((void *)rows);
    free((void *)columns);
    return rc;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    struct exec_answer a;
    struct buf b = {0};
    int rc = 0;

    add_state(&b, env, state);
    if (ask(env, OBJECT_FINISH, &b, FINISH_EXTRA + FINISH_DOUBLES * env->state_length, &a) < 0)
        return -1;
    while (rc == 0 && !a.w.failed && a.w.at < a.w.len)
        rc = put_next(&a.w, out);
    if (rc != 0 && !a.w.failed)
        a.w.at = a.w.len; /* out has its own reasons */
    return end(env, &a) < 0 ? -1 : rc;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    struct exec_answer a;
    struct buf b = {0};

    add_state(&b, env, state);
    wire_add_number(&b, env->features_length);
    if (ask(env, OBJECT_FEATURES, &b, 2 * env->features_length, &a) < 0)
        return -1;
    copy(value, &a, env->features_length);
    copy(error, &a, env->features_length);
    return end(env, &a);
}

/* It cannot fail: then the name is a number, and so are all that follow. */
static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    struct function_env asked = *env;
    struct exec_object *o = object_of(env);
    struct exec_answer a;
    struct buf b = {0};

    snprintf(text, size, "feature_%zu", i + 1);
    if (o->nameless)
        return;
    wire_add_number(&b, i);
    wire_add_number(&b, size);
    o->nameless = ask(&asked, OBJECT_FEATURE_NAME, &b, 1, &a) < 0;
    if (o->nameless)
        return;
    const char *name = wire_text(&a.w);
    if (name && *name) {
        snprintf(text, size, "%s", name);
        text_clean(text); /* it is recorded and compared */
    }
    end(&asked, &a);
}

static int update(struct function_env *env, double *model, const double *state, int *converged)
{
    struct exec_answer a;
    struct buf b = {0};

    wire_add_number(&b, env->model_length);
    wire_add_doubles(&b, model, env->model_length);
    add_state(&b, env, state);
    if (ask(env, OBJECT_UPDATE, &b, env->model_length + 1, &a) < 0)
        return -1;
    copy(model, &a, env->model_length);
    *converged = wire_number(&a.w) != 0;
    return end(env, &a);
}

static int start(struct function_env *env, double *model)
{
    struct exec_answer a;
    struct buf b = {0};

    wire_add_number(&b, env->model_length);
    if (ask(env, OBJECT_START, &b, env->model_length, &a) < 0)
        return -1;
    copy(model, &a, env->model_length);
    return end(env, &a);
}

static int ready(struct function_env *env)
{
    struct exec_answer a;
    struct buf b = {0};

    return ask(env, OBJECT_READY, &b, 0, &a) < 0 ? -1 : end(env, &a);
}

static int counts(struct function_env *env, unsigned char *is_count)
{
    const size_t n = env->state_length;
    struct exec_answer a;
    struct buf b = {0};

    wire_add_number(&b, n);
    if (ask(env, OBJECT_COUNTS, &b, n, &a) < 0)
        return -1;
    const double *marks = wire_doubles(&a.w, n);
    for (size_t i = 0; marks && i < n; i++)
        is_count[i] = marks[i] > 0;
    return end(env, &a);
}

void exec_object_callbacks(struct function *f, uint64_t has)
{
    f->length = length;
    f->accumulate = accumulate;
    f->finish = finish;
    f->features_length = features_length;
    f->features = features;
    f->feature_name = feature_name;
    f->merge = has & OBJECT_HAS_MERGE ? merge : NULL;
    f->update = has & OBJECT_HAS_UPDATE ? update : NULL;
    f->model_length = has & OBJECT_HAS_MODEL_LENGTH ? model_length : NULL;
    f->start = has & OBJECT_HAS_START ? start : NULL;
    f->ready = has & OBJECT_HAS_READY ? ready : NULL;
    f->counts = has & OBJECT_HAS_COUNTS ? counts : NULL;
    f->without_data = (has & OBJECT_IS_WITHOUT_DATA) != 0;
    f->whole_units = (has & OBJECT_IS_WHOLE_UNITS) != 0;
}
