/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions: what each author has asked about each data set, as question records of the centre's
 * own ledger.
 */
#ifndef SITE_POLICY_QUESTIONS_H
#define SITE_POLICY_QUESTIONS_H

#include "contract/contract.h"
#include "site/house/house.h"

/* Effect: asked is the digest of what a contract asks: all of its canonical text that is computed
 * (not title, description, nonce, author, author_key and created), and its first model. */
int question_digest(const struct contract *c, uint8_t asked[static SHA256_LEN], struct err *e);

/* Effect: *count is how many distinct questions (asked, snapshot) that author has put about the data
 * since that time (microseconds), with this one; *known is whether this one was put before. */
int questions_count(struct house *h, const char *author, const char *data,
                    const uint8_t asked[static SHA256_LEN],
                    const uint8_t snapshot[static SHA256_LEN], int64_t since_us, uint64_t *count,
                    bool *known, struct err *e);

/* Effect: it is recorded. */
int questions_add(struct house *h, const char *run, const char *author, const char *data,
                  const uint8_t asked[static SHA256_LEN],
                  const uint8_t snapshot[static SHA256_LEN], struct err *e);

/* Effect: a denial is recorded there, by the rule's own name, as a refuse record. */
int questions_denied(struct house *h, const char *run, const char *rule, struct err *e);

#endif
