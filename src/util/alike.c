/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that look alike, and how they differ. */
#include "util/alike.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "util/directory.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/text.h"

/* What two names may differ by, as bits; 1 << KINDS is one more than all of them. */
enum { CASE = 1, SPACE = 2, UNSEEN = 4, FORM = 8, MARKS = 16, ENCODING = 32, KINDS = 6 };

static const struct {
    const char *words;
    int options; /* of utf8proc, by which they no longer differ; 0: it is done here */
} kinds[KINDS] = {
    {"case", UTF8PROC_CASEFOLD},
    {"white space", 0},
    {"characters that are not seen", UTF8PROC_IGNORE | UTF8PROC_STRIPCC},
    {"Unicode form", UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT},
    {"dashes or quotes", UTF8PROC_LUMP},
    {"encoding", 0},
};

static bool is_space(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);

    return (c >= '\t' && c <= '\r') || category == UTF8PROC_CATEGORY_ZS ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

static void drop_space(char *text)
{
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(text), n;
    utf8proc_int32_t c;
    char *to = text;

    for (; left > 0; text += n, left -= n) {
        n = utf8proc_iterate((const utf8proc_uint8_t *)text, left, &c);
        if (n <= 0) /* it is not UTF-8: nothing is alike */
            return;
        if (is_space(c))
            continue;
        memmove(to, text, (size_t)n);
        to += n;
    }
    *to = '\0';
}

/* Returns the text, which the caller frees; what is no UTF-8 is taken for Latin-1 and turned
 * into it. */
static char *to_utf8(const char *text)
{
    char *out = malloc(2 * strlen(text) + 1), *to = out;

    for (; out && *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= 0x80)
            *to++ = (char)(0xc0 | c >> 6);
        *to++ = (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c);
    }
    if (out)
        *to = '\0';
    return out;
}

/* Returns the name without what kinds may differ, which the caller frees; NULL: it is not
 * UTF-8, or there is no memory. */
static char *without(const char *name, unsigned differing)
{
    char *copy = differing & ENCODING && !text_is_utf8(name) ? to_utf8(name) : strdup(name);
    utf8proc_uint8_t *bare = NULL;
    int options = UTF8PROC_NULLTERM;

    for (size_t i = 0; i < KINDS; i++)
        options |= differing >> i & 1 ? kinds[i].options : 0;
    if (copy && differing & SPACE)
        drop_space(copy);
    if (copy)
        utf8proc_map((const utf8proc_uint8_t *)copy, 0, &bare, (utf8proc_option_t)options);
    free(copy);
    return (char *)bare;
}

static bool is_same(const char *a, const char *b, unsigned differing)
{
    char *x = without(a, differing), *y = without(b, differing);
    bool same = x && y && x[0] && strcmp(x, y) == 0;

    free(x);
    free(y);
    return same;
}

/* Effect: text names the kinds: "case", or "case and white space". */
static void name_kinds(char *text, size_t size, unsigned differing)
{
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < KINDS; i++)
        if (differing >> i & 1 && n < size)
            n += (size_t)snprintf(text + n, size - n, "%s%s", n ? " and " : "", kinds[i].words);
}

bool alike_how(char how[static ALIKE_HOW], const char *one, const char *other)
{
    unsigned all = (1u << KINDS) - 1, best = all;

    how[0] = '\0';
    if (strcmp(one, other) == 0 || !is_same(one, other, all))
        return false;
    /* The fewest kinds that do. */
    for (unsigned some = 1; some < all; some++)
        if (__builtin_popcount(some) < __builtin_popcount(best) && is_same(one, other, some))
            best = some;
    name_kinds(how, ALIKE_HOW, best);
    return true;
}

bool alike_hint(char hint[static ALIKE_HINT], const char *wanted, const char *there)
{
    char shown[200], how[ALIKE_HOW];

    if (!alike_how(how, wanted, there))
        return false;
    snprintf(hint, ALIKE_HINT, "; there is '%s', which differs only by its %s",
             text_printable(shown, sizeof shown, there), how);
    return true;
}

const char *alike_among(char hint[static ALIKE_HINT], const char *wanted, const char *const *names,
                        size_t count)
{
    bool found = false;

    hint[0] = '\0';
    for (size_t i = 0; i < count && !found; i++)
        found = alike_hint(hint, wanted, names[i]);
    return hint;
}

/* A name that a directory is searched for. */
struct wanted {
    const char *name;
    char hint[ALIKE_HINT];
};

static int visit(void *context, const char *name, struct err *e)
{
    struct wanted *w = context;

    (void)e;
    return alike_hint(w->hint, w->name, name) ? -1 : 0;
}

void alike_file(const char *path, struct err *e)
{
    struct wanted w = {.name = file_last(path)};
    char parent[PATH_MAX];
    int saved = errno;

    if (e && !file_exists(path))
        file_each(file_parent(path, parent), "", visit, &w, NULL);
    if (w.hint[0])
        err_context(e, "%s", w.hint + strlen("; "));
    errno = saved;
}
