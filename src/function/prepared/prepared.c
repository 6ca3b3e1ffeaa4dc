/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A function whose columns are filled in and standardised, by what a round before its own learns. */
#include "function/prepared/prepared.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "function/prepared/prepared_private.h"

/* Of a column with a median: magnitudes between these, to that relative accuracy. */
#define SMALLEST 1e-12
#define LARGEST  1e12
#define ACCURACY 1e-3

static bool is_first(const struct function_env *env)
{
    return env->round <= 1;
}

static size_t head_length(const struct prepared *p)
{
    return PREPARED_LEARNT * p->parts;
}

/* The other function's, in the same round and among the same ranks. */
static struct function_env *inner_env(const struct function_env *env)
{
    const struct prepared *p = prepared_of(env);
    struct function_env *inner = &p->inner->env;

    inner->round = is_first(env) ? 1 : env->round - 1;
    inner->model = env->model && p->inner->model_length ? env->model + head_length(p) : NULL;
    inner->communicator = env->communicator;
    inner->rank = env->rank;
    inner->ranks = env->ranks;
    inner->host = env->host;
    inner->error[0] = '\0';
    return inner;
}

/* What the other one answered, with its reason. */
static int answered(struct function_env *env, const struct function_env *inner, int rc)
{
    if (rc != 0)
        snprintf(env->error, sizeof env->error, "%s", inner->error);
    return rc;
}

static int length(struct function_env *env, size_t *n)
{
    const struct prepared *p = prepared_of(env);

    *n = prepared_length(p);
    if (p->inner->length > *n)
        *n = p->inner->length;
    return 0;
}

static int features_length(struct function_env *env, size_t *n)
{
    const struct prepared *p = prepared_of(env);

    *n = prepared_features_length(p) + p->inner->features_length;
    return 0;
}

static int model_length(struct function_env *env, size_t *n)
{
    const struct prepared *p = prepared_of(env);

    *n = head_length(p) + p->inner->model_length;
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    const struct prepared *p = prepared_of(env);
    struct function_env *inner = inner_env(env);
    struct block prepared = *block;

    if (is_first(env))
        return prepared_accumulate(env, state, block);
    double *rows = prepared_room(env, block->rows, block->columns);
    if (!rows)
        return -1;
    prepared_rows(p, (const struct prepared_learnt *)env->model, block, rows);
    prepared.data = rows;
    return answered(env, inner, p->inner->f->accumulate(inner, state, &prepared));
}

static int merge(struct function_env *env, double *into, const double *from)
{
    const struct prepared *p = prepared_of(env);
    struct function_env *inner = inner_env(env);

    if (is_first(env)) {
        prepared_merge(p, into, from);
        return 0;
    }
    return answered(env, inner, bound_add(p->inner->f, inner, into, from, p->inner->length));
}

/* What a round does not have. */
static void say_nothing(double *value, double *error, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        value[i] = 0;
        error[i] = INFINITY;
    }
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    const struct prepared *p = prepared_of(env);
    struct function_env *inner = inner_env(env);
    size_t head = prepared_features_length(p);

    if (is_first(env)) {
        prepared_features(p, state, value, error);
        say_nothing(value + head, error + head, p->inner->features_length);
        return 0;
    }
    say_nothing(value, error, head);
    return answered(env, inner, p->inner->f->features(inner, state, value + head, error + head));
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    const struct prepared *p = prepared_of(env);
    size_t head = prepared_features_length(p);

    if (i < head)
        prepared_feature_name(env, i, text, size);
    else
        p->inner->f->feature_name(inner_env(env), i - head, text, size);
}

/* Those of columns are the first round's, and the other function's all others'. */
static bool has_feature(const struct function_env *env, size_t i)
{
    return is_first(env) == (i < prepared_features_length(prepared_of(env)));
}

static int start(struct function_env *env, double *model)
{
    const struct prepared *p = prepared_of(env);
    struct function_env *inner = inner_env(env);

    if (p->inner->model_length == 0 || !p->inner->f->start)
        return 0;
    return answered(env, inner, p->inner->f->start(inner, model + head_length(p)));
}

static int update(struct function_env *env, double *model, const double *state, int *converged)
{
    const struct prepared *p = prepared_of(env);
    struct function_env *inner = inner_env(env);

    if (is_first(env))
        return prepared_learn(env, state, (struct prepared_learnt *)model);
    *converged = p->inner->model_length == 0;
    if (*converged)
        return 0;
    return answered(env, inner,
                    p->inner->f->update(inner, model + head_length(p), state, converged));
}

/* What was learnt, for people. */
static int put_learnt(const struct function_env *env, struct function_output *out)
{
    static const char *const what[PREPARED_LEARNT] = {"values", "missing", "fill", "centre",
                                                      "spread"};
    const struct prepared *p = prepared_of(env);
    const char **names = malloc(p->parts * sizeof *names);
    struct function_array a = {
        .name = "preparation",
        .help = "of each prepared column: rows with and without a value; what stands where there "
                "is none (0 where nothing does); what was subtracted, and divided by, in its unit",
        .rows = p->parts,
        .columns = PREPARED_LEARNT,
        .row_labels = names,
        .column_labels = what,
        .values = env->model,
    };

    for (size_t j = 0; names && j < p->parts; j++)
        names[j] = env->column_names[p->part[j].column];
    int rc = names ? out->put(out, &a) : -1;
    free(names);
    return rc;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    const struct prepared *p = prepared_of(env);
    struct function_env *inner = inner_env(env);

    if (is_first(env))
        return tell_unfinished(out, state[0]);
    if (put_learnt(env, out) != 0)
        return tell_error(env, "what was learnt of %zu columns could not be put", p->parts);
    return answered(env, inner, p->inner->f->finish(inner, state, out));
}

static int counts(struct function_env *env, unsigned char *is_count)
{
    const struct prepared *p = prepared_of(env);
    int (*of)(struct function_env *, unsigned char *) = METANEURON_FUNCTION_COUNTS(p->inner->f);

    if (is_first(env)) {
        prepared_counts(p, is_count);
        return 0;
    }
    return of ? of(inner_env(env), is_count) : -1;
}

static int ready(struct function_env *env)
{
    struct function_env *inner = inner_env(env);

    return answered(env, inner, prepared_of(env)->inner->f->ready(inner));
}

static void release(void *prepared)
{
    struct prepared *p = prepared;

    bound_destroy(p->inner);
    free(p->part);
    free(p->rows);
    free(p);
}

/* The other function's table, with the callbacks of this file. Parameters, name and version are
 * those of the other one: it is what a contract names. */
static void make_table(struct prepared *p)
{
    const struct function *f = p->inner->f;
    struct function *t = &p->table;

    memcpy(t, f, f->size < sizeof *t ? f->size : sizeof *t);
    t->size = sizeof *t;
    t->length = length;
    t->accumulate = accumulate;
    t->merge = merge;
    t->finish = finish;
    t->features_length = features_length;
    t->features = features;
    t->feature_name = feature_name;
    t->update = update;
    t->model_length = model_length;
    t->start = start;
    t->ready = f->ready ? ready : NULL;
    if (bound_rounds(f, p->inner->params) == FUNCTION_ONE_ROUND)
        t->rounds = NULL; /* two, which can be computed again */
    t->counts = counts;
    t->finish_part = NULL;
}

/* Effect: p knows what is prepared. */
static int find_parts(struct prepared *p, const struct prepared_column *column, size_t count,
                      struct err *e)
{
    p->part = err_alloc(count, sizeof *p->part, "prepared columns", e);
    if (!p->part)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (column[i].fill != PREPARED_KEEP || column[i].standardise) {
            p->part[p->parts++] = (struct prepared_part){.column = i, .what = column[i]};
            p->medians += column[i].fill == PREPARED_MEDIAN;
        }
    p->sketch = sketch_of(ACCURACY, SMALLEST, LARGEST, true);
    return p->parts ? 0 : err_set(e, ERR_SOFTWARE, "there is no column to be prepared");
}

struct bound *prepared_bind(bound_find *find, const struct function *f,
                            const struct function_setting *settings, size_t count,
                            const char *const *columns, size_t columns_count,
                            const struct prepared_column *column, struct err *e)
{
    struct prepared *p = err_alloc(1, sizeof *p, "a function", e);
    struct bound *b = NULL;

    if (!p)
        return NULL;
    p->inner = bound_create_with(find, f, settings, count, columns, columns_count, e);
    if (!p->inner || find_parts(p, column, columns_count, e) < 0)
        goto done;
    if (f->without_data || f->collective) {
        err_set(e, ERR_INPUT,
                "%s: has columns that nothing can be done with before: leave out impute "
                "and standardise",
                f->name);
        goto done;
    }
    make_table(p);
    b = bound_create_with(find, &p->table, settings, count, columns, columns_count, e);
done:
    if (b) {
        b->owned = p;
        b->release = release;
        b->has_feature = has_feature;
    } else {
        release(p);
    }
    return b;
}
