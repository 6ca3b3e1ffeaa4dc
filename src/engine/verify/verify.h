/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verification of a result: afterwards, offline, from nothing but the files.
 *
 * Convention: not collective.
 */
#ifndef ENGINE_VERIFY_VERIFY_H
#define ENGINE_VERIFY_VERIFY_H

#include "engine/result/result.h"
#include "h5/reader.h"
#include "util/err.h"

/* Called with each thing that is wrong, in words. */
typedef void engine_complaint(void *context, const char *text);

/* What a verification came to. */
struct engine_verdict {
    size_t problems;       /* things that are wrong */
    uint64_t unkept;       /* rounds whose states were not kept: not computed again */
    uint64_t recorded;     /* rounds whose models are what a program said: the same */
    struct result *result; /* if it could be read; the caller frees it */
};

/* Recomputes filter and aggregate of every round from the states in a
 * result, and compares everything with the ledger; -1 only when it could not look. */
int engine_verify(struct reader *r, const char *path, const char *ledger,
                  engine_complaint *complain, void *context, struct engine_verdict *verdict,
                  struct err *e);

#endif
