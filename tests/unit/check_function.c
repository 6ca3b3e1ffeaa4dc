/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry and the binding of functions: names, tables, parameters, copies, and errors. */
#include "function.h"

#include <stdio.h>

#include "function/builtin.h"

/* A third party's function: [rows, sum] of one column, with every type of
 * parameter, that does what its tests tell it. */
enum { LIMIT, SCALE, MODE, STRICT, PARAMS };

static const struct function_param params[PARAMS] = {
    {"limit", FUNCTION_INTEGER, {.integer = 3}, 0, 0, 10, NULL, "a limit"},
    {"scale", FUNCTION_NUMBER, {.number = 1}, 1, 0, INFINITY, NULL, "a scale"},
    {"mode", FUNCTION_STRING, {.string = "fast"}, 0, 0, 0, "fast slow", "a mode"},
    {"strict", FUNCTION_BOOLEAN, {.integer = 1}, 0, 0, 0, NULL, "a switch"},
};

static int length(struct function_env *env, size_t *n)
{
    *n = env->columns + 1;
    return 0;
}

static int no_length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = 0;
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    if ((int64_t)block->rows > env->params[LIMIT].integer) {
        snprintf(env->error, sizeof env->error, "%zu rows", block->rows);
        return -1;
    }
    for (size_t i = 0; i < block->rows; i++)
        state[1] += env->params[SCALE].number * block->data[i];
    state[0] += (double)block->rows;
    return 0;
}

static int silent(struct function_env *env, double *state, const struct block *block)
{
    (void)env, (void)state, (void)block;
    return -1;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    (void)env;
    *value = state[1] / state[0], *error = 0;
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    snprintf(text, size, "%s%zu", env->column_names[0], i);
}

/* Gives the array that state[1] numbers, and takes no notice of a refusal. */
static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    const struct function_array arrays[] = {
        {"sum", "a sum", 1, 1, NULL, NULL, state},
        {"Sum", "a sum", 1, 1, NULL, NULL, state},
        {"sum", NULL, 1, 1, NULL, NULL, state},
        {"sum", "a sum", 1, 1, NULL, NULL, NULL},
        {"sum", "a sum", 0, 1, NULL, NULL, state},
        {"sum", "a sum", SIZE_MAX / 2, 4, NULL, NULL, state},
    };
    (void)env;
    out->put(out, &arrays[0]);
    if (state[1] >= 0)
        out->put(out, &arrays[(int)state[1]]);
    return 0;
}

static const struct function third = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "third",
    .version = "1",
    .summary = "A third party's.",
    .params = params,
    .params_count = PARAMS,
    .length = length,
    .accumulate = accumulate,
    .finish = finish,
    .features_length = length,
    .features = features,
    .feature_name = feature_name,
};

static const char *const columns[] = {"x"};
static const struct function_setting scale = {"scale", FUNCTION_INTEGER, {.integer = 2}};

#define ck_refused(f, settings, count, words)                                                \
    do {                                                                                     \
        struct err e_ = {0};                                                                 \
        ck_fails(bound_create(f, settings, count, columns, 1, &e_) ? 0 : -1, &e_, ERR_INPUT, \
                 words);                                                                     \
    } while (0)

#define BUILTIN_TEXT(name) #name ", "

START_TEST(functions_are_found_by_name)
{
    struct err e = {0};
    const struct function *f, *last = NULL;
    size_t n = 0;

    for (; (f = registry_at(n)); n++, last = f) {
        ck_ok(bound_check(f, &e), &e);
        ck_assert_ptr_eq(registry_find(f->name, &e), f);
        ck_assert_msg(!last || strcmp(last->name, f->name) < 0, "builtin.h: %s stands after %s",
                      f->name, last->name);
    }
    ck_assert_uint_ge(n, 2);
    ck_fails(registry_find("mean", &e) ? 0 : -1, &e, ERR_INPUT,
             "function 'mean' is not known; there are: " BUILTIN_LIST(BUILTIN_TEXT));
}
END_TEST

START_TEST(tables_of_another_abi_are_refused)
{
    struct {
        struct function f;
        void *later;
    } newer = {.f = third};
    struct function f = third;
    struct err e = {0};

    f.abi++;
    ck_refused(&f, &scale, 1, "a function of ABI 2; this program has ABI 1");
    f = third, f.size = METANEURON_FUNCTION_LEAST - 8;
    ck_refused(&f, &scale, 1, "a function whose table has");
    newer.f.size = sizeof newer;
    ck_ok(bound_check(&newer.f, &e), &e);
    newer.later = &newer;
    ck_refused(&newer.f, &scale, 1, "callbacks that this program does not know");
    f = third, f.name = "Third";
    ck_refused(&f, &scale, 1, "whose name 'Third'");
    f = third, f.version = NULL;
    ck_refused(&f, &scale, 1, "third: it has no version");
    f = third, f.accumulate = NULL;
    ck_refused(&f, &scale, 1, "third: it lacks a callback");
    f = third, f.length = no_length;
    ck_refused(&f, &scale, 1, "third: length gives 0; expected 1 to 1073741824");
    f = third, f.features_length = no_length;
    ck_refused(&f, &scale, 1, "third: features_length gives 0; expected 1 to 1073741824");
}
END_TEST

/* The same function without data: a unit adds its number to the sum. */
static int accumulate_unit(struct function_env *env, double *state, const struct block *block)
{
    (void)env;
    state[0] += (double)block->rows;
    state[1] += (double)block->first;
    return 0;
}

static int two(struct function_env *env, size_t *n)
{
    (void)env;
    *n = 2;
    return 0;
}

START_TEST(a_function_without_data_takes_units)
{
    struct function f = third;
    struct err e = {0};
    double state[2] = {0}, x = 1;
    struct block unit = {.rows = 1, .first = 40};

    f.without_data = 1, f.accumulate = accumulate_unit, f.length = two;
    ck_refused(&f, &scale, 1, "third: computes units, has no use for data; found 1 columns");
    struct bound *b = bound_create(&f, &scale, 1, NULL, 0, &e);
    ck_assert_msg(b != NULL, "%s", e.text);
    ck_ok(bound_accumulate(b, state, &unit, &e), &e);
    unit.first = 2;
    ck_ok(bound_accumulate(b, state, &unit, &e), &e);
    ck_assert(state[0] == 2 && state[1] == 42);
    unit.rows = 2;
    ck_fails(bound_accumulate(b, state, &unit, &e), &e, ERR_SOFTWARE, "expected one unit");
    unit.rows = 1, unit.data = &x;
    ck_fails(bound_accumulate(b, state, &unit, &e), &e, ERR_SOFTWARE, "expected one unit");
    unit.columns = 1;
    ck_fails(bound_accumulate(b, state, &unit, &e), &e, ERR_SOFTWARE, "a block of 1 columns");
    bound_destroy(b);
    f.without_data = 2;
    ck_refused(&f, &scale, 1, "third: without_data is 2, expected 0 or 1");
}
END_TEST

/* Iterative: the model is the mean of all rounds' means, over when it moves no more. */
static int model_length(struct function_env *env, size_t *n)
{
    *n = (size_t)env->params[LIMIT].integer;
    return 0;
}

static int start(struct function_env *env, double *model)
{
    ck_assert(env->round == 1 && env->model == NULL);
    model[1] = env->params[SCALE].number;
    return 0;
}

static int update(struct function_env *env, double *model, const double *state, int *converged)
{
    if (state[0] == 0) {
        snprintf(env->error, sizeof env->error, "no rows");
        return -1;
    }
    model[0] += (state[1] / state[0] - env->model[0]) / (double)env->round;
    *converged = model[0] == env->model[0];
    return 0;
}

static size_t said;

static int said_length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = said;
    return 0;
}

/* What a stranger's file says is bounded before anything is made of it. */
START_TEST(lengths_have_bounds)
{
    static const size_t lengths[] = {(size_t)1 << 57, SIZE_MAX, SIZE_MAX / 8 + 1};
    struct function f;
    struct err e = {0};
    char words[128];

    for (size_t i = 0; i < 4; i++) {
        said = i < 3 ? lengths[i] : BOUND_STATE + 1;
        snprintf(words, sizeof words, "length gives %zu; expected 1 to %zu", said, BOUND_STATE);
        f = third, f.length = said_length;
        ck_refused(&f, &scale, 1, words);
        f = third, f.features_length = said_length;
        ck_refused(&f, &scale, 1, words);
        said += i < 3 ? 0 : BOUND_MODEL - BOUND_STATE;
        snprintf(words, sizeof words, "model_length gives %zu; expected 1 to %zu", said,
                 BOUND_MODEL);
        f = third, f.update = update, f.model_length = said_length;
        ck_refused(&f, &scale, 1, words);
    }
    said = BOUND_STATE;
    f = third, f.length = f.features_length = said_length;
    struct bound *b = bound_create(&f, &scale, 1, columns, 1, &e);
    ck_assert_msg(b != NULL, "%s", e.text);
    ck_assert_uint_eq(bound_length(b), BOUND_STATE);
    ck_assert_uint_eq(bound_features_length(b), BOUND_STATE);
    bound_destroy(b);
}
END_TEST

START_TEST(an_iterative_function_has_models)
{
    struct function f = third;
    struct function_setting limit[] = {
        scale, {.name = "limit", .type = FUNCTION_INTEGER, .value.integer = 2}};
    double model[2], state[2] = {2, 6}, empty[2] = {0};
    struct err e = {0};
    bool over = true;

    f.update = update;
    ck_refused(&f, &scale, 1, "third: of update and model_length it has one");
    f.update = NULL, f.start = start;
    ck_refused(&f, &scale, 1, "start and rounds need both");
    f.update = update, f.model_length = no_length;
    ck_refused(&f, &scale, 1, "third: model_length gives 0; expected 1 to 2147483648");
    f.model_length = model_length;
    struct bound *b = bound_create(&f, limit, 2, columns, 1, &e);
    ck_assert_msg(b != NULL, "%s", e.text);
    ck_assert_uint_eq(bound_model_length(b), 2);
    ck_ok(bound_start(b, model, &e), &e);
    ck_assert(model[0] == 0 && model[1] == 2);
    for (uint64_t round = 1; round <= 2; round++) {
        bound_set_round(b, round, model);
        ck_ok(bound_update(b, model, state, &over, &e), &e);
        ck_assert(model[0] == 3 && model[1] == 2 && over == (round == 2));
    }
    ck_fails(bound_update(b, model, empty, &over, &e), &e, ERR_INPUT, "third: no rows");
    state[1] = INFINITY;
    ck_fails(bound_update(b, model, state, &over, &e), &e, ERR_INPUT,
             "third: update gives a model whose value 1 is not finite");
    bound_destroy(b);
    f.start = NULL;
    ck_assert((b = bound_create(&f, limit, 2, columns, 1, &e)) != NULL);
    ck_ok(bound_start(b, model, &e), &e);
    ck_assert(model[0] == 0 && model[1] == 0);
    bound_destroy(b);
    f.collective = 2;
    ck_refused(&f, &scale, 1, "third: collective is 2, expected 0 or 1");
}
END_TEST

START_TEST(parameter_tables_are_checked)
{
    struct function_param p[2] = {params[LIMIT], params[SCALE]};
    struct function f = third;

    f.params = p, f.params_count = 2;
    p[0].fallback.integer = 11;
    ck_refused(&f, &scale, 1,
               "a wrong default: third: parameter 'limit' is 11; expected an "
               "integer from 0 to 10");
    p[0] = params[LIMIT], p[0].max = -1;
    ck_refused(&f, &scale, 1, "the range of parameter 'limit' is empty");
    p[0] = params[LIMIT], p[0].name = "scale";
    ck_refused(&f, &scale, 1, "parameter 'scale' is in its table twice");
    p[0] = params[LIMIT], p[0].name = "9";
    ck_refused(&f, &scale, 1, "parameter 1 has no name");
    p[0] = params[LIMIT], p[0].type = (enum function_param_type)9;
    ck_refused(&f, &scale, 1, "parameter 'limit' is of unknown type 9");
    f.params = NULL;
    ck_refused(&f, &scale, 1, "no table of its 2 parameters");
}
END_TEST

START_TEST(settings_are_checked)
{
    static const struct {
        struct function_setting setting;
        const char *words;
    } wrong[] = {
        {{"size", FUNCTION_INTEGER, {.integer = 1}},
         "third: there is no parameter 'size'; there are: limit, scale, mode, strict"},
        {{"limit", FUNCTION_INTEGER, {.integer = 11}},
         "third: parameter 'limit' is 11; expected an integer from 0 to 10"},
        {{"limit", FUNCTION_NUMBER, {.number = 1.5}},
         "third: parameter 'limit' is 1.5; expected an integer from 0 to 10"},
        {{"mode", FUNCTION_STRING, {.string = "fas"}},
         "third: parameter 'mode' is 'fas'; expected a string, one of: fast slow"},
        {{"mode", FUNCTION_BOOLEAN, {.integer = 1}}, "third: parameter 'mode' is true; expected"},
        {{"strict", FUNCTION_BOOLEAN, {.integer = 2}},
         "third: parameter 'strict' is 2; expected true or false"},
        {{"scale", FUNCTION_NUMBER, {.number = 1}}, "third: parameter 'scale' is given twice"},
    };
    struct function_setting s[2] = {scale};
    struct function_setting infinite = {"scale", FUNCTION_NUMBER, {.number = INFINITY}};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        s[1] = wrong[i].setting;
        ck_refused(&third, s, 2, wrong[i].words);
    }
    ck_refused(&third, &infinite, 1,
               "third: parameter 'scale' is inf; expected a number, at least 0");
    ck_refused(&third, NULL, 0, "third: parameter 'scale' is missing: a scale");
}
END_TEST

START_TEST(a_bound_function_keeps_copies)
{
    char name[] = "x", mode[] = "slow", text[8];
    const char *list[] = {name};
    struct function_setting s[] = {scale, {"mode", FUNCTION_STRING, {.string = mode}}};
    struct err e = {0};
    struct bound *b = bound_create(&third, s, 2, list, 1, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    name[0] = 'y', mode[0] = '-';
    ck_assert_ptr_eq(bound_function(b), &third);
    ck_assert_int_eq(bound_params(b)[LIMIT].integer, 3);
    ck_assert(bound_params(b)[SCALE].number == 2);
    ck_assert_str_eq(bound_params(b)[MODE].string, "slow");
    ck_assert_int_eq(bound_params(b)[STRICT].integer, 1);
    bound_feature_name(b, 1, text, sizeof text);
    ck_assert_str_eq(text, "x1");
    ck_assert(bound_length(b) == 2 && bound_features_length(b) == 2);
    bound_destroy(b);
    bound_destroy(NULL);
}
END_TEST

static void no_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    (void)env;
    if (i > 0)
        snprintf(text, size, "%s", "");
}

START_TEST(a_feature_without_a_name_has_its_number)
{
    const char *list[] = {"x"};
    struct function nameless = third;
    struct err e = {0};
    char text[16] = "unchanged";

    nameless.feature_name = no_name;
    struct bound *b = bound_create(&nameless, &scale, 1, list, 1, &e);
    ck_assert_msg(b != NULL, "%s", e.text);
    bound_feature_name(b, 0, text, sizeof text);
    ck_assert_str_eq(text, "feature_1");
    bound_feature_name(b, 1, text, sizeof text);
    ck_assert_str_eq(text, "feature_2");
    bound_destroy(b);
}
END_TEST

START_TEST(callbacks_fail_with_a_text)
{
    const double x[] = {1, 2, 3, 4};
    struct block block = {.rows = 3, .columns = 1, .data = x};
    struct function f = third;
    struct err e = {0};
    struct bound *b = bound_create(&third, &scale, 1, columns, 1, &e);
    double into[2] = {0}, from[2] = {0};

    ck_ok(bound_accumulate(b, from, &block, &e), &e);
    ck_ok(bound_merge(b, into, from, &e), &e);
    ck_ok(bound_merge(b, into, from, &e), &e);
    ck_assert(into[0] == 6 && into[1] == 24);
    block.rows = 4;
    ck_fails(bound_accumulate(b, from, &block, &e), &e, ERR_INPUT, "third: 4 rows");
    block.columns = 2;
    ck_fails(bound_accumulate(b, from, &block, &e), &e, ERR_SOFTWARE, "a block of 2 columns");
    bound_destroy(b);

    f.accumulate = silent;
    b = bound_create(&f, &scale, 1, columns, 1, &e);
    block.columns = 1;
    ck_fails(bound_accumulate(b, from, &block, &e), &e, ERR_INPUT,
             "third: accumulate failed without saying why");
    bound_destroy(b);
}
END_TEST

static int refuse_array(struct function_output *out, const struct function_array *a)
{
    (void)out, (void)a;
    return -1;
}

START_TEST(arrays_are_checked)
{
    static const char *const words[] = {"two arrays 'sum'", "without a name of the form",
                                        "'sum' of 1 x 1",   "'sum' of 1 x 1",
                                        "'sum' of 0 x 1",   "'sum' of 9223372036854775807 x 4"};
    struct err e = {0};
    struct bound *b = bound_create(&third, &scale, 1, columns, 1, &e);
    struct function_output refusing = {.put = refuse_array};

    for (int i = 0; i < 6; i++) {
        struct kept out = {.base.put = keep_array};
        double state[2] = {1, i};
        ck_fails(bound_finish(b, state, &out.base, &e), &e, ERR_INPUT, words[i]);
        ck_assert_uint_eq(out.count, 1);
    }
    double state[2] = {1, -1};
    struct kept out = {.base.put = keep_array};
    ck_ok(bound_finish(b, state, &out.base, &e), &e);
    ck_fails(bound_finish(b, state, &refusing, &e), &e, ERR_SOFTWARE, "could not be taken");
    ck_assert_int_eq(bound_finish(b, state, &refusing, NULL), -1);
    bound_destroy(b);
}
END_TEST

START_TEST(built_in_parameters_are_checked)
{
    struct err e = {0};
    const struct function *f = registry_find("moments", &e);
    struct function_setting order = {"order", FUNCTION_INTEGER, {.integer = 5}};

    ck_refused(f, &order, 1, "moments: parameter 'order' is 5; expected an integer from 1 to 4");
    ck_fails(bound_create(f, NULL, 0, NULL, 0, &e) ? 0 : -1, &e, ERR_INPUT,
             "moments: there are no columns");
    struct function_setting target = {"target", FUNCTION_STRING, {.string = "y"}};
    ck_fails(bound_create(registry_find("linreg", &e), &target, 1, NULL, 0, &e) ? 0 : -1, &e,
             ERR_INPUT, "linreg: there are no columns; expected the target, 'y'");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, functions_are_found_by_name);
    tcase_add_test(t, tables_of_another_abi_are_refused);
    tcase_add_test(t, a_function_without_data_takes_units);
    tcase_add_test(t, lengths_have_bounds);
    tcase_add_test(t, an_iterative_function_has_models);
    tcase_add_test(t, parameter_tables_are_checked);
    tcase_add_test(t, settings_are_checked);
    tcase_add_test(t, a_bound_function_keeps_copies);
    tcase_add_test(t, a_feature_without_a_name_has_its_number);
    tcase_add_test(t, callbacks_fail_with_a_text);
    tcase_add_test(t, arrays_are_checked);
    tcase_add_test(t, built_in_parameters_are_checked);
}

UNIT_MAIN("function", add)
