/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one place from which anything reaches standard output or standard error.
 *
 * What is printed is a page (util/page.h), or becomes one: strings in it are harmless. What cannot
 * be written is found once, at the end, by print_end().
 */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "util/page.h"

/* Returns a page of an answer that may be long: it is printed part by part, on standard output. */
struct page print_page(void);

/* Effect: prints what there is on the page, or the rest of it, at once. */
void print_rest(struct page *page);

/* Effect: prints a text as page_addf() makes it: a line of an answer, or of all else. */
void print_answer(const char *format, ...) __attribute__((format(printf, 1, 2)));
void print_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Effect: prints a JSON text in one line. Where no terminal shows it, it has exactly these bytes:
 * what is not seen in it is escaped for terminals only. */
void print_json(const char *json);

/* Effect: standard output is written as it comes. Called before anything is printed. */
void print_at_once(void);

/* Effect: passes on what the job of a supervisor prints, as page_pass() shows it; a last call with
 * nothing ends it. What cannot be written is forgotten. */
enum print_stream { PRINT_OUTPUT, PRINT_ERRORS };
void print_passed(enum print_stream stream, struct page_part *part, const char *text, size_t len);

/* Whether standard output, or standard error, is a terminal. */
bool print_is_terminal(enum print_stream stream);

/* Effect: what was printed so far is written out. Returns whether it could be, as all before. */
bool print_end(void);

#endif
