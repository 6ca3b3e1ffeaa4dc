/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions: what each author has asked about each data set, as question records of the centre's
 * own ledger.
 */
#ifndef SITE_POLICY_QUESTIONS_H
#define SITE_POLICY_QUESTIONS_H

#include "contract/contract.h"
#include "site/house/house.h"

/* Effect: asked is the digest of what a run asks: all of its contract's canonical text on which the
 * numbers depend that leave (contract/asked.h), its first model with it. A run of several rounds is a
 * question of its own, whose key counts: what its later models are is the collector's. */
int question_digest(const struct contract *c, const char *run, uint8_t asked[static SHA256_LEN],
                    struct err *e);

/* Effect: *known is whether that author has ever put this question (asked, snapshot) about the data:
 * then it costs nothing, and *count is 0. Else *count is how many distinct ones it has put since that
 * time (microseconds), with this one. */
int questions_count(struct house *h, const char *author, const char *data,
                    const uint8_t asked[static SHA256_LEN],
                    const uint8_t snapshot[static SHA256_LEN], int64_t since_us, uint64_t *count,
                    bool *known, struct err *e);

/* Effect: it is recorded, once for each run. */
int questions_add(struct house *h, const char *run, const char *author, const char *data,
                  const uint8_t asked[static SHA256_LEN], const uint8_t snapshot[static SHA256_LEN],
                  struct err *e);

/* Effect: a denial is recorded there, by the rule's own name, as a refuse record. */
int questions_denied(struct house *h, const char *run, const char *rule, struct err *e);

#endif
