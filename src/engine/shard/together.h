/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the first N ranks of a job tell each other when they do something together.
 *
 * Convention: every function is called by all of them, who are ranks 0 to N - 1; rank 0 is the
 * master. A rank without memory for it ends the job, as the others wait.
 */
#ifndef ENGINE_TOGETHER_H
#define ENGINE_TOGETHER_H

#include <stddef.h>
#include <stdint.h>

#include "engine/transport/transport.h"
#include "util/err.h"

/* Effect: data is what the master has. */
int together_tell(struct transport *t, int ranks, void *data, size_t len, struct err *e);

/* Effect: what went wrong on any rank goes wrong on all of them; mine may be of no error. */
int together_agree(struct transport *t, int ranks, const struct err *mine, struct err *e);

/* Effect: on the master all is what each rank has said, len bytes of each. */
int together_gather(struct transport *t, int ranks, void *said, size_t len, void *all,
                    struct err *e);

/* The least that a rank could have sent and received, in bytes. */
struct together_least {
    uint64_t sent, received;
};

/* Effect: whole, count doubles, is on every rank what it is on the master, which hands each rank a
 * part of it, and each hands that to the others; *least grows. */
int together_share(struct transport *t, int ranks, double *whole, size_t count,
                   struct together_least *least, struct err *e);

#endif
