/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The built-in function whose merge a program's states declare. */
#include "function/exec/exec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "function/params.h"
#include "util/parse.h"

enum { SETTINGS_MOST = 32 };

bool exec_is_sum(const struct function_env *env)
{
    return strcmp(env->params[EXEC_MERGE].string, "sum") == 0;
}

/* Only what merges and judges states is used: a function with rounds of its own, or one
 * whose ranks talk to each other, is more than that. */
static const struct function *find_merge(struct function_env *env)
{
    const char *name = env->params[EXEC_MERGE].string;
    char why[sizeof env->error] = "no functions can be looked up here", first[PARAMS_NAME + 16];
    /* What a contract means by a name alone must not change when a version comes. */
    snprintf(first, sizeof first, "%.*s%s", PARAMS_NAME, name, strchr(name, '@') ? "" : "@1");
    const struct function *f = env->find ? env->find(first, why, sizeof why) : NULL;

    if (!f)
        tell_error(env, "merge: %s", why);
    else if (f->without_data || f->update || f->collective) {
        tell_error(env, "merge: %.100s is not a function of one round over data", name);
        return NULL;
    }
    return f;
}

static void trim(char **text)
{
    *text += strspn(*text, " ");
    for (size_t n = strlen(*text); n > 0 && (*text)[n - 1] == ' '; n--)
        (*text)[n - 1] = '\0';
}

/* One NAME=VALUE, as the function's table wants it; of what it wants otherwise,
 * params_bind() will complain. */
static int read_setting(struct function_env *env, const struct function *f, char *text,
                        struct function_setting *s)
{
    char *equals = strchr(text, '=');

    if (!equals)
        return tell_error(env, "merge_params: '%.60s' is not of the form NAME=VALUE", text);
    *equals = '\0';
    char *value = equals + 1;
    trim(&text);
    trim(&value);
    *s = (struct function_setting){.name = text, .type = FUNCTION_STRING, .value.string = value};
    for (size_t i = 0; i < f->params_count; i++) {
        if (strcmp(f->params[i].name, text) != 0)
            continue;
        bool yes = strcmp(value, "true") == 0;
        if (f->params[i].type == FUNCTION_INTEGER && parse_i64(value, &s->value.integer) == 0)
            s->type = FUNCTION_INTEGER;
        else if (f->params[i].type == FUNCTION_NUMBER && parse_double(value, &s->value.number) == 0)
            s->type = FUNCTION_NUMBER;
        else if (f->params[i].type == FUNCTION_BOOLEAN && (yes || strcmp(value, "false") == 0)) {
            s->type = FUNCTION_BOOLEAN;
            s->value.integer = yes;
        }
    }
    return 0;
}

struct bound *exec_merge_bind(struct function_env *env)
{
    struct function_setting settings[SETTINGS_MOST];
    const struct function *f = find_merge(env);
    char *text = f ? strdup(env->params[EXEC_MERGE_PARAMS].string) : NULL, *next = text;
    struct bound *b = NULL;
    struct err e = {0};
    size_t n = 0;

    if (!f)
        return NULL;
    while (next && next[strspn(next, " ")]) {
        char *part = strsep(&next, "|");
        if (n == SETTINGS_MOST) {
            tell_error(env, "merge_params: more than %d", SETTINGS_MOST);
            goto done;
        }
        if (read_setting(env, f, part, &settings[n++]) < 0)
            goto done;
    }
    b = bound_create_with(env->find, f, settings, n, env->column_names, env->columns, &e);
    if (!b)
        tell_error(env, "merge: %s", e.text);
done:
    free(text);
    return b;
}
