/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which built-in functions there are. */
#include "function/registry.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "function/builtin.h"
#include "function/params.h"
#include "util/alike.h"
#include "util/buf.h"

#define ADDRESS(name) &function_##name,
static const struct function *const functions[] = {BUILTIN_LIST(ADDRESS)};
static const struct function *const older[] = {BUILTIN_OLDER(ADDRESS)};

enum { OLDER = sizeof older / sizeof older[0] };

const struct function *registry_at(size_t i)
{
    return i < sizeof functions / sizeof functions[0] ? functions[i] : NULL;
}

/* Whether text, NAME or NAME@VERSION, is this function. */
static bool is_called(const struct function *f, const char *text)
{
    size_t n = strcspn(text, "@");

    return strlen(f->name) == n && strncmp(f->name, text, n) == 0 &&
           (text[n] == '\0' || strcmp(text + n + 1, f->version) == 0);
}

static int explain_unknown(const char *text, struct err *e)
{
    const struct function *f;
    struct buf names = {0};
    char name[PARAMS_NAME], hint[ALIKE_HINT] = "";
    bool found = false;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "@"), text);
    for (size_t i = 0; (f = registry_at(i)); i++) {
        if (is_called(f, name)) {
            buf_free(&names);
            return err_set(e, ERR_INPUT,
                           "%.100s is wanted, here is %s@%s: use a program that has it, or build "
                           "the contract again",
                           text, f->name, f->version);
        }
        found = found || alike_hint(hint, name, f->name);
        buf_addf(&names, "%s%s", i > 0 ? ", " : "", f->name);
    }
    if (buf_failed(&names))
        err_memory(e, "the names of the functions");
    else
        err_set(e, ERR_INPUT,
                "function '%s' is not known%s; there are: %s, and those of files that a contract "
                "names by their digests",
                name, hint, names.data);
    buf_free(&names);
    return -1;
}

const struct function *registry_find(const char *text, struct err *e)
{
    for (size_t i = 0; registry_at(i); i++)
        if (is_called(registry_at(i), text))
            return registry_at(i);
    for (size_t i = 0; i < OLDER; i++)
        if (is_called(older[i], text))
            return older[i];
    return err_null(explain_unknown(text, e));
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
