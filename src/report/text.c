/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes text from elsewhere harmless to a terminal. */
#include "report/text.h"

#include <string.h>

#include "util/text.h"

enum { LINE = 8192 };

const char *report_safe(char buffer[static REPORT_SAFE], const char *text)
{
    return text_printable(buffer, REPORT_SAFE, text);
}

void report_lines(struct buf *to, char *text)
{
    char safe[LINE];

    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        buf_addf(to, "%s\n", text_printable(safe, sizeof safe, line));
    }
}

const char *report_red(bool colour)
{
    return colour ? "\033[31m" : "";
}

const char *report_plain(bool colour)
{
    return colour ? "\033[0m" : "";
}
