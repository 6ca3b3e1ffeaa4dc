/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of collecting: the pool of centres, whose results the engine's flow judges. Private to
 * this folder.
 */
#ifndef SITE_POOL_H
#define SITE_POOL_H

#include "engine/flow/job.h"
#include "site/roster.h"
#include "site/sealed.h"
#include "site/site.h"

/* What opens a pool: the context of pool_of_sites(). */
struct pool_opening {
    struct site *s;
    const char *hopeless; /* afterwards: the code with which the run may be closed, or NULL */
};

/* What a collector works with. Result k is that of the run's party k: they stand in the order of
 * their names, here and there. */
struct pool_of_sites {
    struct pool pool; /* the first member */
    struct job *j;
    struct pool_opening *o;
    char run[RUN_HEX + 1];
    int64_t now_us;
};

/* pool.c */
pool_opener pool_of_sites;

/* assemble.c. Effect: who computes this round is said, once all have answered or the time for that is
 * over. */
int pool_say_roster(struct pool_of_sites *p, struct fed_run *run, struct err *e);

/* Fails with what is waited for, of the centres whose names b has, which is freed. */
int pool_wait(const struct pool_of_sites *p, struct buf *names, const char *what, int64_t until_us,
              struct err *e);

/* Effect: one more name. */
void pool_add_name(struct buf *names, const char *name);

/* take.c. Effect: the claim of a centre is that of result k. */
int pool_take_claim(struct pool_of_sites *p, const struct fed_party *party, uint32_t k,
                    struct err *e);

/* Opens a sealed file, and looks whether it is what was said. What is wrong with it is in why. */
int pool_open_sealed(struct pool_of_sites *p, const struct fed_party *party,
                     const struct fed_submit *sub, struct sealed *x, struct err *why,
                     struct err *e);

/* Effect: what was sealed is result k. */
int pool_take_result(struct pool_of_sites *p, const struct sealed *x, uint32_t k, struct err *e);

/* Returns until when results of a round count. */
int64_t pool_deadline(const struct fed_run *run, const struct fed_round *round);

#endif
