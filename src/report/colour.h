/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands out on a terminal.
 */
#ifndef REPORT_COLOUR_H
#define REPORT_COLOUR_H

#include "util/page.h"

/* Appends what stands before and behind something red; nothing without colour. */
void report_red(struct page *to, bool colour);
void report_plain(struct page *to, bool colour);

#endif
