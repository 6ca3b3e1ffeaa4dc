/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every fuzz target has: ways to say what must hold, whatever bytes come.
 *
 * A target is one file, tests/fuzz/NAME.c, which defines LLVMFuzzerTestOneInput(). libFuzzer
 * calls it with bytes of its own choice (make fuzz), driver.c with the seeds and with what they
 * become by small damage (make check). It returns 0, always; what must not be ends the process.
 *
 * Convention: a target keeps nothing from one call to the next but what costs time to make.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/flat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Ends the process unless the condition holds. */
#define must(condition) \
    ((condition) ? (void)0 : fuzz_found(__FILE__, __LINE__, "expected " #condition))

_Noreturn void fuzz_found(const char *file, int line, const char *what);

/* What was refused was so with that code, and in words that can be shown and hold named. */
#define must_refuse(e, code, named) fuzz_refused(__FILE__, __LINE__, e, code, named)

void fuzz_refused(const char *file, int line, const struct err *e, enum err_code code,
                  const char *named);

/* Both are the same bytes. */
#define must_equal(a, a_len, b, b_len) fuzz_equal(__FILE__, __LINE__, a, a_len, b, b_len)

void fuzz_equal(const char *file, int line, const void *a, size_t a_len, const void *b,
                size_t b_len);

/* From begin to end not more than so many bytes of memory were in use at once, besides those
 * that were before. Known only with AddressSanitizer; without it nothing is looked at. */
void fuzz_memory_begin(void);
void fuzz_memory_end(size_t most);

/* Returns the path of a file in memory that holds these bytes until the next call, and sets *fd
 * (may be NULL) to its descriptor, which stays open. */
const char *fuzz_file(const void *data, size_t len, int *fd);

/* Returns a copy with a NUL after it, which the caller frees. */
char *fuzz_text(const void *data, size_t len);

/* Returns the document that a text gives line by line, "PATH KIND [ROWS [COLUMNS]] = VALUES":
 * the kind is a letter of ginsbB (group, integer, number, string, boolean, bytes), values are
 * divided by commas, and missing ones are 0 or empty. Lines that are none are passed over. The
 * caller destroys it. So seeds can be read, and any document can be said. */
struct flat *fuzz_document(const uint8_t *data, size_t len);

#endif
