/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what must hold, and ends the process where it does not. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/text.h"

void fuzz_found(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    abort();
}

void fuzz_refused(const char *file, int line, const struct err *e, enum err_code code,
                  const char *named)
{
    char shown[2 * sizeof e->text];

    if (getenv("FUZZ_SAY"))
        fprintf(stderr, "%s:%d: refused: %s\n", file, line, e->text);
    if (e->code == code && e->text[0] && strstr(e->text, named) &&
        strcmp(text_printable(shown, sizeof shown, e->text), e->text) == 0)
        return;
    fprintf(stderr, "expected code %d and '%s', found %d: %s\n", (int)code, named, (int)e->code,
            e->text);
    fuzz_found(file, line, "is not refused as it should be");
}

void fuzz_equal(const char *file, int line, const void *a, size_t a_len, const void *b,
                size_t b_len)
{
    if (a_len == b_len && (a_len == 0 || memcmp(a, b, a_len) == 0))
        return;
    fprintf(stderr, "found    %.*s\nexpected %.*s\n", (int)a_len, (const char *)a, (int)b_len,
            (const char *)b);
    fuzz_found(file, line, "bytes differ");
}

/* What AddressSanitizer has, if it is there. */
int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *, size_t),
                                              void (*)(const volatile void *))
    __attribute__((weak));
size_t __sanitizer_get_allocated_size(const volatile void *) __attribute__((weak));

/* Bytes in use beyond those at the beginning, and the most there were. */
static long long in_use, most_in_use;

static void count_more(const volatile void *p, size_t size)
{
    (void)p;
    in_use += (long long)size;
    if (in_use > most_in_use)
        most_in_use = in_use;
}

static void count_less(const volatile void *p)
{
    in_use -= (long long)__sanitizer_get_allocated_size(p);
}

void fuzz_memory_begin(void)
{
    static int installed;

    if (!installed && __sanitizer_install_malloc_and_free_hooks)
        __sanitizer_install_malloc_and_free_hooks(count_more, count_less);
    installed = 1;
    in_use = most_in_use = 0;
}

void fuzz_memory_end(size_t most)
{
    if (most_in_use <= (long long)most)
        return;
    fprintf(stderr, "expected at most %zu bytes of memory, found %lld\n", most, most_in_use);
    fuzz_found(__FILE__, __LINE__, "takes too much memory");
}

const char *fuzz_file(const void *data, size_t len, int *fd)
{
    static char path[64];
    static int file = -1;

    if (file < 0) {
        file = memfd_create("input", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    must(file >= 0 && ftruncate(file, 0) == 0);
    must(pwrite(file, data, len, 0) == (ssize_t)len);
    if (fd)
        *fd = file;
    return path;
}

char *fuzz_text(const void *data, size_t len)
{
    char *text = malloc(len + 1);

    must(text);
    memcpy(text, data, len);
    text[len] = '\0';
    return text;
}
