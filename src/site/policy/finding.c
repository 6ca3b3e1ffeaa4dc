/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rule finds, in sentences. */
#include "site/policy/rules_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool finding_allow(struct rules_finding *f, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(f->text, sizeof f->text, format, ap);
    va_end(ap);
    return true;
}

bool finding_deny(struct rules_finding *f, const char *change, const char *format, ...)
{
    va_list ap;

    f->allowed = false;
    snprintf(f->change, sizeof f->change, "%s", change);
    va_start(ap, format);
    vsnprintf(f->text, sizeof f->text, format, ap);
    va_end(ap);
    return true;
}

bool finding_unsaid(struct rules_finding *f, const char *what)
{
    char change[RULES_TEXT];

    snprintf(change, sizeof change,
             "write %s into policy.yaml, then: metaneuron site policy accept", f->rule);
    return finding_deny(f, change, "The policy does not say %s, and what it does not say is denied",
                        what);
}

const char *finding_list(char *text, size_t size, char *const *names, size_t count)
{
    const size_t room = 48; /* for how many there are besides */
    size_t used = 0, i = 0;

    snprintf(text, size, "nothing");
    for (; i < count && used + strlen(names[i]) + room < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", names[i]);
    if (i < count)
        snprintf(text + used, size - used, "%s%zu %s", i ? " and " : "", count - i,
                 i ? "more" : "names");
    return text;
}

bool finding_has(char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

bool finding_author(struct rules_finding *f, char *const *authors, size_t count, const char *author)
{
    char list[160], change[RULES_TEXT];

    if (finding_has(authors, count, author))
        return finding_allow(f, "The run is published by %s, who is allowed to ask", author);
    snprintf(change, sizeof change,
             "write %s into %s of policy.yaml, then: metaneuron site policy accept", author,
             f->rule);
    return finding_deny(f, change, "The run is published by %s, and the policy allows %s", author,
                        count ? finding_list(list, sizeof list, authors, count) : "nobody");
}
