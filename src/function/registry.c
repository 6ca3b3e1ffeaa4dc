/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which built-in functions there are. */
#include "function/registry.h"

#include <stdio.h>
#include <string.h>

#include "function/builtin.h"
#include "util/buf.h"

#define ADDRESS(name) &function_##name,
static const struct function *const functions[] = {BUILTIN_LIST(ADDRESS)};

const struct function *registry_at(size_t i)
{
    return i < sizeof functions / sizeof functions[0] ? functions[i] : NULL;
}

const struct function *registry_find(const char *name, struct err *e)
{
    const struct function *f;
    struct buf names = {0};

    for (size_t i = 0; (f = registry_at(i)); i++) {
        if (strcmp(f->name, name) == 0) {
            buf_free(&names);
            return f;
        }
        buf_addf(&names, "%s%s", i > 0 ? ", " : "", f->name);
    }
    if (buf_failed(&names))
        err_memory(e, "the names of the functions");
    else
        err_set(e, ERR_INPUT,
                "function '%s' is not known; there are: %s, and those of files that a contract "
                "names by their digests",
                name, names.data);
    buf_free(&names);
    return NULL;
}

const struct function *registry_look_up(const char *name, char *text, size_t size)
{
    struct err e = {0};
    const struct function *f = registry_find(name, &e);

    snprintf(text, size, "%s", e.text);
    return f;
}

struct bound *registry_bind(const struct function *f, const struct function_setting *settings,
                            size_t count, const char *const *columns, size_t columns_count,
                            struct err *e)
{
    return bound_create_with(registry_look_up, f, settings, count, columns, columns_count, e);
}
