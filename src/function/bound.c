/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A function with its parameters and columns, ready to call. */
#include "function/bound_call.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

int bound_check(const struct function *f, struct err *e)
{
    if (f->abi != METANEURON_FUNCTION_ABI)
        return err_set(e, ERR_INPUT,
                       "a function of ABI %u; this program has ABI %d: build it again "
                       "with this program's metaneuron/function.h",
                       f->abi, METANEURON_FUNCTION_ABI);
    if (f->size < METANEURON_FUNCTION_LEAST)
        return err_set(e, ERR_INPUT,
                       "a function whose table has %u bytes, of %zu: build it again "
                       "with this program's metaneuron/function.h",
                       f->size, sizeof *f);
    for (size_t i = sizeof *f; i < f->size; i++)
        if (((const char *)f)[i] != 0)
            return err_set(e, ERR_INPUT,
                           "a function with callbacks that this program does not "
                           "know: use a newer program");
    if (!params_is_name(f->name))
        return err_set(e, ERR_INPUT,
                       "a function whose name '%.100s' is not of the form "
                       "[a-z][a-z0-9_]*",
                       f->name ? f->name : "");
    if (!f->version || !*f->version || !f->summary || !*f->summary)
        return err_set(e, ERR_INPUT, "%s: it has no version or no summary", f->name);
    if (!f->length || !f->accumulate || !f->finish || !f->features_length || !f->features ||
        !f->feature_name)
        return err_set(e, ERR_INPUT,
                       "%s: it lacks a callback; only merge, update, model_length, start, "
                       "ready, rounds, counts and finish_part may be NULL",
                       f->name);
    if (f->without_data != 0 && f->without_data != 1)
        return err_set(e, ERR_INPUT, "%s: without_data is %d, expected 0 or 1", f->name,
                       f->without_data);
    if (f->collective != 0 && f->collective != 1)
        return err_set(e, ERR_INPUT, "%s: collective is %d, expected 0 or 1", f->name,
                       f->collective);
    if (f->whole_units != 0 && f->whole_units != 1)
        return err_set(e, ERR_INPUT, "%s: whole_units is %d, expected 0 or 1", f->name,
                       f->whole_units);
    if (!f->update != !f->model_length || ((f->start || f->rounds) && !f->update))
        return err_set(e, ERR_INPUT,
                       "%s: of update and model_length it has one; start and rounds need both",
                       f->name);
    return params_check(f, e);
}

static char *copy_text(const char *text, struct err *e)
{
    char *copy = strdup(text);

    if (!copy)
        err_memory(e, "a name");
    return copy;
}

static int copy_params(struct bound *b, const struct function_setting *settings, size_t count,
                       struct err *e)
{
    size_t n = b->f->params_count;
    struct function_value *values = err_alloc(n, sizeof *values, "parameters", e);
    int rc = -1;

    b->params = err_alloc(n, sizeof *b->params, "parameters", e);
    if (!values || !b->params || params_bind(b->f, settings, count, values, e) < 0)
        goto done;
    for (size_t i = 0; i < n; i++) {
        b->params[i].integer = values[i].integer;
        b->params[i].number = values[i].number;
        if (b->f->params[i].type == FUNCTION_STRING &&
            !(b->params[i].string = copy_text(values[i].string, e)))
            goto done;
    }
    b->env.params = b->params;
    rc = 0;
done:
    free(values);
    return rc;
}

static int copy_columns(struct bound *b, const char *const *names, size_t count, struct err *e)
{
    if (b->f->without_data && count)
        return err_set(e, ERR_INPUT, "%s: computes units, has no use for data; found %zu columns",
                       b->f->name, count);
    b->columns = err_alloc(count, sizeof *b->columns, "column names", e);
    if (!b->columns)
        return -1;
    b->env.columns = count;
    b->env.column_names = (const char *const *)b->columns;
    for (size_t i = 0; i < count; i++)
        if (!(b->columns[i] = copy_text(names[i], e)))
            return -1;
    return 0;
}

static int ask_lengths(struct bound *b, struct err *e)
{
    if (bound_ask_length(b, b->f->length, "length", BOUND_STATE, &b->length, e) < 0 ||
        bound_ask_length(b, b->f->features_length, "features_length", BOUND_STATE,
                         &b->features_length, e) < 0)
        return -1;
    b->env.state_length = b->length;
    b->env.features_length = b->features_length;
    return bound_ask_model(b, e);
}

struct bound *bound_create_with(bound_find *find, const struct function *f,
                                const struct function_setting *settings, size_t count,
                                const char *const *columns, size_t columns_count, struct err *e)
{
    struct bound *b = NULL;

    if (bound_check(f, e) < 0 || !(b = err_alloc(1, sizeof *b, "a function", e)))
        return NULL;
    b->f = f;
    b->env.round = 1;
    b->env.ranks = 1;
    b->env.find = find;
    b->env.self = f;
    b->env.version = params_version(f);
    if (copy_params(b, settings, count, e) < 0 || copy_columns(b, columns, columns_count, e) < 0 ||
        ask_lengths(b, e) < 0) {
        bound_destroy(b);
        return NULL;
    }
    return b;
}

struct bound *bound_create(const struct function *f, const struct function_setting *settings,
                           size_t count, const char *const *columns, size_t columns_count,
                           struct err *e)
{
    return bound_create_with(NULL, f, settings, count, columns, columns_count, e);
}

void bound_destroy(struct bound *b)
{
    if (!b)
        return;
    for (size_t i = 0; b->params && i < b->f->params_count; i++)
        free((char *)b->params[i].string);
    for (size_t i = 0; b->columns && i < b->env.columns; i++)
        free(b->columns[i]);
    free(b->params);
    free(b->columns);
    free(b->model);
    if (b->release)
        b->release(b->owned);
    free(b);
}

const struct function *bound_function(const struct bound *b)
{
    return b->f;
}

const struct function_value *bound_params(const struct bound *b)
{
    return b->params;
}

size_t bound_length(const struct bound *b)
{
    return b->length;
}

size_t bound_features_length(const struct bound *b)
{
    return b->features_length;
}

bool bound_whole_units(const struct bound *b)
{
    return b->f->whole_units == 1;
}

bool bound_counts(struct bound *b, unsigned char *is_count)
{
    int (*counts)(struct function_env *, unsigned char *) = METANEURON_FUNCTION_COUNTS(b->f);

    memset(is_count, 0, b->length);
    is_count[0] = 1;
    if (!counts || counts(&b->env, is_count) != 0)
        return false;
    for (size_t i = 0; i < b->length; i++)
        is_count[i] = is_count[i] != 0;
    return true;
}

int bound_ready(struct bound *b, struct err *e)
{
    b->env.error[0] = '\0';
    if (!b->f->ready || bound_called(b, b->f->ready(&b->env), "ready", e) == 0)
        return 0;
    return err_for_good(e);
}

int bound_accumulate(struct bound *b, double *state, const struct block *block, struct err *e)
{
    if (block->columns != b->env.columns)
        return err_set(e, ERR_SOFTWARE, "%s: a block of %zu columns; it was bound to %zu",
                       b->f->name, block->columns, b->env.columns);
    if (b->f->without_data && (block->rows != 1 || block->data))
        return err_set(e, ERR_SOFTWARE, "%s: a block of %zu rows; expected one unit, without data",
                       b->f->name, block->rows);
    b->env.error[0] = '\0';
    if (bound_called(b, b->f->accumulate(&b->env, state, block), "accumulate", e) == 0)
        return 0;
    /* What needs more than its data, as a program, or has none, says nothing of the data. */
    return b->f->ready || b->f->without_data ? err_for_good(e) : -1;
}

int bound_merge(struct bound *b, double *into, const double *from, struct err *e)
{
    if (from[0] == 0)
        return 0;
    if (into[0] == 0) {
        memcpy(into, from, b->length * sizeof *into);
        return 0;
    }
    b->env.error[0] = '\0';
    return bound_called(b, bound_add(b->f, &b->env, into, from, b->length), "merge", e);
}

int bound_features(struct bound *b, const double *state, double *value, double *error,
                   struct err *e)
{
    b->env.error[0] = '\0';
    return bound_called(b, b->f->features(&b->env, state, value, error), "features", e);
}

void bound_feature_name(const struct bound *b, size_t i, char *text, size_t size)
{
    text[0] = '\0';
    b->f->feature_name(&b->env, i, text, size);
    if (!text[0])
        snprintf(text, size, "feature_%zu", i + 1);
}

/* An output that looks at each array and passes it on. */
struct checked_output {
    struct function_output base;
    struct function_output *to;
    const struct bound *b;
    struct buf names; /* seen so far, each between spaces */
    struct err *e;
    bool failed; /* whatever the callback makes of it */
};

static int check_and_put(struct checked_output *out, const struct function_array *a)
{
    const char *function = out->b->f->name;
    char word[PARAMS_NAME + 2];

    if (!params_is_name(a->name) || strlen(a->name) >= PARAMS_NAME)
        return err_set(out->e, ERR_INPUT,
                       "%s: finish gives an array without a name of the form "
                       "[a-z][a-z0-9_]*, at most 64 characters",
                       function);
    if (!a->help || !a->values || a->rows < 1 || a->columns < 1 ||
        a->rows > SIZE_MAX / 16 / sizeof(double) / a->columns)
        return err_set(out->e, ERR_INPUT,
                       "%s: finish gives an array '%s' of %zu x %zu, or without "
                       "help or values",
                       function, a->name, a->rows, a->columns);
    snprintf(word, sizeof word, " %s ", a->name);
    if (out->names.data && strstr(out->names.data, word))
        return err_set(out->e, ERR_INPUT, "%s: finish gives two arrays '%s'", function, a->name);
    buf_adds(&out->names, word);
    if (buf_failed(&out->names))
        return err_memory(out->e, "the names of arrays");
    if (out->to->put(out->to, a) != 0)
        return err_set(out->e, ERR_SOFTWARE, "%s: array '%s' could not be taken", function,
                       a->name);
    return 0;
}

static int put_checked(struct function_output *base, const struct function_array *a)
{
    struct checked_output *out = (struct checked_output *)base;

    if (check_and_put(out, a) < 0)
        out->failed = true;
    return out->failed ? -1 : 0;
}

int bound_finish(struct bound *b, const double *state, struct function_output *out, struct err *e)
{
    struct err first = {0};
    struct checked_output checked = {
        .base = {.put = put_checked}, .to = out, .b = b, .e = e ? e : &first};

    b->env.error[0] = '\0';
    int rc = bound_called(b, b->f->finish(&b->env, state, &checked.base), "finish", checked.e);
    buf_free(&checked.names);
    return checked.failed ? -1 : rc;
}

bool bound_has_parts(struct bound *b)
{
    return METANEURON_FUNCTION_FINISH_PART(b->f) && b->features_length + 1 == b->length &&
           b->f->finish_part(&b->env, NULL, NULL) == 0;
}

int bound_finish_part(struct bound *b, const struct function_part *part,
                      struct function_output *out, struct err *e)
{
    struct err first = {0};
    struct checked_output checked = {
        .base = {.put = put_checked}, .to = out, .b = b, .e = e ? e : &first};

    b->env.error[0] = '\0';
    int rc =
        bound_called(b, b->f->finish_part(&b->env, part, &checked.base), "finish_part", checked.e);
    buf_free(&checked.names);
    return checked.failed ? -1 : rc;
}
