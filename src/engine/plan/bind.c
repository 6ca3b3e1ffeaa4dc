/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the contract's function and binds it. */
#include "engine/plan/bind.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/loader.h"
#include "function/params.h"
#include "function/prepared/prepared.h"
#include "function/registry.h"
#include "util/lookup.h"

/* The contract's parameters in the form that functions take. */
static struct function_setting *make_settings(const struct contract *c, struct err *e)
{
    static const enum function_param_type types[] = {
        [FLAT_INTEGER] = FUNCTION_INTEGER,
        [FLAT_NUMBER] = FUNCTION_NUMBER,
        [FLAT_STRING] = FUNCTION_STRING,
        [FLAT_BOOLEAN] = FUNCTION_BOOLEAN,
    };
    struct function_setting *s = err_alloc(c->params_count, sizeof *s, "parameters", e);

    for (size_t i = 0; s && i < c->params_count; i++) {
        const struct contract_param *p = &c->params[i];
        s[i] = (struct function_setting){
            .name = p->name,
            .type = types[p->type],
            .value = {.integer = p->integer, .number = p->number, .string = p->string},
        };
    }
    return s;
}

/* Whether a round before the function's own learns something of the columns. */
static bool learns(const struct contract *c)
{
    return c->plan && recipe_plan_learns(c->plan);
}

/* Whether both are over data, or both without. */
static int check_kind(const struct contract *c, const struct function *f, struct err *e)
{
    bool work = c->work_units > 0;

    if (work == (f->without_data == 1))
        return 0;
    return work
               ? err_set(e, ERR_INPUT,
                         "function %s: computes over data, and the contract has work: give it data "
                         "instead, or take a function without data",
                         f->name)
               : err_set(e, ERR_INPUT,
                         "function %s: computes units, has no use for data: give the contract work "
                         "instead of data",
                         f->name);
}

/* Sets what rounds the function has by itself. */
static int find_rounds(const struct contract *c, const struct function *f,
                       enum function_rounds *rounds, struct err *e)
{
    struct function_setting *settings = make_settings(c, e);
    struct function_value *values = err_alloc(f->params_count, sizeof *values, "parameters", e);
    int rc = settings && values ? params_bind(f, settings, c->params_count, values, e) : -1;

    if (rc == 0)
        *rounds = bound_rounds(f, values);
    free(values);
    free(settings);
    return rc;
}

int bind_rounds(const struct contract *c, const struct function *f, enum function_rounds *rounds,
                struct err *e)
{
    if (find_rounds(c, f, rounds, e) < 0)
        return -1;
    if (learns(c) && *rounds == FUNCTION_ONE_ROUND)
        *rounds = FUNCTION_REPLAYED;
    return 0;
}

/* Whether it has as many passes over its data as the contract asks for. */
static int check_rounds(const struct contract *c, const struct function *f, struct err *e)
{
    enum function_rounds rounds = FUNCTION_ONE_ROUND;
    int64_t wanted = c->part > 0 ? c->part - (learns(c) ? 1 : 0) : c->rounds;

    if (wanted > 1 && find_rounds(c, f, &rounds, e) < 0)
        return -1;
    if (f->update && c->work_units > 0)
        return err_set(e, ERR_INPUT,
                       "function %s: is iterative and without data, which no contract can be",
                       f->name);
    if (wanted > 1 && rounds == FUNCTION_ONE_ROUND)
        return err_set(e, ERR_INPUT, "function %s: has one round, the contract asks for %s%" PRId64,
                       f->name, c->part > 0 ? "a part of round " : "", wanted);
    return 0;
}

const struct function *bind_builtin(const struct contract *c, struct err *e)
{
    char text[CONTRACT_BUILTIN];

    snprintf(text, sizeof text, "%s@%" PRId64, c->function, c->version);
    return registry_find(text, e);
}

/* A function from a file that the contract names by its digest. */
static const struct function *find_file(const struct contract *c, struct search_file *file,
                                        struct err *e)
{
    char version[24];
    const struct function *f = loader_find(c->function, c->digest, file, e);

    if (!f)
        return err_null(err_context(e, "function %s", c->function));
    snprintf(version, sizeof version, "%" PRId64, c->version);
    if (strcmp(f->version, version) == 0)
        return f;
    return err_null(err_set(e, ERR_INPUT,
                            "function %s: the contract wants version %s, %s has version %.20s",
                            c->function, version, file->path, f->version));
}

const struct function *engine_function(const struct contract *c, struct search_file *file,
                                       struct err *e)
{
    *file = (struct search_file){0};
    const struct function *f =
        strncmp(c->digest, "sha256:", 7) == 0 ? find_file(c, file, e) : bind_builtin(c, e);

    return f && check_kind(c, f, e) == 0 && check_rounds(c, f, e) == 0 ? f : NULL;
}

/* The same for who does not ask where it comes from. */
static const struct function *find_function(const struct contract *c, struct err *e)
{
    struct search_file file;

    return engine_function(c, &file, e);
}

/* What has a plausible range must be a feature. */
static int check_plausible(const struct contract *c, const struct bound *b, struct err *e)
{
    struct lookup features = {0};
    char name[BOUND_FEATURE] = "";
    int rc = 0;

    for (size_t i = c->plausible_count ? bound_features_length(b) : 0; rc == 0 && i > 0; i--) {
        bound_feature_name(b, i - 1, name, sizeof name);
        rc = lookup_add(&features, name, i, e);
    }
    for (size_t k = 0; rc == 0 && k < c->plausible_count; k++)
        if (lookup_find(&features, c->plausible[k].feature) == LOOKUP_NONE)
            rc = err_set(e, ERR_INPUT,
                         "the contract has a plausible range for '%.100s', which is no feature "
                         "(the first is %s)",
                         c->plausible[k].feature, name);
    lookup_free(&features);
    return rc;
}

/* Features come from a state, and a model goes with one: where the contract allows states less
 * than it does by default, these may have as much as by default. */
static int check_lengths(const struct contract *c, const struct bound *b, struct err *e)
{
    const uint64_t least = UINT64_C(1) << 27;
    const uint64_t most = (uint64_t)c->state_length > least ? (uint64_t)c->state_length : least;

    if (bound_length(b) > (uint64_t)c->state_length)
        return err_set(e, ERR_INPUT,
                       "function %s: a state has %zu doubles, the contract's limit is %" PRId64,
                       c->function, bound_length(b), c->state_length);
    if (bound_features_length(b) > most)
        return err_set(e, ERR_INPUT,
                       "function %s: has %zu features; where the contract's limit of a state is "
                       "%" PRId64 " doubles, expected at most %" PRIu64,
                       c->function, bound_features_length(b), c->state_length, most);
    if (bound_model_length(b) > 2 * most)
        return err_set(
            e, ERR_INPUT,
            "function %s: a model has %zu doubles; where the contract's limit of a state "
            "is %" PRId64 ", expected at most %" PRIu64,
            c->function, bound_model_length(b), c->state_length, 2 * most);
    return 0;
}

/* What the contract limits must be there. */
static int check_limits(const struct contract *c, const struct bound *b, struct err *e)
{
    if (check_lengths(c, b, e) < 0)
        return -1;
    if (c->model && c->model_length != bound_model_length(b))
        return err_set(e, ERR_INPUT, "function %s: a model has %zu doubles, the contract's has %zu",
                       c->function, bound_model_length(b), c->model_length);
    if (c->part > 1 && bound_model_length(b) > 0 && !c->model)
        return err_set(e, ERR_INPUT,
                       "function %s: a part of round %" PRId64 " needs the model of that round, "
                       "and the contract has none",
                       c->function, c->part);
    return check_plausible(c, b, e);
}

int bind_check_features(const struct bound *b, struct err *e)
{
    char name[BOUND_FEATURE + 1]; /* what fills it is too long */

    for (size_t i = 0; i < bound_features_length(b); i++) {
        bound_feature_name(b, i, name, sizeof name);
        if (strlen(name) >= BOUND_FEATURE)
            return err_set(e, ERR_INPUT,
                           "function %s: the name of feature %zu, which begins with '%.60s', has "
                           "more than %d bytes: give the columns shorter names",
                           bound_function(b)->name, i + 1, name, BOUND_FEATURE - 1);
    }
    return 0;
}

/* Binds a function whose columns are prepared as the contract's recipe says. */
static struct bound *bind_prepared(const struct contract *c, const struct function *f,
                                   const struct function_setting *settings,
                                   const char *const *columns, size_t count, struct err *e)
{
    struct prepared_column *what = err_alloc(count, sizeof *what, "columns", e);
    struct bound *b = NULL;

    if (what && count != recipe_plan_columns(c->plan))
        err_set(e, ERR_INPUT, "there are %zu columns; by the contract there are %zu", count,
                recipe_plan_columns(c->plan));
    else if (what) {
        for (size_t i = 0; i < count; i++) {
            enum recipe_fill fill = recipe_plan_fill(c->plan, i);
            what[i].fill = fill == RECIPE_FILL_MEAN     ? PREPARED_MEAN
                           : fill == RECIPE_FILL_MEDIAN ? PREPARED_MEDIAN
                                                        : PREPARED_KEEP;
            what[i].standardise = recipe_plan_standardises(c->plan, i);
        }
        b = prepared_bind(registry_look_up, f, settings, c->params_count, columns, count, what, e);
    }
    free(what);
    return b;
}

struct bound *bind_function(const struct contract *c, const char *const *columns, size_t count,
                            struct err *e)
{
    const struct function *f = find_function(c, e);
    struct function_setting *settings = f ? make_settings(c, e) : NULL;
    struct bound *b = NULL;

    if (settings)
        b = learns(c) ? bind_prepared(c, f, settings, columns, count, e)
                      : registry_bind(f, settings, c->params_count, columns, count, e);
    free(settings);
    if (b && check_limits(c, b, e) < 0) {
        bound_destroy(b);
        b = NULL;
    }
    return b;
}

struct bound *bind_named(const struct contract *c, struct err *e)
{
    size_t count;
    const char *const *columns = contract_columns(c, &count);

    return bind_function(c, columns, count, e);
}

/* A function without data can be asked at once whether it takes its parameters. */
static int check_work(const struct function *f, const struct function_setting *settings,
                      size_t count, struct err *e)
{
    struct bound *b = f->without_data ? registry_bind(f, settings, count, NULL, 0, e) : NULL;

    bound_destroy(b);
    return b || !f->without_data ? 0 : -1;
}

/* A spec that says no version means the newest. */
static int take_newest(struct contract *c, struct err *e)
{
    const struct function *f = c->any_version ? registry_find(c->function, NULL) : NULL;

    return f ? contract_set_version(c, params_version(f), e) : 0;
}

static bool is_given(const struct contract *c, const char *name)
{
    for (size_t i = 0; i < c->params_count; i++)
        if (strcmp(c->params[i].name, name) == 0)
            return true;
    return false;
}

/* Returns how many parameters the contract is to have: what it gives, and all defaults but of
 * those that came later. */
static size_t complete_params(const struct contract *c, const struct function *f,
                              const struct function_value *values, struct contract_param *params)
{
    static const enum flat_type types[] = {
        [FUNCTION_INTEGER] = FLAT_INTEGER,
        [FUNCTION_NUMBER] = FLAT_NUMBER,
        [FUNCTION_STRING] = FLAT_STRING,
        [FUNCTION_BOOLEAN] = FLAT_BOOLEAN,
    };
    size_t n = 0;

    for (size_t i = 0; i < f->params_count; i++)
        if (f->params[i].required != 2 || is_given(c, f->params[i].name))
            params[n++] = (struct contract_param){
                .name = (char *)(uintptr_t)f->params[i].name,
                .type = types[f->params[i].type],
                .integer = values[i].integer,
                .number = values[i].number,
                .string = (char *)(uintptr_t)values[i].string,
            };
    return n;
}

int engine_complete(struct contract *c, struct err *e)
{
    const struct function *f = take_newest(c, e) < 0 ? NULL : find_function(c, e);
    struct function_setting *settings = f ? make_settings(c, e) : NULL;
    struct contract_param *params = NULL;
    struct function_value *values = NULL;
    int rc = -1;

    if (!settings)
        return -1;
    values = err_alloc(f->params_count, sizeof *values, "parameters", e);
    params = err_alloc(f->params_count, sizeof *params, "parameters", e);
    if (!values || !params || params_bind(f, settings, c->params_count, values, e) < 0 ||
        check_work(f, settings, c->params_count, e) < 0)
        goto done;
    rc = contract_set_params(c, params, complete_params(c, f, values, params), e);
done:
    free(params);
    free(values);
    free(settings);
    return rc;
}
