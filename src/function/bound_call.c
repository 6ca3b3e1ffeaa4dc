/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error that a callback which failed has left. */
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
