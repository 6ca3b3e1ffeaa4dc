/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions from shared objects. */
#include "function/loader.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/bound.h"
#include "util/file.h"
#include "util/store.h"

#define ENTRY "metaneuron_function"

/* A shared object that was loaded; its descriptor stays open, see DESIGN. */
struct library {
    struct library *next;
    struct search_file file;
    const struct function *f;
};

/* What a process has loaded is a state of the whole process: this is what the dynamic
 * linker's own list says, with digests. Entries are added and never changed. */
static struct library *libraries;

/* Nor may some of a process's be loaded and some not: a part of that state. */
static struct {
    loader_make *make; /* NULL: they are loaded here */
    const void *context;
} maker;

/* Returns the table that a shared object exports, once there is that much of it. */
static const struct function *find_entry(void *handle, struct err *e)
{
    const struct function *f = dlsym(handle, ENTRY);
    const ElfW(Sym) *symbol = NULL;
    void *found = NULL;
    Dl_info info;

    if (!f)
        return err_null(
            err_set(e, ERR_INPUT, "it exports no " ENTRY ", see metaneuron/function.h"));
    if (!dladdr1(f, &info, &found, RTLD_DL_SYMENT) || !(symbol = found) ||
        ELF64_ST_TYPE(symbol->st_info) != STT_OBJECT ||
        symbol->st_size < offsetof(struct function, name))
        return err_null(
            err_set(e, ERR_INPUT, "its " ENTRY " is no variable of type const struct function"));
    if (f->abi == METANEURON_FUNCTION_ABI && symbol->st_size < f->size)
        return err_null(err_set(e, ERR_INPUT,
                                "its " ENTRY " has %zu bytes, but says that they are %u",
                                (size_t)symbol->st_size, f->size));
    return bound_check(f, e) < 0 ? NULL : f;
}

/* Returns the first of what was loaded that has one of these digests. */
static struct library *find_loaded(const char *name, const char *digests)
{
    for (struct library *l = libraries; l; l = l->next)
        if (strcmp(l->f->name, name) == 0 && strstr(digests, l->file.digest))
            return l;
    return NULL;
}

static bool is_called(const struct function *f, const char *name, struct err *e)
{
    if (!name || strcmp(f->name, name) == 0)
        return true;
    err_set(e, ERR_INPUT, "its function is called '%s', expected '%s'", f->name, name);
    return false;
}

/* Loads these very bytes. */
static const struct function *load_here(const struct search_file *file, const char *name,
                                        const char *bytes, size_t len, struct err *e)
{
    char path[40];
    void *handle = NULL;
    int fd = file_in_memory(file->path, bytes, len, e);
    const struct function *f;

    if (fd < 0)
        return NULL;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (!(handle = dlopen(path, RTLD_NOW | RTLD_LOCAL))) {
        const char *why = dlerror(), *after = why ? strstr(why, ": ") : NULL;
        err_set(e, ERR_INPUT, "it cannot be loaded: %s", after ? after + 2 : "no reason is given");
    } else if ((f = find_entry(handle, e)) && is_called(f, name, e)) {
        return f;
    }
    if (handle)
        dlclose(handle);
    file_close(fd);
    return NULL;
}

/* Effect: has these very bytes loaded, and keeps what they are. name may be NULL. */
static const struct function *load(const struct search_file *file, const char *name,
                                   const char *bytes, size_t len, struct err *e)
{
    struct library *l = err_alloc(1, sizeof *l, "a shared object", e);

    if (l && maker.make)
        l->f = maker.make(maker.context, file, bytes, len, e);
    else if (l)
        l->f = load_here(file, name, bytes, len, e);
    if (!l || !l->f || !is_called(l->f, name, e)) {
        err_context(e, "%s", file->path);
        free(l);
        return NULL;
    }
    l->file = *file;
    l->next = libraries;
    libraries = l;
    return l->f;
}

void loader_make_by(loader_make *make, const void *context)
{
    maker.make = make;
    maker.context = context;
}

const struct function *loader_open(const char *path, struct search_file *file, struct err *e)
{
    const struct function *f = NULL;
    char *bytes;
    size_t len;

    if (search_read(path, file, &bytes, &len, e) == 0) {
        f = load(file, NULL, bytes, len, e);
        free(bytes);
    }
    return f;
}

const struct function *loader_find(const char *name, const char *digests, struct search_file *file,
                                   struct err *e)
{
    const struct library *loaded = find_loaded(name, digests);
    char path[PATH_MAX];
    struct search_file other = {0};

    if (loaded) {
        *file = loaded->file;
        return loaded->f;
    }
    for (size_t i = 0; search_next(&i, name, path);) {
        char *bytes;
        size_t len;
        if (search_read(path, file, &bytes, &len, e) < 0)
            return NULL;
        bool wanted = strstr(digests, file->digest);
        const struct function *f = wanted ? load(file, name, bytes, len, e) : NULL;
        free(bytes);
        if (wanted)
            return f;
        if (!other.path[0])
            other = *file;
    }
    if (other.path[0])
        err_set(e, ERR_INPUT, "the contract wants %.80s%s, %s is %s", digests,
                strlen(digests) > 80 ? " …" : "", other.path, other.digest);
    else
        search_complain(name, e);
    return NULL;
}

void *loader_library(const char *name, struct err *e)
{
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);

    if (!library) {
        const char *why = dlerror();
        err_set(e, ERR_OPEN, "%s", why ? why : "no reason is given");
    }
    return library;
}

void *loader_symbol(void *library, const char *name, struct err *e)
{
    void *symbol = dlsym(library, name);

    if (!symbol)
        err_set(e, ERR_SOFTWARE, "%s is not in its library", name);
    return symbol;
}
