/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Functions on paper.
 */
#ifndef REPORT_FUNCTION_H
#define REPORT_FUNCTION_H

#include <metaneuron/function.h>

#include "function/search.h"
#include "util/page.h"

/* Appends a line for each function that is built in, then for each file on the search path. */
int report_functions(struct page *to, struct err *e);

/* Appends a function and its parameters; the file has an empty path if it is built in. */
void report_function(struct page *to, const struct function *f, const struct search_file *file);

/* Returns which group of a contract the function goes with, as a word. */
const char *report_function_kind(const struct function *f);

#endif
