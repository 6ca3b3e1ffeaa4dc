/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Approvals: signatures of people over a contract's file, by ssh-keygen -Y, in the namespace
 * metaneuron-approve@v1.
 */
#ifndef SITE_POLICY_APPROVALS_H
#define SITE_POLICY_APPROVALS_H

#include "site/house/house.h"

/* Effect: the signature in a file (as ssh-keygen -Y sign writes it) over these bytes, the contract's
 * file, is kept for that run, if one of the allowed signers in the file keys has made it: else
 * ERR_VERIFY. who (HOUSE) gets the name of the signer. No ssh-keygen here: ERR_OPEN names the
 * package. */
int approvals_add(struct house *h, const char *run, const void *contract, size_t len,
                  const char *signature, const char *keys, char who[static 256], struct err *e);

/* Effect: *count is how many distinct people's signatures over these bytes are kept and valid
 * now. */
int approvals_count(struct house *h, const char *run, const void *contract, size_t len,
                    const char *keys, size_t *count, struct err *e);

#endif
