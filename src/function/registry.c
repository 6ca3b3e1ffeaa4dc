/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "function/registry.h"

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
