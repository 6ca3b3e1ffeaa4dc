/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes red what stands out on a terminal. */
#include "report/colour.h"

void report_red(struct page *to, bool colour)
{
    if (colour)
        page_addf(to, "\033[31m");
}

void report_plain(struct page *to, bool colour)
{
    if (colour)
        page_addf(to, "\033[0m");
}
