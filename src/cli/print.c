/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints what can do no harm. */
#include "cli/print.h"

#include <stdio.h>
#include <unistd.h>

static FILE *file_of(enum print_stream stream)
{
    return stream == PRINT_OUTPUT ? stdout : stderr;
}

static void take(void *context, const char *text, size_t len)
{
    fwrite(text, 1, len, context);
}

struct page print_page(void)
{
    return (struct page){.take = take, .context = stdout};
}

void print_rest(struct page *page)
{
    page->take = take;
    page->context = stdout;
    page_finish(page);
}

/* Prints a line; where there is no memory for it, its words without what was to stand in them. */
static void print_line(FILE *to, const char *format, va_list ap)
{
    struct page page = {.take = take, .context = to};

    page_addv(&page, format, ap);
    if (page_failed(&page))
        fputs(format, to);
    page_finish(&page);
    page_free(&page);
}

void print_answer(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    print_line(stdout, format, ap);
    va_end(ap);
}

void print_error(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    print_line(stderr, format, ap);
    va_end(ap);
}

void print_json(const char *json)
{
    struct page page = print_page();

    if (!print_is_terminal(PRINT_OUTPUT)) {
        fputs(json, stdout);
        fputc('\n', stdout);
        return;
    }
    page_json(&page, json);
    page_addf(&page, "\n");
    page_finish(&page);
    page_free(&page);
}

void print_at_once(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
}

void print_passed(enum print_stream stream, struct page_part *part, const char *text, size_t len)
{
    FILE *to = file_of(stream);
    struct page page = {.take = take, .context = to};

    page_pass(&page, part, text, len);
    page_finish(&page);
    page_free(&page);
    clearerr(to);
}

bool print_is_terminal(enum print_stream stream)
{
    return isatty(fileno(file_of(stream))) == 1;
}

bool print_end(void)
{
    return fflush(stdout) == 0 && !ferror(stdout);
}
