/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one error type. */
#include "util/err.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/show.h"
#include "util/text.h"

/* Effect: out is the text, with what others have said in it shown; where there is no memory for
 * that, as it is. */
static void set_text(char out[static ERR_TEXT], const char *format, va_list ap)
{
    struct buf b = {0};

    show_addv(&b, format, ap);
    if (buf_failed(&b))
        vsnprintf(out, ERR_TEXT, format, ap);
    else
        text_valid(out, ERR_TEXT, b.data ? b.data : "");
    buf_free(&b);
}

bool err_is_code(uint64_t code)
{
    static const enum err_code codes[] = {
        ERR_USAGE,      ERR_VERIFY,    ERR_INPUT,   ERR_OPEN,  ERR_SOFTWARE, ERR_IO,
        ERR_INCOMPLETE, ERR_PERMANENT, ERR_REFUSED, ERR_SHARE, ERR_STOPPED,
    };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (code == codes[i])
            return true;
    return false;
}

/* Returns whether it was set: the first error stays. */
static bool set(struct err *e, enum err_code code, const char *format, va_list ap)
{
    if (!e || e->code != ERR_NONE)
        return false;
    e->code = code;
    set_text(e->text, format, ap);
    return true;
}

int err_set(struct err *e, enum err_code code, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    set(e, code, format, ap);
    va_end(ap);
    return -1;
}

int err_set_here(struct err *e, enum err_code code, const char *here, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    if (set(e, code, format, ap))
        text_printable(e->here, sizeof e->here, here);
    va_end(ap);
    return -1;
}

int err_pass(struct err *e, const struct err *from)
{
    if (e && e->code == ERR_NONE)
        *e = *from;
    return -1;
}

const char *err_whole(const struct err *e, char whole[static ERR_WHOLE])
{
    snprintf(whole, ERR_WHOLE, "%s%s%s", e->text, e->here[0] ? "; " : "", e->here);
    return whole;
}

int err_errno(struct err *e, enum err_code code, const char *format, ...)
{
    int saved = errno;
    va_list ap;

    if (!e || e->code != ERR_NONE)
        return -1;
    va_start(ap, format);
    e->code = code;
    set_text(e->text, format, ap);
    va_end(ap);
    size_t n = strlen(e->text);
    snprintf(e->text + n, sizeof e->text - n, ": %s", strerror(saved));
    return -1;
}

int err_context(struct err *e, const char *format, ...)
{
    char old[sizeof e->text];
    va_list ap;

    if (!e || e->code == ERR_NONE)
        return -1;
    memcpy(old, e->text, sizeof old);
    va_start(ap, format);
    set_text(e->text, format, ap);
    va_end(ap);
    size_t n = strlen(e->text);
    if (n + 2 < sizeof e->text) {
        memcpy(e->text + n, ": ", 3);
        text_valid(e->text + n + 2, sizeof e->text - n - 2, old);
    }
    return -1;
}

int err_for_good(struct err *e)
{
    if (e && e->code == ERR_INPUT)
        e->code = ERR_PERMANENT;
    return -1;
}

bool err_is_permanent(enum err_code code)
{
    switch (code) {
    case ERR_USAGE:
    case ERR_VERIFY:
    case ERR_PART:
    case ERR_INPUT:
    case ERR_OPEN:
    case ERR_PERMANENT:
    case ERR_REFUSED:
    case ERR_SHARE:
    case ERR_STOPPED:
        return true;
    case ERR_NONE:
    case ERR_SOFTWARE:
    case ERR_IO:
    case ERR_INCOMPLETE:
        return false;
    }
    return false;
}

enum err_code err_code_of(uint64_t code)
{
    return err_is_code(code) ? (enum err_code)code : ERR_SOFTWARE;
}

int err_memory(struct err *e, const char *what)
{
    return err_set(e, ERR_SOFTWARE, "out of memory for %s", what);
}

void err_clear(struct err *e)
{
    if (e) {
        e->code = ERR_NONE;
        e->text[0] = '\0';
        e->here[0] = '\0';
    }
}

void *err_alloc(size_t count, size_t size, const char *what, struct err *e)
{
    void *p = NULL;

    if (count == 0)
        count = 1;
    if (size == 0 || count <= SIZE_MAX / 2 / size)
        p = calloc(count, size ? size : 1);
    if (!p)
        err_memory(e, what);
    return p;
}

void *err_grow(void *array, size_t count, size_t *capacity, size_t size, const char *what,
               struct err *e)
{
    if (count < *capacity)
        return array;
    size_t wanted = *capacity ? 2 * *capacity : 16;
    void *more = realloc(array, wanted * size);
    if (!more)
        err_memory(e, what);
    else
        *capacity = wanted;
    return more;
}
