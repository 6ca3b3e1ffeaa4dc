/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function that is swept, ready to call at each point. */
#include "function/sweep/sweep_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "function/loader.h"
#include "function/params.h"
#include "util/parse.h"

/* NAME@VERSION, or NAME@sha256:… */
static const struct function *find_function(const struct function_env *env, struct err *e)
{
    const char *text = env->params[SWEEP_FUNCTION].string;
    char why[sizeof env->error] = "no functions can be looked up here";
    char name[PARAMS_NAME] = "";
    size_t length = strcspn(text, "@");
    struct search_file file;
    const struct function *f;

    if (text[length] != '@' || length >= sizeof name)
        return err_null(err_set(e, ERR_INPUT, "'%.80s' is not of the form NAME@VERSION", text));
    memcpy(name, text, length);
    text += length + 1;
    if (strncmp(text, "sha256:", 7) == 0)
        return loader_find(name, text, &file, e);
    f = env->find ? env->find(env->params[SWEEP_FUNCTION].string, why, sizeof why) : NULL;
    if (!f)
        err_set(e, ERR_INPUT, "%s", why);
    return f;
}

static int check_function(struct function_env *env, const struct function *f, int without_data)
{
    if (strncmp(f->name, "sweep", 5) == 0)
        return tell_error(env, "%s: a sweep of sweeps is one sweep of more parameters", f->name);
    if (f->update)
        return tell_error(env, "%s goes in rounds, which a sweep has no models for", f->name);
    if (f->without_data == without_data)
        return 0;
    return without_data ? tell_error(env, "%s is over data: sweep_data takes it", f->name)
                        : tell_error(env, "%s has no use for data: sweep takes it", f->name);
}

int sweep_open(struct sweep *s, struct function_env *env, int without_data)
{
    struct err e = {0};

    *s = (struct sweep){0};
    s->f = find_function(env, &e);
    if (!s->f)
        return tell_error(env, "function: %s", e.text);
    if (check_function(env, s->f, without_data) < 0)
        return -1;
    s->values = calloc(s->f->params_count + 1, sizeof *s->values);
    if (!s->values)
        return tell_error(env, "no memory for parameters");
    for (size_t i = 0; i < s->f->params_count; i++)
        s->values[i] = s->f->params[i].fallback;
    s->env = (struct function_env){
        .columns = env->columns,
        .column_names = env->column_names,
        .params = s->values,
        .round = 1,
        .ranks = 1, /* a point is computed by one rank, whatever the function could do */
        .host = env->host,
        .find = env->find,
        .version = params_version(s->f),
        .self = s->f,
    };
    if (sweep_read_grid(s, env, env->params[SWEEP_GRID].string) < 0)
        return -1;
    sweep_choose(s, 0);
    return 0;
}

void sweep_close(struct sweep *s)
{
    for (size_t k = 0; k < s->axes; k++)
        free(s->axis[k].values);
    free(s->values);
    free(s->text);
}

int sweep_called(struct sweep *s, struct function_env *env, int rc, size_t point)
{
    char label[SWEEP_LABEL];

    if (rc == 0)
        return 0;
    s->env.error[sizeof s->env.error - 1] = '\0';
    return tell_error(env, "%s at %.60s: %.170s", s->f->name, sweep_label(s, point, label),
                      s->env.error[0] ? s->env.error : "failed without saying why");
}

int sweep_ask_length(struct sweep *s, struct function_env *env)
{
    int rc = sweep_called(s, env, s->f->length(&s->env, &s->length), 0);

    s->env.state_length = s->length;
    return rc;
}

/* Whether the function's own table allows the values of the point that is chosen. */
static int check_values(struct sweep *s, struct function_env *env)
{
    struct function_setting settings[SWEEP_AXES];
    struct function_value *bound = calloc(s->f->params_count + 1, sizeof *bound);
    struct err e = {0};
    int rc = bound ? 0 : tell_error(env, "no memory for parameters");

    for (size_t k = 0; k < s->axes; k++) {
        const struct function_param *p = &s->f->params[s->axis[k].param];
        settings[k] = (struct function_setting){p->name, p->type, s->values[s->axis[k].param]};
    }
    if (rc == 0 && params_bind(s->f, settings, s->axes, bound, &e) < 0)
        rc = tell_error(env, "grid: %s", e.text);
    free(bound);
    return rc;
}

static int check_point(struct sweep *s, struct function_env *env, size_t point)
{
    size_t length = 0, features = 0;
    char label[SWEEP_LABEL];

    sweep_choose(s, point);
    if (check_values(s, env) < 0)
        return -1;
    int rc = s->f->length(&s->env, &length);
    rc = rc != 0 ? rc : s->f->features_length(&s->env, &features);
    if (sweep_called(s, env, rc, point) < 0)
        return -1;
    if (length < 1 || length > SWEEP_LENGTH || features < 1 || features > SWEEP_FEATURES)
        return tell_error(env, "%s has a state of %zu doubles with %zu features", s->f->name,
                          length, features);
    if (point == 0)
        s->length = length, s->features = features;
    if (length == s->length && features == s->features)
        return 0;
    return tell_error(env,
                      "grid: at %s the state has %zu doubles with %zu features, at the first point "
                      "%zu with %zu; they must be equally many",
                      sweep_label(s, point, label), length, features, s->length, s->features);
}

int sweep_check(struct sweep *s, struct function_env *env)
{
    for (size_t point = 0; point < s->points; point++)
        if (check_point(s, env, point) < 0)
            return -1;
    if (s->length > (SWEEP_LENGTH - 1) / s->points || s->features > SWEEP_FEATURES / s->points)
        return tell_error(env,
                          "grid: %zu points with %zu doubles and %zu features each; expected at "
                          "most %d doubles and %d features in all",
                          s->points, s->length, s->features, SWEEP_LENGTH, SWEEP_FEATURES);
    return 0;
}

void sweep_choose(struct sweep *s, size_t point)
{
    for (size_t k = s->axes; k-- > 0;) {
        const struct sweep_axis *a = &s->axis[k];
        s->values[a->param] = a->values[point % a->count];
        point /= a->count;
    }
}

static int show(const struct function_param *p, const struct function_value *v, char *text,
                size_t size)
{
    char number[NUMBER_TEXT];

    if (p->type == FUNCTION_STRING)
        return snprintf(text, size, "%s=%s", p->name, v->string);
    if (p->type == FUNCTION_BOOLEAN)
        return snprintf(text, size, "%s=%s", p->name, v->integer ? "true" : "false");
    if (p->type == FUNCTION_INTEGER)
        return snprintf(text, size, "%s=%" PRId64, p->name, v->integer);
    return snprintf(text, size, "%s=%s", p->name, format_double(number, v->number));
}

const char *sweep_label(const struct sweep *s, size_t point, char text[static SWEEP_LABEL])
{
    size_t used = 0, block = s->points;

    text[0] = '\0';
    for (size_t k = 0; k < s->axes && used < SWEEP_LABEL; k++) {
        const struct sweep_axis *a = &s->axis[k];
        block /= a->count;
        if (a->count < 2)
            continue;
        if (used > 0 && used + 1 < SWEEP_LABEL)
            text[used++] = ' ';
        used += (size_t)show(&s->f->params[a->param], &a->values[point / block % a->count],
                             text + used, SWEEP_LABEL - used);
    }
    if (!text[0])
        snprintf(text, SWEEP_LABEL, "the only point");
    return text;
}
