/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notes what an audit finds. */
#include "site/audit/audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "site/audit/inside.h"

struct audit_finding *audit_add(struct auditing *x, const char *code, enum audit_state state,
                                const char *site, uint64_t round, const char *format, ...)
{
    struct site_audit *a = x->a;
    struct audit_finding *list =
        err_grow(a->list, a->count, &a->capacity, sizeof *list, "findings", NULL);
    va_list ap;

    a->wrong += state == AUDIT_WRONG;
    a->unchecked += state == AUDIT_UNCHECKED;
    if (!list)
        return NULL;
    a->list = list;
    struct audit_finding *f = &list[a->count++];
    *f = (struct audit_finding){.code = code, .state = state, .round = round};
    snprintf(f->site, sizeof f->site, "%s", site ? site : "");
    va_start(ap, format);
    vsnprintf(f->text, sizeof f->text, format, ap);
    va_end(ap);
    return f;
}

void audit_rest(struct auditing *x, const char *code, const char *text)
{
    for (size_t i = 0; i < x->a->count; i++)
        if (strcmp(x->a->list[i].code, code) == 0)
            return;
    audit_add(x, code, AUDIT_RIGHT, NULL, 0, "%s", text);
}
