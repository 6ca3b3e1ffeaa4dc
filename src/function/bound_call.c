/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a callback has answered: an error, a length, or a merged state. */
#include "function/bound_call.h"

int bound_called(struct bound *b, int rc, const char *callback, struct err *e)
{
    if (rc == 0)
        return 0;
    b->env.error[sizeof b->env.error - 1] = '\0';
    if (b->env.error[0] == '\0')
        return err_set(e, ERR_INPUT, "%s: %s failed without saying why", b->f->name, callback);
    return err_set(e, ERR_INPUT, "%s: %s", b->f->name, b->env.error);
}

int bound_ask_length(struct bound *b, int (*ask)(struct function_env *, size_t *),
                     const char *callback, size_t most, size_t *n, struct err *e)
{
    if (bound_called(b, ask(&b->env, n), callback, e) < 0)
        return -1;
    if (*n >= 1 && *n <= most)
        return 0;
    return err_set(e, ERR_INPUT, "%s: %s gives %zu; expected 1 to %zu", b->f->name, callback, *n,
                   most);
}

int bound_add(const struct function *f, struct function_env *env, double *into, const double *from,
              size_t length)
{
    if (f->merge)
        return f->merge(env, into, from);
    for (size_t i = 0; i < length; i++)
        into[i] += from[i];
    return 0;
}
