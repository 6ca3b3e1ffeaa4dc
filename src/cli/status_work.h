/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of a contract without data: its slaves, each with all of its ranges.
 */
#ifndef CLI_STATUS_WORK_H
#define CLI_STATUS_WORK_H

#include <stdbool.h>

#include "engine/view/view.h"

/* Whether the entries are ranges; before the first is in, nothing shows it. */
bool status_is_work(const struct view *v);

/* Effect: prints the table on standard output. */
void status_print_work(const struct view *v, bool colour);

#endif
